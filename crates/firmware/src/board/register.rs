//! Registers that no driver crate covers: those of the emulated boards, and one of STM32L4R5.

/// A 32-bit register.
#[derive(Clone, Copy)]
pub(crate) struct Register(*mut u32);

impl Register {
    /// The register at an address.
    ///
    /// # Safety
    /// A register of the board is there, and whatever is written to it harms no memory.
    pub(crate) const unsafe fn at(address: usize) -> Self {
        Self(address as *mut u32)
    }

    /// Its value.
    #[inline(always)]
    pub(crate) fn read(self) -> u32 {
        // SAFETY: as `at` was promised.
        unsafe { self.0.read_volatile() }
    }

    /// Sets it.
    pub(crate) fn write(self, value: u32) {
        // SAFETY: as `at` was promised.
        unsafe { self.0.write_volatile(value) }
    }
}

/// Names registers; whoever lists one has read in the named source what is at its address.
macro_rules! registers {
    ($source:literal: $($name:ident = $address:literal),* $(,)?) => {$(
        #[doc = concat!("As `", $source, "` has it.")]
        // SAFETY: the source has a register of the board there, and nothing that moves memory.
        const $name: $crate::board::register::Register = unsafe { $crate::board::register::Register::at($address) };
    )*};
}
pub(crate) use registers;
