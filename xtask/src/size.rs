//! `cargo xtask size`: what a visitor loads and what is uploaded, against the budgets.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::{Failure, Outcome};
use crate::{build, paths};

/// What every page pays before anyone clicks.
const LOADER_BROTLI: usize = 2_048;
/// Loader and app together, what a call costs a visitor.
const WIDGET_BROTLI: usize = 75_000;
/// What of the app's files a visitor loads for a first call.
const FIRST_CALL: [&str; 3] = ["/app.js", "/app.wasm", "/en.json"];
/// Where the widget is to come to.
const WIDGET_GOAL: usize = 60_000;
/// Start-up time follows the worker's size. Placing calls and relaying their status
/// take 200 KB; accounts, admission, OAuth, sinks and recordings are the rest. The
/// platform itself takes 3 MB on its free plan.
const WORKER_GZIP: usize = 450_000;
/// Brotli's best quality and largest standard window: what a CDN keeps of a file that never changes.
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW: i32 = 22;

/// The sizes of one file or of several together.
#[derive(Clone, Copy, Default)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds if needed, prints the table, and fails if something is too big.
pub fn size() -> Outcome {
    build::build()?;
    let loader = measured("widget.js", &paths::www().join("widget.js"))?;
    let app = rows(&paths::www(), &app_files()?)?;
    let worker = rows(
        &paths::worker(),
        &["index.js", "index_bg.wasm"].map(|name| paths::worker().join(name)),
    )?;
    let first: Vec<_> = app
        .iter()
        .filter(|(name, _)| FIRST_CALL.iter().any(|part| name.ends_with(part)))
        .cloned()
        .collect();
    let widget = total(&first).plus(loader.1);
    let upload = total(&worker);

    println!(
        "{:<34}{:>10}{:>10}{:>10}   budget",
        "", "raw", "gzip", "brotli"
    );
    print(
        &loader.0,
        loader.1,
        &budget(loader.1.brotli, LOADER_BROTLI, "brotli"),
    );
    for (name, size) in &app {
        print(name, *size, "");
    }
    let goal = format!(
        "{}, goal {}",
        budget(widget.brotli, WIDGET_BROTLI, "brotli"),
        with_commas(WIDGET_GOAL)
    );
    print("all for a first call in English", widget, &goal);
    println!();
    for (name, size) in &worker {
        print(name, *size, "");
    }
    print(
        "the worker's upload",
        upload,
        &budget(upload.gzip, WORKER_GZIP, "gzip"),
    );

    let over: Vec<&str> = [
        ("the loader", loader.1.brotli > LOADER_BROTLI),
        ("the widget", widget.brotli > WIDGET_BROTLI),
        ("the worker", upload.gzip > WORKER_GZIP),
    ]
    .iter()
    .filter_map(|(name, over)| over.then_some(*name))
    .collect();
    if over.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!("over budget: {}", over.join(", "))))
    }
}

/// The app's files under the hash of their contents.
fn app_files() -> Outcome<Vec<PathBuf>> {
    paths::files_below(&paths::www().join("widget"), &[])
}

fn rows(folder: &Path, files: &[PathBuf]) -> Outcome<Vec<(String, Size)>> {
    files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(folder).unwrap_or(file);
            measured(&name.to_string_lossy(), file)
        })
        .collect()
}

fn measured(name: &str, file: &Path) -> Outcome<(String, Size)> {
    let content = paths::read(file)?;
    let size = Size {
        raw: content.len(),
        gzip: gzip(&content).map_err(|error| Failure::file("compress", file, error))?,
        brotli: brotli(&content).map_err(|error| Failure::file("compress", file, error))?,
    };
    Ok((name.to_owned(), size))
}

fn gzip(content: &[u8]) -> std::io::Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

fn brotli(content: &[u8]) -> std::io::Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)
}

impl Size {
    fn plus(self, other: Size) -> Size {
        Size {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

fn total(rows: &[(String, Size)]) -> Size {
    rows.iter()
        .fold(Size::default(), |sum, (_, size)| sum.plus(*size))
}

fn print(name: &str, size: Size, note: &str) {
    let line = format!(
        "{name:<34}{:>10}{:>10}{:>10}   {note}",
        with_commas(size.raw),
        with_commas(size.gzip),
        with_commas(size.brotli),
    );
    println!("{}", line.trim_end());
}

fn budget(size: usize, limit: usize, how: &str) -> String {
    let verdict = if size > limit { "OVER" } else { "within" };
    format!("{verdict} {} {how}", with_commas(limit))
}

fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{brotli, budget, gzip, with_commas};

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(with_commas(0), "0");
        assert_eq!(with_commas(999), "999");
        assert_eq!(with_commas(1_000), "1,000");
        assert_eq!(with_commas(1_234_567), "1,234,567");
    }

    #[test]
    fn a_budget_may_be_used_up_and_not_exceeded() {
        assert_eq!(budget(2_048, 2_048, "brotli"), "within 2,048 brotli");
        assert_eq!(budget(2_049, 2_048, "brotli"), "OVER 2,048 brotli");
    }

    #[test]
    fn both_compressors_compress() {
        let content = [b'x'; 10_000];
        assert!(gzip(&content).unwrap() < 100);
        assert!(brotli(&content).unwrap() < 100);
    }
}
