//! Counters that may be stuck, and that wrap: which one to trust, and how far it went.
//!
//! A cycle counter is often not there: emulators leave Arm's at 0, some chips stop it until a debugger has been attached
//! and it then reads the same number for ever, and ESP32-C3 has none of RISC-V's. A board lists its counters, the best
//! first, and takes the first that [`moves`].

/// How a counter counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// What the log calls it.
    pub name: &'static str,
    /// Bits, 1 to 32; it wraps after them.
    pub bits: u32,
    /// Counts a second.
    pub hertz: u32,
    /// Whether it counts down.
    pub down: bool,
    /// Whether a count is a cycle of the processor; of a timer it is only time.
    pub cycles: bool,
}

impl Form {
    /// Counts from one reading to a later one, if it wrapped at most once.
    #[must_use]
    pub const fn since(self, before: u32, now: u32) -> u32 {
        let difference = if self.down { before.wrapping_sub(now) } else { now.wrapping_sub(before) };
        difference & (u32::MAX >> (32 - self.bits))
    }

    /// Counts from one reading to a later one, however often it wrapped.
    ///
    /// A clock of microseconds, which may be coarse and a little off, says how often: that only has to be right to half a
    /// wrap. For a counter that also runs while the processor waits.
    #[must_use]
    pub fn count(self, before: u32, now: u32, microseconds: u32) -> u64 {
        let counted = u64::from(self.since(before, now));
        let expected = u64::from(microseconds) * u64::from(self.hertz) / 1_000_000;
        let half = (1_u64 << self.bits) >> 1;
        let wraps = expected.saturating_sub(counted).saturating_add(half) >> self.bits;
        counted + (wraps << self.bits)
    }
}

/// Whether a counter counts: it goes on between readings, and within 5 % as fast as it should by a clock of microseconds.
///
/// `read` reads the counter, `wait` waits for some microseconds and says how many it were.
pub fn moves(form: Form, mut read: impl FnMut() -> u32, mut wait: impl FnMut(u32) -> u32) -> bool {
    // Twice: a counter that was set once while it was being started has moved once.
    (0..2).all(|_| {
        let before = read();
        let microseconds = wait(1_000);
        let counted = u64::from(form.since(before, read()));
        let expected = u64::from(microseconds) * u64::from(form.hertz) / 1_000_000;
        counted > 0 && counted.abs_diff(expected) <= expected / 20 + 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    const DWT: Form = Form { name: "dwt", bits: 32, hertz: 120_000_000, down: false, cycles: true };
    const SYSTICK: Form = Form { name: "systick", bits: 24, hertz: 125_000_000, down: true, cycles: true };

    #[test]
    fn cortex_m_296_a_counter_stuck_at_zero_or_at_a_constant_does_not_move() {
        for stuck in [0, 1_073_741_824, u32::MAX] {
            assert!(!moves(DWT, || stuck, |time| time));
        }
    }

    #[test]
    fn a_counter_that_moved_once_does_not_move() {
        let readings = Cell::new(0);
        let read = || {
            readings.set(readings.get() + 1);
            if readings.get() == 1 { 0 } else { 120_000 }
        };
        assert!(!moves(DWT, read, |time| time));
    }

    #[test]
    fn a_counter_of_another_speed_is_not_the_cycle_counter() {
        let now = Cell::new(0_u32);
        let wait = |each: u32| {
            let now = &now;
            move |time: u32| {
                now.set(now.get().wrapping_add(time * each));
                time
            }
        };
        assert!(moves(DWT, || now.get(), wait(120)));
        assert!(moves(DWT, || now.get(), wait(124)));
        assert!(!moves(DWT, || now.get(), wait(60)));
    }

    #[test]
    fn a_24_bit_counter_that_counts_down_is_widened_past_32_bits() {
        // 60 s at 125 MHz are 447 wraps and a part; the clock is 0.05 % fast.
        let counts = 7_500_000_123_u64;
        let before = 1_000_u32;
        let now = u32::try_from(u64::from(before).wrapping_sub(counts) & 0xff_ffff).unwrap();
        assert_eq!(SYSTICK.count(before, now, 60_030_000), counts);
        assert_eq!(SYSTICK.count(before, now, 59_970_000), counts);
    }

    #[test]
    fn a_32_bit_counter_is_widened_past_its_wrap() {
        // 27.6 s at 160 MHz wrap it once, 100 s three times.
        let form = Form { hertz: 160_000_000, ..DWT };
        for counts in [0, 12, 4_294_967_295, 4_416_000_000, 16_000_000_000_u64] {
            let now = 4_000_000_000_u32.wrapping_add(u32::try_from(counts & 0xffff_ffff).unwrap());
            let microseconds = u32::try_from(counts / 160).unwrap();
            assert_eq!(form.count(4_000_000_000, now, microseconds), counts);
        }
    }
}
