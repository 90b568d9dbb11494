//! Finds the board among the features, puts its memory map where the linker looks for it, and writes `model.rs`:
//!
//! - `JOULEGRAM_MODEL`: path of the `.tflite` file, from this directory or absolute; `kws` of the fixtures by default;
//! - `JOULEGRAM_NAME`: what `profile` answers; from the file's name by default: `kws01`, `vww01`, `ic01`, `ad01`;
//! - `JOULEGRAM_ENCODING`: `tensor`, `unsigned` or `reconstruction`; from the name by default.

#![expect(clippy::expect_used, clippy::panic, reason = "what a build script can't do stops the build")]

use std::path::{Path, PathBuf};
use std::{env, fs};

const DEFAULT_MODEL: &str = "../../fixtures/models/kws.tflite";

/// Feature, memory map (esp-hal brings its own), arguments of the linker.
const BOARDS: [(&str, Option<&str>, &[&str]); 8] = [
    ("qemu-m4", Some("mps2"), &["--nmagic", "-Tlink.x"]),
    ("qemu-m0", Some("mps2"), &["--nmagic", "-Tlink.x"]),
    ("qemu-rv32", Some("virt"), &["-Tmemory.x", "-Tlink.x"]),
    ("nucleo-l4r5zi", Some("nucleo-l4r5zi"), &["--nmagic", "-Tlink.x"]),
    ("nrf52840-dk", Some("nrf52840-dk"), &["--nmagic", "-Tlink.x"]),
    ("rpi-pico", Some("rpi-pico"), &["--nmagic", "-Tlink.x", "-Tlink-rp.x"]),
    ("rpi-pico2", Some("rpi-pico2"), &["--nmagic", "-Tlink.x"]),
    ("esp32c3", None, &["-Tlinkall.x"]),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=memory");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    board(&out);
    model(&out);
}

fn board(out: &Path) {
    let chosen = |board: &str| {
        env::var_os(format!("CARGO_FEATURE_{}", board.to_uppercase().replace('-', "_"))).is_some()
    };
    let boards: Vec<_> = BOARDS.iter().filter(|(board, ..)| chosen(board)).collect();
    let [(board, map, arguments)] = boards[..] else {
        let names: Vec<_> = BOARDS.iter().map(|(board, ..)| *board).collect();
        panic!(
            "{} features name a board, but one must: --features with one of {}",
            boards.len(),
            names.join(", ")
        );
    };
    if let Some(map) = map {
        fs::copy(format!("memory/{map}.x"), out.join("memory.x")).expect("each board's map is in memory/");
        println!("cargo::rustc-link-search={}", out.display());
    }
    for argument in *arguments {
        println!("cargo::rustc-link-arg={argument}");
    }
    println!("cargo::rustc-check-cfg=cfg(armv6m, deep_sleep)");
    // Emulated boards rest in one way only.
    if !board.starts_with("qemu") {
        println!("cargo::rustc-cfg=deep_sleep");
    }
    if env::var("TARGET").is_ok_and(|target| target.starts_with("thumbv6m")) {
        println!("cargo::rustc-cfg=armv6m");
    }
}

fn model(out: &Path) {
    for variable in ["JOULEGRAM_MODEL", "JOULEGRAM_NAME", "JOULEGRAM_ENCODING"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let file = env::var("JOULEGRAM_MODEL").unwrap_or(DEFAULT_MODEL.to_owned());
    println!("cargo::rerun-if-changed={file}");
    let path = fs::canonicalize(&file).unwrap_or_else(|error| panic!("JOULEGRAM_MODEL {file}: {error}"));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = env::var("JOULEGRAM_NAME").unwrap_or_else(|_| {
        let known =
            ["kws", "vww", "ic", "ad"].into_iter().find(|known| stem.trim_end_matches("01_int8") == *known);
        known.map_or_else(|| stem.clone(), |known| format!("{known}01"))
    });
    assert!(!name.contains([']', '\r', '\n', '%']), "JOULEGRAM_NAME {name:?} would garble an answer");
    let encoding = env::var("JOULEGRAM_ENCODING").ok().unwrap_or_else(|| {
        match name.as_str() {
            "vww01" | "ic01" => "unsigned",
            "ad01" => "reconstruction",
            _ => "tensor",
        }
        .to_owned()
    });
    let variant = match encoding.as_str() {
        "tensor" => "Tensor",
        "unsigned" => "Unsigned",
        "reconstruction" => "Reconstruction",
        other => panic!("JOULEGRAM_ENCODING {other}: must be tensor, unsigned or reconstruction"),
    };
    let code = format!(
        "pub(crate) const NAME: &str = {name:?};\n\
         pub(crate) const ENCODING: joulegram_protocol::Encoding = joulegram_protocol::Encoding::{variant};\n\
         /// At a multiple of 16: weights and biases are then at multiples of 4, which kernels read by words.\n\
         #[repr(align(16))]\n\
         struct Aligned<B: ?Sized>(B);\n\
         static ALIGNED: &Aligned<[u8]> = &Aligned(*include_bytes!({path:?}));\n\
         pub(crate) static FILE: &[u8] = &ALIGNED.0;\n"
    );
    fs::write(out.join("model.rs"), code).expect("OUT_DIR can be written");
}
