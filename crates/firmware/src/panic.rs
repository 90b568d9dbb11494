//! Nothing here is meant to panic; if something does, the board stops.

/// The end: what follows can't be.
pub(crate) fn stop() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    stop()
}
