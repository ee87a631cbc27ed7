//! `target/www`: the pages, the loader, and the release: loader and app under the
//! hash of their contents.
//!
//! Put together beside it and then moved file by file, what is referred to before
//! what refers to it, because a running worker serves from there.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Outcome};
use crate::stamps::{Inputs, Stamp, hex};
use crate::{paths, processes};

use super::{integrity, reference, widget};

/// The loader is the only file that refers to a versioned one. It is there twice: as
/// it is today, and within its release, for pages that want no other.
const LOADER: &str = "widget.js";
/// Which releases there are, the newest first, with the hash of each file. A deploy
/// reads it to keep the past ones (`cargo xtask deploy`).
const RELEASES: &str = "releases.json";
/// 64 bits are enough to tell releases apart; nobody gains from a collision.
const HASH_DIGITS: usize = 16;

/// What our pages within frames run. They are as new as those pages, which nobody keeps.
const INSIDE: [&str; 2] = ["framed.js", "captcha.js"];

/// Any page may load these. Versioned files never change; the loader is asked for again each time
/// (an unchanged one costs a 304), so that every page has today's.
const HEADERS: &str = "\
/widget.js
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=0, must-revalidate
/widget/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  Cache-Control: public, max-age=31536000, immutable
";

/// Puts everything together unless nothing has changed.
pub fn assemble() -> Outcome {
    let app = App::read()?;
    let own = [
        "www",
        "widget/loader",
        "package-lock.json",
        "xtask/src/build",
    ];
    let inputs = Inputs {
        paths: &[&own[..], &reference::INPUTS].concat(),
        words: &[&app.hash],
    };
    let stamp = Stamp::new("www", &inputs, vec![paths::www()])?;
    if stamp.is_fresh()? {
        return Ok(());
    }
    let stage = paths::stage("www");
    paths::fresh_folder(&stage)?;
    copy_pages(&stage)?;
    app.write(&stage)?;
    app.write_loader(&stage)?;
    for name in INSIDE {
        widget::bundle(name, &stage.join(name), &[])?;
    }
    reference::write(&stage)?;
    move_over(&stage, &paths::www())?;
    stamp.set()
}

/// The app's files and the hash of both.
struct App {
    files: Vec<(String, Vec<u8>)>,
    hash: String,
}

impl App {
    fn read() -> Outcome<App> {
        let mut files = Vec::new();
        let mut hash = Sha256::new();
        hash.update(paths::read(
            &paths::root().join("widget/loader").join(LOADER),
        )?);
        for name in widget::FILES {
            let content = paths::read(&widget::finished().join(name))?;
            files.push((name.to_owned(), content));
        }
        files.extend(locales()?);
        for (_, content) in &files {
            hash.update(content.len().to_le_bytes());
            hash.update(content);
        }
        let hash = hex(&hash.finalize()).chars().take(HASH_DIGITS).collect();
        Ok(App { files, hash })
    }

    /// The path of a file, below the assets' root.
    fn place(&self, name: &str) -> String {
        format!("widget/{}/{name}", self.hash)
    }

    fn write(&self, stage: &Path) -> Outcome {
        for (name, content) in &self.files {
            paths::write(&stage.join(self.place(name)), content)?;
        }
        Ok(())
    }

    /// Minifies the loader and tells it where the app is and what it must look like;
    /// then the release is complete.
    fn write_loader(&self, stage: &Path) -> Outcome {
        let to = stage.join(LOADER);
        let mut esbuild = processes::command(paths::npm_bin("esbuild"));
        esbuild
            .arg(paths::root().join("widget/loader").join(LOADER))
            .args(["--minify", "--charset=utf8", "--log-level=warning"])
            .arg(format!("--outfile={}", to.display()));
        for ((name, content), (place, hash)) in self.files.iter().zip([
            ("__APP__", "__APP_INTEGRITY__"),
            ("__WASM__", "__WASM_INTEGRITY__"),
        ]) {
            esbuild.arg(format!("--define:{place}=\"/{}\"", self.place(name)));
            esbuild.arg(integrity::define(hash, content));
        }
        processes::run("shrinking the loader", &mut esbuild)?;
        let loader = paths::read(&to)?;
        paths::write(&stage.join(self.place(LOADER)), &loader)?;
        let all = self
            .files
            .iter()
            .map(|(name, content)| (name.as_str(), content));
        let sums: Map<String, Value> = all
            .chain([(LOADER, &loader)])
            .map(|(name, content)| (name.to_owned(), integrity::long(content).into()))
            .collect();
        let releases = json!([{ "version": self.hash, "files": sums }]);
        paths::write(&stage.join(RELEASES), format!("{releases:#}\n"))
    }
}

/// The app's texts in every language, without what only people need.
fn locales() -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut files = paths::files_below(&paths::root().join("widget/locales"), &[])?;
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let texts: serde_json::Value = serde_json::from_slice(&paths::read(&file)?)
                .map_err(|error| Failure::file("read", &file, error))?;
            Ok((name.into_owned(), texts.to_string().into_bytes()))
        })
        .collect()
}

/// The pages as they are, and the headers: theirs, if they have some, then ours.
fn copy_pages(stage: &Path) -> Outcome {
    let from = paths::root().join("www");
    for (file, place) in placed(&from)? {
        paths::write(&stage.join(place), paths::read(&file)?)?;
    }
    let headers = stage.join("_headers");
    let own = if headers.exists() {
        paths::read_text(&headers)?
    } else {
        String::new()
    };
    paths::write(&headers, format!("{own}{HEADERS}"))
}

/// Makes the second folder like the first one, changing only what differs.
fn move_over(from: &Path, to: &Path) -> Outcome {
    let mut fresh = placed(from)?;
    fresh.sort_by_key(|(_, place)| place == Path::new(LOADER));
    for (file, place) in &fresh {
        let target = to.join(place);
        if !target.exists() || paths::read(&target)? != paths::read(file)? {
            paths::replace(file, &target)?;
        }
    }
    for (file, place) in placed(to)? {
        if !fresh.iter().any(|(_, other)| *other == place) {
            paths::remove_file(&file)?;
        }
    }
    Ok(())
}

/// All files of a folder with their place in it.
fn placed(folder: &Path) -> Outcome<Vec<(PathBuf, PathBuf)>> {
    let files = paths::files_below(folder, &[])?;
    Ok(files
        .into_iter()
        .filter_map(|file| {
            let place = file.strip_prefix(folder).ok()?.to_path_buf();
            Some((file, place))
        })
        .collect())
}
