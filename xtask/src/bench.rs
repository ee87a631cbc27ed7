//! `cargo xtask bench`: measurements. No test and no check depends on them.

use crate::build::{self, PREBUILT};
use crate::failure::{Failure, Outcome};
use crate::{prerequisites, processes};

/// What there is to measure.
const BENCHES: &str = "\
cargo xtask bench <what>

  edge    the worker's own time, between a click and the operator and between a webhook and the
          page, for each dialect, beside a plain-JavaScript worker of the same design; with the
          default settings it takes two to three minutes per dialect
            --dialect NAME   only this one
            --rounds N       default 5
            --calls N        calls of one turn, all open at once; default 100
            --rate N         webhooks per second; default 50
            --rooms X        where workerd keeps the rooms: memory, or disk; by default in memory
                             where there is /dev/shm, since both wait for the disk far longer
                             than they work
  held    the memory that an open call needs, and what streams that were broken off leave behind
  rows    the rows that one call writes, in all rooms together, from the click to the clean-up
  widget  what the button costs a page and its visitor: bytes, long tasks, layout shift, click to
          form, event to pixel; beside other widgets, read from npm; three minutes";

/// Runs a bench, or says which there are.
pub fn bench(words: &[&str]) -> Outcome {
    match words {
        [] => {
            println!("{BENCHES}");
            Ok(())
        }
        ["edge", options @ ..] => run("edge", options),
        ["held"] => run("edge", &["--held"]),
        ["rows"] => run("edge", &["--rows"]),
        ["widget"] => {
            prerequisites::chromium()?;
            run("widget", &[])
        }
        [unknown, ..] => Err(Failure::usage(format!(
            "there is no bench `{unknown}`\n\n{BENCHES}"
        ))),
    }
}

/// The client is not optimised: its work lies outside of what is measured, and
/// is the same for all sides.
fn run(bench: &str, options: &[&str]) -> Outcome {
    build::build()?;
    processes::run_aloud(
        "the bench",
        processes::command("cargo")
            .args(["bench", "--quiet", "--profile", "dev"])
            .args(["--package", "stories", "--bench", bench, "--"])
            .args(options)
            .env(PREBUILT, "1"),
    )
}
