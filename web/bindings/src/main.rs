//! `joulegram-bindings MODULE.wasm FOLDER NAME`: writes FOLDER/NAME.js and FOLDER/NAME_bg.wasm.
//!
//! What `wasm-bindgen --target web` does, without a program to install: names and producers are left out of the module.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, name] = arguments.as_slice() else {
        eprintln!("joulegram-bindings MODULE.wasm FOLDER NAME");
        return ExitCode::from(2);
    };
    let written = Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .typescript(false)
                .omit_default_module_path(false)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(folder)
        });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("joulegram-bindings: {module}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
