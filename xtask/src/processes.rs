//! Every child process: started in a process group of its own, and ended with it.
//!
//! A group, because npm, wrangler and cargo start further processes that must not
//! be left behind; of its own, because Ctrl-C would otherwise reach all of them at
//! once and in no order.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::{Failure, Outcome};
use crate::{paths, progress};

/// How long a group may take to end by itself before it is killed: wrangler needs about one second.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often we look whether a process has ended.
const LOOK: Duration = Duration::from_millis(20);
/// A shell reports a process that a signal ended as 128 + signal.
const SIGNAL_BASE: i32 = 128;

/// The groups that are alive.
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
/// Set once everything is to end: nothing is started any more.
static ENDING: AtomicBool = AtomicBool::new(false);
/// Set when a signal is the cause; then the exit code is the signal's.
static SIGNALLED: AtomicBool = AtomicBool::new(false);

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// On Ctrl-C, SIGTERM and a closed terminal: everything that was started ends, then we do.
pub fn end_all_on_signals() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            SIGNALLED.store(true, Ordering::SeqCst);
            end_all();
            progress::clear();
            std::process::exit(SIGNAL_BASE + signal);
        }
    });
    Ok(())
}

/// Whether a signal is ending us.
pub fn signalled() -> bool {
    SIGNALLED.load(Ordering::SeqCst)
}

/// If a signal is ending us, leaves the end to the thread that heard it: what the
/// other threads see fail then is only the consequence.
pub fn wait_if_signalled() {
    while signalled() {
        std::thread::park();
    }
}

/// Ends all groups and lets nothing new start.
pub fn end_all() {
    ENDING.store(true, Ordering::SeqCst);
    let alive: Vec<Pid> = groups().clone();
    for group in &alive {
        let _ = killpg(*group, Signal::SIGTERM);
    }
    let deadline = Instant::now() + PATIENCE;
    // Whoever waits for a process takes it off the list.
    while Instant::now() < deadline && !groups().is_empty() {
        std::thread::sleep(LOOK);
    }
    for group in &alive {
        let _ = killpg(*group, Signal::SIGKILL);
    }
}

/// A command that runs at the repository's root, without input, building into our target folder.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(paths::root())
        .env("CARGO_TARGET_DIR", paths::target())
        .stdin(Stdio::null());
    command
}

/// A process group and its first process; ends when dropped.
pub struct Group {
    /// The first process; its pipes are the owner's to take.
    pub child: Child,
    pid: Pid,
}

impl Group {
    /// Starts a command as a group of its own.
    pub fn start(command: &mut Command) -> Outcome<Group> {
        use std::os::unix::process::CommandExt;
        let mut groups = groups();
        if ENDING.load(Ordering::SeqCst) {
            return Err(Failure::new("ended"));
        }
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::new(format!("cannot start {name}: {error}")))?;
        let pid = Pid::from_raw(child.id().cast_signed());
        groups.push(pid);
        Ok(Group { child, pid })
    }

    /// Waits for the end of the first process.
    pub fn wait(&mut self) -> Outcome<ExitStatus> {
        let status = self.child.wait();
        groups().retain(|group| *group != self.pid);
        status.map_err(|error| Failure::new(format!("cannot wait for a process: {error}")))
    }

    /// The exit status if the first process has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() {
            groups().retain(|group| *group != self.pid);
        }
        status
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let _ = killpg(self.pid, Signal::SIGTERM);
            let deadline = Instant::now() + PATIENCE;
            while self.ended().is_none() && Instant::now() < deadline {
                std::thread::sleep(LOOK);
            }
        }
        // What the first process has left behind.
        let _ = killpg(self.pid, Signal::SIGKILL);
        let _ = self.child.wait();
        groups().retain(|group| *group != self.pid);
    }
}

/// Runs a command quietly. What it prints is shown only if it fails.
pub fn run(what: &str, command: &mut Command) -> Outcome {
    let log = paths::target()
        .join("logs")
        .join(format!("{}.log", what.replace(' ', "-")));
    paths::write(&log, "")?;
    let ours = || File::options().append(true).open(&log);
    let (out, err) = ours()
        .and_then(|out| Ok((out, ours()?)))
        .map_err(|error| Failure::file("write", &log, error))?;
    progress::during(what, || {
        let status = Group::start(command.stdout(out).stderr(err))?.wait()?;
        if status.success() || ENDING.load(Ordering::SeqCst) {
            return ended_well(what, status);
        }
        show(&log);
        ended_well(what, status)
    })
}

/// Runs a command that prints for itself.
pub fn run_aloud(what: &str, command: &mut Command) -> Outcome {
    let status = Group::start(command)?.wait()?;
    ended_well(what, status)
}

/// What a command prints, if it can be started and succeeds.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Does several things at once. The first failure ends the others and is the one reported.
pub fn at_once(tasks: Vec<Box<dyn FnOnce() -> Outcome + Send + '_>>) -> Outcome {
    let first: Mutex<Option<Failure>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for task in tasks {
            scope.spawn(|| {
                if let Err(failure) = task() {
                    let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                    if first.is_none() {
                        *first = Some(failure);
                        drop(first);
                        end_all();
                    }
                }
            });
        }
    });
    match first.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}

fn ended_well(what: &str, status: ExitStatus) -> Outcome {
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("{what} failed ({status})")))
    }
}

fn show(log: &Path) {
    if let Ok(text) = paths::read_text(log) {
        progress::clear();
        eprint!("{text}");
    }
}
