//! The board of this image: a module each, with the same names.
//!
//! - `NAME`: what `name` answers and the log says;
//! - `EMULATED`: for emulators, how many instructions a count of the counter is, as a fraction;
//! - `Board`: a [`Port`](joulegram_protocol::Port), and beside it `counter` and `reading` of its best counter that counts,
//!   and `rest`.

use joulegram::calibrate::session::Rest;

/// Microseconds that the marker stays low: at least 2 samples of a meter that takes 100,000 a second.
const HOLD_MICROSECONDS: u32 = 100;

macro_rules! pick {
    ($($feature:literal => $module:ident),* $(,)?) => {$(
        #[cfg(feature = $feature)]
        mod $module;
        #[cfg(feature = $feature)]
        pub(crate) use $module::*;
    )*};
}

#[cfg(target_arch = "arm")]
mod cortex;
#[cfg(any(feature = "qemu-m4", feature = "qemu-m0", feature = "qemu-rv32", feature = "nucleo-l4r5zi"))]
mod register;

pick! {
    "qemu-m4" => qemu_mps2,
    "qemu-m0" => qemu_mps2,
    "qemu-rv32" => qemu_virt,
    "nucleo-l4r5zi" => nucleo_l4r5zi,
    "nrf52840-dk" => nrf52840_dk,
    "rpi-pico" => rpi_pico,
    "rpi-pico2" => rpi_pico,
    "esp32c3" => esp32c3,
}
