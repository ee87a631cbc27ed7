//! The worker: compiled to wasm, wrapped by worker-build, made small.

use crate::failure::Outcome;
use crate::{paths, processes};

use super::part::Part;
use super::tools;

/// What is uploaded; also what the stamp looks after. The script comes last, so
/// that it is never newer than the wasm that it loads.
const FILES: [&str; 2] = ["index_bg.wasm", "index.js"];

/// The worker, and whether it must be built.
pub fn look(compiler: &str) -> Outcome<Part> {
    let outputs = FILES.map(|file| paths::worker().join(file)).to_vec();
    Part::look("worker", "edge", compiler, outputs)
}

/// Wraps, shrinks and puts in place. worker-build compiles with the same words as
/// [`Part::compile`], so that it finds everything done.
pub fn finish() -> Outcome {
    let stage = paths::stage("worker");
    paths::fresh_folder(&stage)?;
    processes::run(
        "wrapping the worker",
        processes::command(tools::worker_build_bin())
            .args(["--release", "--out-dir", "../target/stage/worker"])
            .current_dir(paths::root().join("edge"))
            .env("CARGO_ENCODED_RUSTFLAGS", tools::wasm_rustflags()?)
            .env("WASM_BINDGEN_BIN", tools::wasm_bindgen_bin())
            .env("WASM_OPT_BIN", paths::npm_bin("wasm-opt"))
            .env("ESBUILD_BIN", paths::npm_bin("esbuild")),
    )?;
    // worker-build keeps the names of all functions.
    let wasm = stage.join("index_bg.wasm");
    processes::run(
        "shrinking the worker",
        tools::wasm_opt()
            // What worker-build wraps the exports in to notice a crash.
            .arg("--enable-exception-handling")
            .arg(&wasm)
            .arg("-o")
            .arg(&wasm),
    )?;
    for file in FILES {
        paths::replace(&stage.join(file), &paths::worker().join(file))?;
    }
    Ok(())
}
