//! Which loops this processor runs: asked once, then remembered.

use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};

/// Loops, from the slowest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Level {
    /// Plain Rust.
    Portable = 1,
    /// 16 products of 16 bits an instruction (`vpmaddwd`).
    Avx2,
    /// 32 products of 8 bits an instruction (`vpdpbusd`), in its VEX form.
    AvxVnni,
    /// The same in its EVEX form.
    Avx512Vnni,
    /// `vpdpbusd` computed by other instructions: everything around it is tested where it is missing.
    #[cfg(test)]
    ModelledVnni,
}

/// The chosen level, 0 before it is known.
#[cfg(not(test))]
mod chosen {
    use core::sync::atomic::{AtomicU8, Ordering};

    static CHOSEN: AtomicU8 = AtomicU8::new(0);

    #[inline]
    pub(super) fn get() -> u8 {
        CHOSEN.load(Ordering::Relaxed)
    }

    pub(super) fn set(level: u8) {
        CHOSEN.store(level, Ordering::Relaxed);
    }
}

/// The same, one a test: tests run together.
#[cfg(test)]
mod chosen {
    use core::cell::Cell;

    std::thread_local! {
        static CHOSEN: Cell<u8> = const { Cell::new(0) };
    }

    pub(super) fn get() -> u8 {
        CHOSEN.get()
    }

    pub(super) fn set(level: u8) {
        CHOSEN.set(level);
    }
}

impl Level {
    const ALL: &[Self] = &[
        Self::Portable,
        Self::Avx2,
        Self::AvxVnni,
        Self::Avx512Vnni,
        #[cfg(test)]
        Self::ModelledVnni,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::AvxVnni => "avx-vnni",
            Self::Avx512Vnni => "avx512-vnni",
            #[cfg(test)]
            Self::ModelledVnni => "modelled-vnni",
        }
    }

    /// The level in use.
    #[inline]
    pub(crate) fn current() -> Self {
        match chosen::get() {
            1 => Self::Portable,
            2 => Self::Avx2,
            3 => Self::AvxVnni,
            4 => Self::Avx512Vnni,
            #[cfg(test)]
            5 => Self::ModelledVnni,
            _ => Self::best(),
        }
    }

    #[cold]
    fn best() -> Self {
        let found = Found::here();
        let order = [Self::Avx512Vnni, Self::AvxVnni, Self::Avx2];
        let best = order.into_iter().find(|level| found.has(*level)).unwrap_or(Self::Portable);
        chosen::set(best as u8);
        best
    }

    /// Uses the level of that name; false if this processor lacks it.
    pub(crate) fn choose(name: &str) -> bool {
        let found = Found::here();
        let level = Self::ALL.iter().find(|level| level.name() == name && found.has(**level));
        level.is_some_and(|level| {
            chosen::set(*level as u8);
            true
        })
    }
}

/// What processor and operating system offer.
#[derive(Clone, Copy)]
struct Found {
    avx2: bool,
    avx_vnni: bool,
    avx512_vnni: bool,
}

impl Found {
    const NOTHING: Self = Self { avx2: false, avx_vnni: false, avx512_vnni: false };

    fn here() -> Self {
        /// Bits of the extended control register: the system keeps these registers.
        const YMM: u64 = 0x06;
        const ZMM: u64 = 0xe6;
        let bit = |word: u32, bit: u32| word >> bit & 1 == 1;
        // Miri has neither the question nor most of the instructions.
        if cfg!(miri) || __cpuid(0).eax < 7 {
            return Self::NOTHING;
        }
        let basic = __cpuid(1).ecx;
        let (osxsave, avx) = (bit(basic, 27), bit(basic, 28));
        if !osxsave || !avx {
            return Self::NOTHING;
        }
        // SAFETY: `osxsave` says that the instruction is there.
        let kept = unsafe { _xgetbv(0) };
        let (seven, more) = (__cpuid_count(7, 0), __cpuid_count(7, 1).eax);
        let avx2 = kept & YMM == YMM && bit(seven.ebx, 5);
        let avx512 = kept & ZMM == ZMM && bit(seven.ebx, 16) && bit(seven.ebx, 30) && bit(seven.ebx, 31);
        Self {
            avx2,
            avx_vnni: avx2 && seven.eax >= 1 && bit(more, 4),
            avx512_vnni: avx2 && avx512 && bit(seven.ecx, 11),
        }
    }

    const fn has(self, level: Level) -> bool {
        match level {
            Level::Portable => true,
            Level::Avx2 => self.avx2,
            Level::AvxVnni => self.avx_vnni,
            Level::Avx512Vnni => self.avx512_vnni,
            #[cfg(test)]
            Level::ModelledVnni => self.avx2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_found_that_this_processor_has() {
        assert!(Found::here().has(Level::best()));
        assert!(!Level::choose("no such loops"));
        assert!(Level::choose("portable"));
        assert_eq!(Level::current(), Level::Portable);
    }
}
