//! The programs that the build runs: npm's packages, wasm-bindgen, worker-build.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::{paths, prerequisites, processes};

/// Must be the version of the crate `worker`.
const WORKER_BUILD: &str = "0.8.7";

/// What wasm-opt may use: what the compiler emits for wasm32-unknown-unknown. Named
/// one by one, because all that wasm-opt knows is more than browsers and workerd do.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
];

/// Installs the npm packages unless exactly those of the lock file are there.
pub fn npm_packages() -> Outcome {
    let wanted = paths::root().join("package-lock.json");
    let present = paths::root().join("node_modules/.package-lock.json");
    if present.exists() && same_packages(&json(&wanted)?, &json(&present)?) {
        return Ok(());
    }
    prerequisites::npm()?;
    processes::run(
        "installing npm packages",
        processes::command("npm").arg("ci"),
    )
}

fn json(path: &std::path::Path) -> Outcome<Value> {
    serde_json::from_slice(&paths::read(path)?).map_err(|error| Failure::file("read", path, error))
}

/// Whether what is installed is what is locked. Optional packages may be missing:
/// they are those of other systems.
fn same_packages(locked: &Value, installed: &Value) -> bool {
    let (Some(locked), Some(installed)) = (packages_of(locked), packages_of(installed)) else {
        return false;
    };
    let same = |name: &str, package: &Value| match installed.get(name) {
        Some(other) => ["version", "integrity"]
            .iter()
            .all(|key| package.get(key) == other.get(key)),
        None => package.get("optional") == Some(&Value::Bool(true)),
    };
    // The package with the empty name is the project itself.
    let mut packages = locked.iter().filter(|(name, _)| !name.is_empty());
    packages.all(|(name, package)| same(name, package))
        && installed.keys().all(|name| locked.contains_key(name))
}

fn packages_of(lock: &Value) -> Option<&serde_json::Map<String, Value>> {
    lock.get("packages")?.as_object()
}

/// Builds the wasm-bindgen command of the workspace.
pub fn wasm_bindgen() -> Outcome {
    processes::run(
        "building wasm-bindgen",
        processes::command("cargo").args(["build", "--package", "wasm-bindgen-bin"]),
    )
}

/// Where [`wasm_bindgen`] puts it.
pub fn wasm_bindgen_bin() -> PathBuf {
    paths::target().join("debug/wasm-bindgen")
}

/// What takes the words of panics out of a wasm file; built beside it.
pub fn wasm_quiet_bin() -> PathBuf {
    paths::target().join("debug/wasm-quiet")
}

/// Whether worker-build is there in the right version.
pub fn has_worker_build() -> bool {
    let program = worker_build_bin();
    let version = processes::output(&program.to_string_lossy(), &["--version"]);
    version.as_deref() == Some(WORKER_BUILD)
}

/// Installs worker-build into the target folder.
pub fn worker_build() -> Outcome {
    if has_worker_build() {
        return Ok(());
    }
    let root = paths::target().join("tools");
    // Not optimised: it compiles in a minute instead of ten, and has little to do itself.
    processes::run(
        "installing worker-build",
        processes::command("cargo")
            .args(["install", "worker-build", "--version", WORKER_BUILD])
            .args(["--debug", "--locked", "--root"])
            .arg(&root)
            // So that an interrupted installation goes on where it was.
            .arg("--target-dir")
            .arg(root.join("build"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0"),
    )?;
    paths::remove_folder(&root.join("build"))
}

/// Where [`worker_build`] puts it.
pub fn worker_build_bin() -> PathBuf {
    paths::target().join("tools/bin/worker-build")
}

/// wasm-opt for the smallest size, without names and other notes. It does not
/// inline: the compiler has done that, and what wasm-opt adds makes the file
/// smaller but its compressed form larger (the worker's by 6 %).
pub fn wasm_opt() -> Command {
    let mut command = processes::command(paths::npm_bin("wasm-opt"));
    command
        .args(["--no-inline=*", "-Oz"])
        .args(["--strip-debug", "--strip-producers"])
        .args(WASM_FEATURES);
    command
}

/// The compiler's flags for wasm: panic messages name source files, and the
/// paths of this machine's registry copies are nobody's business and cost bytes.
pub fn wasm_rustflags() -> Outcome<String> {
    let sources = paths::cargo_home().join("registry/src");
    let Ok(registries) = std::fs::read_dir(&sources) else {
        return Ok(String::new()); // Vendored or fetched elsewhere.
    };
    let mut flags = Vec::new();
    for registry in registries {
        let registry = registry.map_err(|error| Failure::file("read", &sources, error))?;
        flags.push(format!(
            "--remap-path-prefix={}/=",
            registry.path().display()
        ));
    }
    // Cargo's own separator: a path may have spaces.
    Ok(flags.join("\u{1f}"))
}

#[cfg(test)]
mod tests {
    use super::same_packages;
    use serde_json::json;

    #[test]
    fn packages_of_other_systems_may_be_missing_and_nothing_else_may_differ() {
        let one = json!({"version": "1.0.0", "integrity": "sha512-x"});
        let foreign = json!({"version": "1.0.0", "optional": true});
        let locked = json!({"packages": {"": {}, "a": one, "b": foreign}});

        assert!(same_packages(&locked, &json!({"packages": {"a": one}})));
        assert!(same_packages(
            &locked,
            &json!({"packages": {"a": one, "b": foreign}})
        ));

        let newer = json!({"version": "1.0.1", "integrity": "sha512-y"});
        assert!(!same_packages(&locked, &json!({"packages": {"a": newer}})));
        assert!(!same_packages(
            &locked,
            &json!({"packages": {"a": one, "c": one}})
        ));
        assert!(!same_packages(&locked, &json!({"packages": {}})));
        assert!(!same_packages(&locked, &json!({})));
    }
}
