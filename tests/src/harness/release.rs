//! A newer release of the product, made of the one that was built. What makes a release
//! another one is what its files hold, and with that their hashes and its version.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha384};
use tempfile::TempDir;

use super::{product, scratch};

/// At the end of each script of it.
const REMARK: &[u8] = b"\n// The next release.\n";
/// At the end of its wasm: a section of its own named `b`, which says nothing.
const SECTION: &[u8] = &[0, 2, 1, b'b'];
const LOADER: &str = "widget.js";

/// The next release, laid out as a build leaves it: no past one is beside it.
#[derive(Debug)]
pub struct Release {
    copy: TempDir,
    version: String,
}

impl Release {
    /// Makes it. None of its scripts, nor its wasm, is as in the one before.
    #[must_use]
    pub fn next() -> Self {
        let copy = scratch::directory("release-");
        let built = product::folder().parent().expect("a parent");
        product::copy_folder(built, copy.path());
        let www = copy.path().join("target/www");
        let old = newest(&www);
        let version: String = old.chars().rev().collect();
        assert_ne!(version, old, "a release that reads the same backwards");
        let release = Self { copy, version };
        release.write(&www.join("widget").join(&old), &old);
        release
    }

    /// The assets.
    #[must_use]
    pub fn www(&self) -> PathBuf {
        self.copy.path().join("target/www")
    }

    /// What its files are named after.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Where the worker's settings are.
    pub(super) fn folder(&self) -> PathBuf {
        self.copy.path().join("edge")
    }

    /// Writes all its files, made of those in the folder of the old one, which goes.
    fn write(&self, from: &Path, old: &str) {
        let read = |name: &str| fs::read(from.join(name)).expect("a file of the release");
        // What each refers to by its hash is changed before it.
        let (frame, wasm) = ("frame.js", "app.wasm");
        let (old_frame, old_wasm, old_app) = (read(frame), read(wasm), read("app.js"));
        let new_frame = [&old_frame, REMARK].concat();
        let new_wasm = [&old_wasm, SECTION].concat();
        let app = replaced(&old_app, &[(short(&old_frame), short(&new_frame))]);
        let new_app = [&app, REMARK].concat();
        let loader = replaced(
            &read(LOADER),
            &[
                (old.to_owned(), self.version.clone()),
                (short(&old_app), short(&new_app)),
                (short(&old_wasm), short(&new_wasm)),
            ],
        );
        let changed = [
            (frame, new_frame),
            (wasm, new_wasm),
            ("app.js", new_app),
            (LOADER, loader.clone()),
        ];
        for (name, content) in changed {
            fs::write(from.join(name), content).expect("a file");
        }
        fs::write(self.www().join(LOADER), loader).expect("a file");
        let folder = from.with_file_name(&self.version);
        fs::rename(from, &folder).expect("a folder");
        let releases = json!([{"version": self.version, "files": sums(&folder)}]);
        fs::write(self.www().join("releases.json"), releases.to_string()).expect("a file");
    }
}

/// The assets that were built, as all stories have them.
#[must_use]
pub fn built() -> PathBuf {
    let built = product::folder().parent().expect("a parent");
    built.join("target/www")
}

/// The newest release among these assets.
#[must_use]
pub fn newest(www: &Path) -> String {
    let text = fs::read_to_string(www.join("releases.json")).expect("a list of releases");
    let list: Value = serde_json::from_str(&text).expect("a list of releases");
    let version = list.pointer("/0/version").and_then(Value::as_str);
    version.expect("a version").to_owned()
}

/// A text with other words in place of some, each of which must be in it.
fn replaced(text: &[u8], words: &[(String, String)]) -> Vec<u8> {
    let mut text = String::from_utf8(text.to_vec()).expect("a text");
    for (old, new) in words {
        assert!(text.contains(old), "no {old}");
        text = text.replace(old, new);
    }
    text.into_bytes()
}

/// A hash as the scripts carry it.
fn short(content: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// The hash of each file in a folder, as the list of releases has it.
fn sums(folder: &Path) -> Map<String, Value> {
    let files = fs::read_dir(folder).expect("a folder");
    let sum = |file: fs::DirEntry| {
        let content = fs::read(file.path()).expect("a file");
        let sum = format!("sha384-{}", STANDARD.encode(Sha384::digest(content)));
        (file.file_name().to_string_lossy().into_owned(), sum.into())
    };
    files.map(|file| sum(file.expect("a file"))).collect()
}
