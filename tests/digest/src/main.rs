//! Prints the digest of one fixed scenario: the same sixteen digits on every processor.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod scenario;

#[cfg(not(target_os = "none"))]
fn main() {
    match scenario::digest() {
        Some(digest) => println!("{digest}"),
        None => std::process::exit(1),
    }
}

/// What a page calls; WebAssembly has no standard output.
#[cfg(target_family = "wasm")]
#[unsafe(no_mangle)]
pub extern "C" fn digest() -> u64 {
    scenario::digest().map_or(0, |digest| digest.value())
}

#[cfg(target_os = "none")]
mod emulated {
    use semihosting::{println, process};

    #[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
    #[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
    fn main() -> ! {
        match crate::scenario::digest() {
            Some(digest) => println!("{digest}"),
            None => process::exit(1),
        }
        process::exit(0)
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        process::exit(101)
    }
}
