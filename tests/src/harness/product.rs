//! A copy of what was built, so that a build that runs meanwhile changes
//! nothing under the feet of a story.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use super::edge::{root, target};
use super::scratch;

/// The folder in which `wrangler dev` finds the copy: laid out as in the
/// repository, since `wrangler.toml` names its neighbours.
pub(super) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let copy = scratch::directory("product-").keep();
        let edge = copy.join("edge");
        copy_folder(&root().join("edge/build"), &edge.join("build"));
        copy_folder(&target().join("www"), &copy.join("target/www"));
        let settings = fs::read_to_string(root().join("edge/wrangler.toml")).expect("a file");
        fs::write(edge.join("wrangler.toml"), without_build(&settings)).expect("a file");
        edge
    })
}

/// The settings without the section that says how to build: all is built.
fn without_build(settings: &str) -> String {
    let mut within = false;
    let kept = settings.lines().filter(|line| {
        if line.starts_with('[') {
            within = *line == "[build]";
        }
        !within
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    let built = "`cargo xtask build` comes first";
    for entry in fs::read_dir(from).expect(built) {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy");
            age(&to);
        }
    }
}

/// Makes a copy look as old as it is: what watches files takes fresh ones for
/// changed ones.
fn age(file: &Path) {
    let file = fs::File::options().write(true).open(file).expect("a file");
    file.set_modified(SystemTime::UNIX_EPOCH + OLD)
        .expect("a time");
}

/// Some time in the past, since 1970.
const OLD: Duration = Duration::from_secs(1_000_000_000);

#[cfg(test)]
mod tests {
    use super::without_build;

    #[test]
    fn only_the_section_that_says_how_to_build_is_left_out() {
        let settings = "main = \"x\"\n[build]\ncommand = \"y\"\n\n[assets]\ndirectory = \"z\"\n";
        assert_eq!(
            without_build(settings),
            "main = \"x\"\n[assets]\ndirectory = \"z\"\n"
        );
    }
}
