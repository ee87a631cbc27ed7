//! The widget's app: compiled to wasm, its glue generated, both made small, both
//! named by a hash of their contents.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::stamps::{Inputs, Stamp};
use crate::{paths, processes};

use super::tools;

/// The app's two files.
pub const FILES: [&str; 2] = ["app.js", "app.wasm"];

/// Where the finished app lies until `www` takes it.
pub fn finished() -> PathBuf {
    paths::stage("app")
}

/// The app and whether it must be built.
pub struct Widget {
    stamp: Stamp,
    /// Nothing has changed since the last time.
    pub fresh: bool,
}

impl Widget {
    /// Looks whether something has changed.
    pub fn look(compiler: &str) -> Outcome<Widget> {
        let inputs = Inputs {
            paths: &[
                "Cargo.toml",
                "Cargo.lock",
                ".cargo",
                "package-lock.json",
                "call",
                "widget",
                "xtask/src/build",
            ],
            words: &[compiler],
        };
        let outputs = FILES.map(|file| finished().join(file)).to_vec();
        let stamp = Stamp::new("widget", &inputs, outputs)?;
        let fresh = stamp.is_fresh()?;
        Ok(Widget { stamp, fresh })
    }

    /// Compiles.
    pub fn compile(&self) -> Outcome {
        if self.fresh {
            return Ok(());
        }
        super::compile("widget", "compiling the widget")
    }

    /// Generates the glue and shrinks both.
    pub fn finish(&self) -> Outcome {
        if self.fresh {
            return Ok(());
        }
        let stage = paths::stage("widget");
        paths::fresh_folder(&stage)?;
        paths::fresh_folder(&finished())?;
        processes::run(
            "generating the widget's glue",
            processes::command(tools::wasm_bindgen_bin())
                .arg(super::compiled("widget"))
                .args([
                    "--target",
                    "web",
                    "--no-typescript",
                    "--omit-default-module-path",
                ])
                .args(["--remove-name-section", "--remove-producers-section"])
                .args(["--out-name", "app", "--out-dir"])
                .arg(&stage),
        )?;
        processes::at_once(vec![
            Box::new(|| {
                processes::run(
                    "shrinking the widget",
                    tools::wasm_opt()
                        .arg(stage.join("app_bg.wasm"))
                        .arg("-o")
                        .arg(finished().join("app.wasm")),
                )
            }),
            Box::new(|| {
                processes::run(
                    "shrinking the widget's glue",
                    processes::command(paths::npm_bin("esbuild"))
                        .arg(stage.join("app.js"))
                        .args([
                            "--bundle",
                            "--format=esm",
                            "--minify",
                            "--log-level=warning",
                        ])
                        .arg(format!("--outfile={}", finished().join("app.js").display())),
                )
            }),
        ])?;
        self.stamp.set()
    }
}
