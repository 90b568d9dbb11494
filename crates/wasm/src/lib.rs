//! joulegram's core and reports for a browser: texts and bytes in, texts out.
//!
//! A shell: no formula stands here, and what it gives is what the command line gives, to the bit. Every function that can
//! refuse throws an object with `message`, `field` and `file`. The crate's README lists what a page calls.

pub mod answer;
mod border;
#[cfg(feature = "import")]
pub mod calibrate;
pub mod chart;
#[cfg(feature = "import")]
pub mod import;
#[cfg(feature = "workshop")]
pub mod levers;
pub mod listing;
#[cfg(feature = "workshop")]
pub mod measure;
#[cfg(feature = "workshop")]
pub mod model;
#[cfg(feature = "workshop")]
pub mod report;

/// Blocks of the first answer's module: few at a time, so a list of the free ones is enough, and most of the standard
/// library's code for it need not be loaded.
#[cfg(all(target_arch = "wasm32", not(feature = "workshop")))]
#[global_allocator]
static BLOCKS: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());
