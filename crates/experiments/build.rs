//! Keeps the compiler's version for the record of the machine.

use std::env;
use std::process::Command;

fn main() {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler).arg("--version").output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    println!("cargo::rustc-env=EXPERIMENTS_RUSTC={}", version.unwrap_or_else(|_| "not known".to_owned()));
    println!("cargo::rerun-if-changed=build.rs");
}
