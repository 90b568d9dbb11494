//! Random layers against their definition: prints how many agree, or the first that does not.
#![cfg_attr(target_os = "none", no_std, no_main)]

mod definition;
mod layer;
mod random;

use layer::{Difference, Memory};

/// Layers of a whole run.
const LAYERS: u64 = 100_000;

fn check(first: u64, count: u64) -> Result<u64, Difference> {
    let mut memory = Memory::new();
    (first..first + count).try_for_each(|seed| memory.check(seed)).map(|()| count)
}

/// `joulegram-layers [FIRST [COUNT]]`
#[cfg(not(any(target_os = "none", target_family = "wasm")))]
fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse().expect("a number of layers"));
    let (first, count) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(LAYERS));
    match check(first, count) {
        Ok(count) => println!("{count} layers agree"),
        Err(difference) => {
            println!("{difference}");
            std::process::exit(1);
        }
    }
}

#[cfg(target_family = "wasm")]
fn main() {}

/// What a page calls; WebAssembly has no standard output. The layers that agree, or minus the seed of one that does not
/// and minus 1.
#[cfg(target_family = "wasm")]
#[unsafe(no_mangle)]
pub extern "C" fn layers() -> i64 {
    check(0, LAYERS).map_or_else(|difference| -1 - difference.seed as i64, |count| count as i64)
}

#[cfg(target_os = "none")]
mod emulated {
    use semihosting::{println, process};

    #[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
    #[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
    fn main() -> ! {
        match crate::check(0, crate::LAYERS) {
            Ok(count) => println!("{count} layers agree"),
            Err(difference) => {
                println!("{difference}");
                process::exit(1);
            }
        }
        process::exit(0)
    }

    #[panic_handler]
    fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
        println!("{info}");
        process::exit(101)
    }
}
