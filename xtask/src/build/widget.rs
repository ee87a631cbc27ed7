//! The widget's app: compiled to wasm, its glue generated and bundled with the
//! loader's second stage, all made small.

use std::path::{Path, PathBuf};

use crate::failure::Outcome;
use crate::{paths, processes};

use super::part::Part;
use super::{integrity, tools};

/// The app's files: the second stage with the glue, the wasm, and what only pages
/// need that forbid one of them.
pub const FILES: [&str; 3] = ["app.js", "app.wasm", "frame.js"];

/// Where the finished app lies until `www` takes it.
pub fn finished() -> PathBuf {
    paths::stage("app")
}

/// The app, and whether it must be built.
pub fn look(compiler: &str) -> Outcome<Part> {
    let outputs = FILES.map(|file| finished().join(file)).to_vec();
    Part::look("widget", "widget", compiler, outputs)
}

/// Generates the glue and shrinks everything.
pub fn finish() -> Outcome {
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
            .arg("--remove-producers-section")
            .args(["--out-name", "app", "--out-dir"])
            .arg(&stage),
    )?;
    processes::run(
        "quietening the widget",
        processes::command(tools::wasm_quiet_bin())
            .args(["app_bg.wasm", "app.js", "quiet.wasm", "quiet.js"].map(|it| stage.join(it))),
    )?;
    processes::at_once(vec![
        Box::new(|| {
            processes::run(
                "shrinking the widget",
                tools::wasm_opt()
                    .arg(stage.join("quiet.wasm"))
                    .arg("-o")
                    .arg(finished().join("app.wasm")),
            )
        }),
        Box::new(|| bundle_scripts(&stage)),
    ])
}

/// The second stage with the glue and the style sheet; it knows what the file for
/// our frames must look like.
fn bundle_scripts(stage: &Path) -> Outcome {
    let (glue, style) = (stage.join("quiet.js"), stage.join("panel.css"));
    processes::run(
        "shrinking panel.css",
        processes::command(paths::npm_bin("esbuild"))
            .arg(paths::root().join("widget/src/panel.css"))
            .args(["--minify", "--log-level=warning"])
            .arg(format!("--outfile={}", style.display())),
    )?;
    let frame = finished().join("frame.js");
    bundle("frame.js", &frame, &[])?;
    bundle(
        "stage.js",
        &finished().join("app.js"),
        &[
            format!("--alias:app={}", glue.display()),
            format!("--alias:panel={}", style.display()),
            "--loader:.css=text".to_owned(),
            integrity::define("__FRAME_INTEGRITY__", &paths::read(&frame)?),
        ],
    )
}

/// Puts a script of the loader's folder, with all that it imports, into one file.
pub fn bundle(name: &str, to: &Path, options: &[String]) -> Outcome {
    processes::run(
        &format!("shrinking {name}"),
        processes::command(paths::npm_bin("esbuild"))
            .arg(paths::root().join("widget/loader").join(name))
            .args(["--bundle", "--format=esm", "--minify", "--charset=utf8"])
            .arg("--log-level=warning")
            .arg(format!("--outfile={}", to.display()))
            .args(options),
    )
}
