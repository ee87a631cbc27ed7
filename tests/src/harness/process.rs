//! A program and everything it starts, in a process group of its own.
//!
//! A shell leads the group and reads a pipe that only we hold open. When the
//! pipe closes, whether by `end`, by `Drop` or because this very process died,
//! the shell kills its whole group. So nothing outlives the tests.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs its arguments, says when they are over, and waits for the pipe to close.
const GUARD: &str = r#"{ "$@" </dev/null; echo "ended with status $?"; } &
while read -r _; do :; done
kill -s KILL -- "-$$""#;
/// How the guard says that the program is over.
const ENDED: &str = "ended with status ";

/// A running program with all that it has said.
#[derive(Debug)]
pub struct Group {
    shell: Child,
    said: Said,
}

/// What a program has written so far, a line at a time.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    /// Everything.
    #[must_use]
    pub fn all(&self) -> String {
        self.lines().join("\n")
    }

    /// The end of it, for messages.
    #[must_use]
    pub fn tail(&self) -> String {
        const LINES: usize = 40;
        let lines = self.lines();
        let skipped = lines.len().saturating_sub(LINES);
        lines
            .into_iter()
            .skip(skipped)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.clone()
    }

    fn listen(&self, pipe: impl Read + Send + 'static) {
        let said = Arc::clone(&self.0);
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                said.push(line);
            }
        });
    }
}

impl Group {
    /// Starts a program in a directory, with these variables added.
    pub fn start(directory: &Path, program: &[String], variables: &[(&str, &str)]) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .args(program)
            .current_dir(directory)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .expect("a shell");
        let said = Said::default();
        said.listen(shell.stdout.take().expect("a pipe"));
        said.listen(shell.stderr.take().expect("a pipe"));
        Self { shell, said }
    }

    /// What it has said.
    #[must_use]
    pub fn said(&self) -> &Said {
        &self.said
    }

    /// Panics if the program is over, with what it said last.
    pub fn must_run(&self) {
        let over = self.said.lines().iter().any(|line| line.starts_with(ENDED));
        assert!(!over, "the program is over:\n{}", self.said.tail());
    }

    /// The number of the group.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.shell.id()
    }

    /// Kills the whole group, at once.
    pub fn end(&mut self) {
        drop(self.shell.stdin.take());
        // The guard kills itself with its group: its status tells nothing.
        let _ = self.shell.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
