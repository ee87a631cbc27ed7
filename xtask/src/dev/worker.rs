//! workerd with our worker in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::failure::{Failure, Outcome};
use crate::processes::{self, Group};
use crate::{paths, progress};

use super::settings;

/// It starts within a few seconds; a busy machine may need many times that.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// How often it is asked whether it is ready.
const ASK: Duration = Duration::from_millis(100);
/// How long one question may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// How the answer of a healthy worker begins.
const HEALTHY: &str = "HTTP/1.1 200 ";

/// A running worker, its port and what it prints.
pub struct Worker {
    group: Group,
    port: u16,
    log: Arc<Mutex<Log>>,
}

/// Lines are kept back until the worker is ready: they are of interest only if it
/// never becomes ready.
#[derive(Default)]
struct Log {
    kept: Vec<String>,
    open: bool,
}

impl Worker {
    /// Starts it; the build is done already.
    pub fn start(settings: &Path, port: u16) -> Outcome<Worker> {
        let mut group = Group::start(
            processes::command("node")
                .arg(paths::root().join("xtask/src/dev/serve.mjs"))
                .arg(paths::root().join("edge/wrangler.toml"))
                .arg(settings)
                .arg(settings::folder().join("state"))
                .arg(port.to_string())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped()),
        )?;
        let log = Arc::new(Mutex::new(Log::default()));
        if let Some(out) = group.child.stdout.take() {
            listen(out, &log);
        }
        if let Some(err) = group.child.stderr.take() {
            listen(err, &log);
        }
        Ok(Worker { group, port, log })
    }

    /// Waits for the worker's first healthy answer.
    pub fn wait_until_ready(&mut self) -> Outcome {
        let since = Instant::now();
        progress::during("starting the worker", || {
            loop {
                let answer = ask_health(self.port);
                if answer
                    .as_deref()
                    .is_some_and(|text| text.starts_with(HEALTHY))
                {
                    return Ok(());
                }
                if let Some(status) = self.ended() {
                    processes::wait_if_signalled();
                    return Err(self.fault(&format!("the worker could not start ({status})")));
                }
                if since.elapsed() > READY_WITHIN {
                    let said = answer.unwrap_or_else(|| "nothing".to_owned());
                    return Err(self.fault(&format!("the worker is not ready; it said: {said}")));
                }
                std::thread::sleep(ASK);
            }
        })
    }

    /// Prints from now on what the worker logs.
    pub fn pass_log_on(&self) {
        let mut log = lock(&self.log);
        log.open = true;
        log.kept.clear();
    }

    /// The first line with this text in it. The log comes a little later than
    /// the answer of which it tells.
    pub fn line_with(&self, text: &str) -> Option<String> {
        let since = Instant::now();
        while since.elapsed() < ANSWER_WITHIN {
            let mut lines = self.log_lines().into_iter();
            let line = lines.find(|line| line.contains(text));
            if line.is_some() {
                return line;
            }
            std::thread::sleep(ASK);
        }
        None
    }

    /// What was kept back so far.
    pub fn log_lines(&self) -> Vec<String> {
        lock(&self.log).kept.clone()
    }

    /// The exit status if it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.group.ended()
    }

    /// Prints everything that was kept back, for whoever looks for the reason.
    fn fault(&self, message: &str) -> Failure {
        progress::clear();
        for line in lock(&self.log).kept.drain(..) {
            eprintln!("{line}");
        }
        Failure::new(message)
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(pipe: impl Read + Send + 'static, log: &Arc<Mutex<Log>>) {
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let line = without_secret(line);
            let mut log = lock(&log);
            if !log.open {
                log.kept.push(line);
            } else if !is_noise(&line) {
                println!("{line}");
            }
        }
    });
}

/// The path of every request is printed, and a Kazoo system's webhooks have
/// their secret in theirs: `/operators/kazoo/<connection>/<secret>`.
fn without_secret(line: String) -> String {
    const WEBHOOKS: &str = "/operators/kazoo/";
    let Some((before, path)) = line.split_once(WEBHOOKS) else {
        return line;
    };
    let Some((connection, secret)) = path.split_once('/') else {
        return line;
    };
    let end = secret.find(char::is_whitespace).unwrap_or(secret.len());
    let after = secret.get(end..).unwrap_or_default();
    format!("{before}{WEBHOOKS}{connection}/…{after}")
}

/// Lines that tell a developer nothing: our own question for health, and empty ones.
fn is_noise(line: &str) -> bool {
    line.trim().is_empty() || line.contains("GET /healthz ")
}

/// The first line of the answer of `/healthz`, if there is one.
fn ask_health(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).ok()?;
    let question =
        format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_noise, without_secret};

    #[test]
    fn the_secret_in_a_webhooks_path_is_not_printed() {
        for (line, shown) in [
            (
                "[http:info] POST /operators/kazoo/our-pbx/s3cr3t-_ 200 OK (3ms)",
                "[http:info] POST /operators/kazoo/our-pbx/… 200 OK (3ms)",
            ),
            (
                "POST /operators/kazoo/main/s3cr3t",
                "POST /operators/kazoo/main/…",
            ),
            (
                "POST /operators/camara/calls/x 204",
                "POST /operators/camara/calls/x 204",
            ),
        ] {
            assert_eq!(without_secret(line.to_owned()), shown);
        }
    }

    #[test]
    fn the_log_is_what_the_worker_says() {
        assert!(is_noise("  "));
        assert!(is_noise("[http:info] GET /healthz 200 OK (3ms)"));
        assert!(!is_noise(
            "[http:info] POST /buttons/x/calls 201 Created (9ms)"
        ));
        assert!(!is_noise("call placed"));
    }
}
