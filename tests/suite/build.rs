//! Puts the linker's map of the emulated board where its runtime looks for it.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=cortex_m.x");
    println!("cargo::rerun-if-changed=riscv32.x");
    println!("cargo::rustc-check-cfg=cfg(an505)");
    let board = match env::var("TARGET").as_deref() {
        Ok("thumbv7em-none-eabihf") => "qemu-m4",
        Ok("thumbv6m-none-eabi") => "qemu-m0",
        _ => "qemu-rv32",
    };
    println!("cargo::rustc-env=BOARD={board}");
    let map = match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("arm") => "cortex_m.x",
        Ok("riscv32") => "riscv32.x",
        _ => return,
    };
    let directory = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::copy(map, Path::new(&directory).join("memory.x")).expect("the map is beside this file");
    println!("cargo::rustc-link-search={directory}");
    if map == "riscv32.x" {
        println!("cargo::rustc-link-arg=-Tmemory.x");
    }
    println!("cargo::rustc-link-arg=-Tlink.x");
}
