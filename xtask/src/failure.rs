//! Why a command ends early: one line for a person, and the exit code.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

/// What every step answers.
pub type Outcome<T = ()> = Result<T, Failure>;

/// The one line that is printed, and the exit code.
#[derive(Debug)]
pub struct Failure {
    message: String,
    code: u8,
}

/// The exit code of a command line that cannot be understood (as in sysexits' and bash's custom).
const USAGE_CODE: u8 = 2;

impl Failure {
    /// An ordinary failure: exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Failure {
            message: message.into(),
            code: 1,
        }
    }

    /// A command line that cannot be understood.
    pub fn usage(message: impl Into<String>) -> Self {
        Failure::new(message).with_code(USAGE_CODE)
    }

    /// Something about one file did not work.
    pub fn file(verb: &str, path: &Path, error: impl Display) -> Self {
        Failure::new(format!("cannot {verb} {}: {error}", path.display()))
    }

    /// The same failure with the exit code of the program that caused it.
    pub fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// Prints the line and gives the exit code.
    pub fn report(&self) -> ExitCode {
        eprintln!("xtask: {}", self.message);
        ExitCode::from(self.code)
    }
}
