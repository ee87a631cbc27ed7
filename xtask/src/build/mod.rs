//! `cargo xtask build`: `edge/build` and `target/www`, everything that is deployed.
//!
//! Two lines of work go on at once, since either often leaves a core idle: the
//! tools are installed while the two wasm crates compile. Then both are finished.

mod integrity;
mod part;
mod reference;
mod tools;
mod widget;
mod worker;
mod www;

use std::fs::{File, TryLockError};

use crate::failure::{Failure, Outcome};
use crate::{paths, prerequisites, processes, progress};
use part::Part;

/// Set by whoever has built already, so that `wrangler` does not do it again.
pub const PREBUILT: &str = "CTD_PREBUILT";

/// Builds what is not built yet.
pub fn build() -> Outcome {
    if std::env::var(PREBUILT).is_ok_and(|value| value == "1") {
        return Ok(());
    }
    let _lock = lock()?;
    prerequisites::node()?;
    let compiler = prerequisites::wasm_target()?;
    let worker = worker::look(&compiler)?;
    let widget = widget::look(&compiler)?;
    if !worker.fresh && !tools::has_worker_build() {
        // Now, and not after minutes of compiling.
        prerequisites::openssl()?;
    }
    processes::at_once(vec![
        Box::new(tools::npm_packages),
        Box::new(|| install_tools(&worker, &widget)),
        Box::new(|| worker.compile().and_then(|()| widget.compile())),
    ])?;
    processes::at_once(vec![
        Box::new(|| worker.finish(worker::finish)),
        Box::new(|| widget.finish(widget::finish)),
    ])?;
    www::assemble()
}

fn install_tools(worker: &Part, widget: &Part) -> Outcome {
    if !(worker.fresh && widget.fresh) {
        tools::wasm_bindgen()?;
    }
    if !worker.fresh {
        tools::worker_build()?;
    }
    Ok(())
}

/// Two builds at once would write the same files; the second waits for the first.
fn lock() -> Outcome<File> {
    let path = paths::target().join("xtask.lock");
    if !path.exists() {
        paths::write(&path, "")?;
    }
    let file = File::open(&path).map_err(|error| Failure::file("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            progress::during("waiting for another build", || file.lock().map(|()| file))
                .map_err(|error| Failure::file("lock", &path, error))
        }
        Err(TryLockError::Error(error)) => Err(Failure::file("lock", &path, error)),
    }
}

/// Compiles one crate to wasm. Crate by crate, so that neither gets features that
/// only the other one needs.
fn compile(package: &str, what: &str) -> Outcome {
    processes::run(
        what,
        processes::command("cargo")
            .args(["build", "--release", "--lib", "--package", package])
            .args(["--target", prerequisites::WASM])
            .env("CARGO_ENCODED_RUSTFLAGS", tools::wasm_rustflags()?),
    )
}

/// Where [`compile`] puts it.
fn compiled(package: &str) -> std::path::PathBuf {
    paths::target()
        .join(prerequisites::WASM)
        .join("release")
        .join(package)
        .with_extension("wasm")
}
