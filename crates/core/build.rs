//! Names the instruction set for `kernel/arch/mod.rs`: stable Rust shows no `target_feature` for Arm's DSP extension.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(armv7em, armv7m, armv6m, rv32m, wide)");
    let target = std::env::var("TARGET").unwrap_or_default();
    // The feature `portable` forces the plain loops everywhere.
    let portable = std::env::var_os("CARGO_FEATURE_PORTABLE").is_some();
    if !portable && target.starts_with("thumbv7em") {
        println!("cargo::rustc-cfg=armv7em");
    }
    if !portable && target.starts_with("thumbv6m") {
        println!("cargo::rustc-cfg=armv6m");
    }
    if !portable && target.starts_with("thumbv7m") {
        println!("cargo::rustc-cfg=armv7m");
    }
    // RISC-V with multiplication and all 31 registers.
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let has = |feature| features.split(',').any(|found| found == feature);
    if !portable && target.starts_with("riscv32") && has("m") && !has("e") {
        println!("cargo::rustc-cfg=rv32m");
    }
}
