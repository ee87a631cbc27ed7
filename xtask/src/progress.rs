//! Says what is being done, once it has taken longer than a second.
//!
//! On a terminal one line is redrawn with the seconds; elsewhere plain lines are
//! printed when something begins to take time, every now and then, and at its end.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is quicker than this is not worth a line.
const WORTH_SAYING: Duration = Duration::from_secs(1);
/// How often the line on a terminal is drawn.
const REDRAW: Duration = Duration::from_millis(250);
/// How often a plain log is told that something still goes on.
const REMIND: u64 = 30;
/// A longer line would break and could not be redrawn on a terminal of ordinary width.
const LINE_LENGTH: usize = 78;

struct Step {
    what: String,
    since: Instant,
    /// Up to which second a plain log has been told.
    told: Option<u64>,
}

static STEPS: Mutex<Vec<Step>> = Mutex::new(Vec::new());

fn steps() -> MutexGuard<'static, Vec<Step>> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts telling; ends with the program.
pub fn start() {
    let terminal = std::io::stderr().is_terminal();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(REDRAW);
            if terminal { redraw() } else { tell() }
        }
    });
}

/// Does the work, known to the listeners under this name.
pub fn during<T, E>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let since = Instant::now();
    steps().push(Step {
        what: what.to_owned(),
        since,
        told: None,
    });
    let result = work();
    let mut steps = steps();
    steps.retain(|step| step.since != since || step.what != what);
    if since.elapsed() >= WORTH_SAYING {
        let how = if result.is_ok() { "done" } else { "failed" };
        say(&format!("{what}: {how} ({} s)", since.elapsed().as_secs()));
    }
    result
}

/// One plain line.
pub fn say(line: &str) {
    clear();
    eprintln!("  {line}");
}

/// Takes the redrawn line away.
pub fn clear() {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        // Nothing can be done if the terminal has gone.
        let _ = write!(stderr, "\r\x1b[2K");
        let _ = stderr.flush();
    }
}

fn redraw() {
    let steps = steps();
    let line: Vec<String> = steps
        .iter()
        .filter(|step| step.since.elapsed() >= WORTH_SAYING)
        .map(|step| format!("{} {} s", step.what, step.since.elapsed().as_secs()))
        .collect();
    if !line.is_empty() {
        let line: String = line.join(", ").chars().take(LINE_LENGTH).collect();
        clear();
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "  {line}");
        let _ = stderr.flush();
    }
}

fn tell() {
    for step in steps().iter_mut() {
        let seconds = step.since.elapsed().as_secs();
        let due = match step.told {
            None => seconds >= WORTH_SAYING.as_secs(),
            Some(told) => seconds >= told + REMIND,
        };
        if due {
            eprintln!("  {} … {seconds} s", step.what);
            step.told = Some(seconds);
        }
    }
}
