//! The `wasm-bindgen` command, built from the workspace's own lock file.
//!
//! The command must match the `wasm-bindgen` crate to the patch version. Made
//! here, it always does, and nothing is downloaded but crates.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
