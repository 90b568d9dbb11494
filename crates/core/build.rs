//! Names the instruction set for `kernel/arch/mod.rs`: stable Rust shows no `target_feature` for Arm's DSP extension.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(armv7em)");
    let target = std::env::var("TARGET").unwrap_or_default();
    // The feature `portable` forces the plain loops everywhere.
    let portable = std::env::var_os("CARGO_FEATURE_PORTABLE").is_some();
    if !portable && target.starts_with("thumbv7em") {
        println!("cargo::rustc-cfg=armv7em");
    }
}
