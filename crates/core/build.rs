//! Names the instruction set for `kernel/arch/mod.rs`: stable Rust shows no `target_feature` for Arm's DSP extension.
//!
//! ARMv7E-M (`thumbv7em`) always has it. ARMv8-M (`thumbv8m.main`) may: it is used where rustc is told of a processor that
//! has it, as by `-C target-cpu=cortex-m33` or `-C target-feature=+dsp`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(armv7em, armv8m, armv7m, armv6m, rv32m, lanes, wide)");
    let target = std::env::var("TARGET").unwrap_or_default();
    // The feature `portable` forces the plain loops everywhere.
    let portable = std::env::var_os("CARGO_FEATURE_PORTABLE").is_some();
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let told = |flag| flags.split(['\x1f', '=', ',']).any(|found| found == flag);
    let with_dsp = ["cortex-m33", "cortex-m35p", "cortex-m55", "cortex-m85", "+dsp"].into_iter().any(told);
    let has_dsp = target.starts_with("thumbv7em") || target.starts_with("thumbv8m.main") && with_dsp;
    if !portable && has_dsp {
        println!("cargo::rustc-cfg=armv7em");
        if target.starts_with("thumbv8m.main") {
            println!("cargo::rustc-cfg=armv8m");
        }
    }
    if !portable && target.starts_with("thumbv6m") {
        println!("cargo::rustc-cfg=armv6m");
    }
    if !portable && target.starts_with("thumbv7m") {
        println!("cargo::rustc-cfg=armv7m");
    }
    let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let has = |feature| features.split(',').any(|found| found == feature);
    // RISC-V with multiplication and all 31 registers.
    if !portable && target.starts_with("riscv32") && has("m") && !has("e") {
        println!("cargo::rustc-cfg=rv32m");
    }
    // Processors that compute many channels at once. Without SSE2 there are no vector registers to use: kernels.
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let wide = match arch.as_str() {
        "x86_64" => has("sse2"),
        "wasm32" => has("simd128"),
        "aarch64" => has("neon"),
        _ => false,
    };
    if !portable && wide {
        println!("cargo::rustc-cfg=wide");
        // With registers of 128 bits that need no question at run time.
        if arch != "x86_64" {
            println!("cargo::rustc-cfg=lanes");
        }
    }
}
