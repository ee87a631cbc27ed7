//! `cargo xtask operator`: sets up at an operator what a deployment needs there.
//!
//! It reads the deployment's own settings, so that nothing is written down
//! twice, and says in words what it found and did, but never a secret.

mod documents;
mod kazoo;
mod settings;
mod webhooks;

use std::path::PathBuf;
use std::process::ExitCode;

use settings::Settings;

const USAGE: &str = "\
cargo xtask operator webhooks [--env-file FILE]

  Has every Kazoo system that the deployment uses tell it of calls. Safe to
  repeat: what is there stays, what was changed or switched off is repaired.

cargo xtask operator prune [--env-file FILE]

  Takes away the documents that the deployment has made at every Kazoo system
  to dial through, and that no call needs any more.

Both read CONNECTION_… and PUBLIC_URL (webhooks only) from the environment, and
what is not there from the file.";

/// What went wrong, in one line for a person.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("operator: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Outcome {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (what, file) = match words.as_slice() {
        [what @ ("webhooks" | "prune")] => (*what, None),
        [what @ ("webhooks" | "prune"), "--env-file", file] => (*what, Some(PathBuf::from(file))),
        _ => return Err(format!("cannot understand this\n\n{USAGE}")),
    };
    let settings = Settings::read(file.as_deref())?;
    let base = match what {
        "webhooks" => Some(settings.public_url()?),
        _ => None,
    };
    for connection in settings.kazoo_connections()? {
        println!("Kazoo system of the connection {}:", connection.name);
        match &base {
            Some(base) => webhooks::set_up(&connection, base)?,
            None => documents::prune(&connection)?,
        }
    }
    Ok(())
}
