//! Puts the linker's map where the runtime looks for it, and the operators that `JOULEGRAM_OPERATORS` names into a list:
//! `CONV_2D SOFTMAX`, `ALL`, empty for an engine without operators, not set for an image without the engine.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=cortex_m.x");
    println!("cargo::rerun-if-env-changed=JOULEGRAM_OPERATORS");
    println!("cargo::rerun-if-env-changed=JOULEGRAM_CONTROL");
    println!("cargo::rustc-check-cfg=cfg(engine)");
    println!("cargo::rustc-check-cfg=cfg(control)");
    let directory = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let directory = Path::new(&directory);
    fs::copy("cortex_m.x", directory.join("memory.x")).expect("the map is beside this file");
    println!("cargo::rustc-link-search={}", directory.display());
    println!("cargo::rustc-link-arg=-Tlink.x");
    if let Ok(names) = env::var("JOULEGRAM_OPERATORS") {
        println!("cargo::rustc-cfg=engine");
        let list = match names.as_str() {
            "ALL" => "Operator::ALL".to_owned(),
            names => {
                let names: Vec<_> = names.split_whitespace().map(|name| format!("Operator::{name}")).collect();
                format!("&[{}]", names.join(", "))
            }
        };
        let code = format!("pub static OPERATORS: &[Operator] = {list};");
        fs::write(directory.join("operators.rs"), code).expect("OUT_DIR can be written");
    }
    if env::var_os("JOULEGRAM_CONTROL").is_some() {
        println!("cargo::rustc-cfg=control");
    }
}
