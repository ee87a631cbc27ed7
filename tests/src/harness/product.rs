//! A copy of what was built, so that a build that runs meanwhile changes
//! nothing under the feet of a story.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::edge::{root, target};
use super::scratch;

/// The folder in which the worker finds the copy: laid out as in the
/// repository, since `wrangler.toml` names its neighbours.
pub(super) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let copy = scratch::directory("product-").keep();
        let edge = copy.join("edge");
        copy_folder(&root().join("edge/build"), &edge.join("build"));
        copy_folder(&target().join("www"), &copy.join("target/www"));
        let settings = "wrangler.toml";
        fs::copy(root().join("edge").join(settings), edge.join(settings)).expect("a copy");
        edge
    })
}

pub(super) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    let built = "`cargo xtask build` comes first";
    for entry in fs::read_dir(from).expect(built) {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy");
        }
    }
}
