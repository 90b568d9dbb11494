//! Processors with registers of 128 bits: eight output channels at once, two products of 16 bits a lane.
//!
//! What a register can do is in `lanes/wasm32.rs` and `lanes/aarch64.rs`; all that is built of it is the same for both.

mod add;
mod dense;
mod depthwise;
mod panel;
mod planes;
mod stage;

#[cfg_attr(target_arch = "wasm32", path = "lanes/wasm32.rs")]
#[cfg_attr(target_arch = "aarch64", path = "lanes/aarch64.rs")]
mod vector;

pub(crate) use add::add;
pub(crate) use dense::{dense, dense_len};
pub(crate) use depthwise::{depthwise_len, depthwise_prepared, prepare_depthwise};
pub(crate) use panel::{COLUMNS, clear, panel, panel_len, prepare, products, put_columns, put_rows};
pub(crate) use planes::{planes, planes_len};

/// The name of the loops in use.
pub(crate) const fn loops() -> &'static str {
    if cfg!(target_arch = "aarch64") { "neon" } else { "simd128" }
}

/// Whether the loops of that name are in use: they were chosen when the core was built.
pub(crate) fn choose_loops(name: &str) -> bool {
    name == loops()
}
