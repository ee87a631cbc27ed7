//! `cargo xtask operator check`: asks the configured operators, through the
//! worker itself, for what changes nothing, and says what it finds.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::dev::{Worker, port, settings};
use crate::failure::{Failure, Outcome};
use crate::{build, paths, progress};

/// Where settings are read from unless another file is named: wrangler's own.
const SETTINGS: &str = "edge/.dev.vars";
/// Every operator's conversation has its own limit; a handful of them fit.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// How often a worker that is not there yet is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// Checks, and fails if an operator cannot be used.
pub fn check(words: &[&str]) -> Outcome {
    let file = match words {
        [] => paths::root().join(SETTINGS),
        ["--env-file", file] => PathBuf::from(file),
        _ => return Err(Failure::usage("operator check takes --env-file FILE")),
    };
    let given = paths::read_text(&file)?;
    build::build()?;
    let port = port::any()?;
    let mut worker = Worker::start(&own_settings(&given)?, port)?;
    let answer = progress::during("asking the operators", || ask(&mut worker, port));
    progress::clear();
    let log = worker.log_lines();
    for line in log.iter().filter(|line| is_telling(line)) {
        println!("  {line}");
    }
    let found = read(&answer?)?;
    let mut usable = true;
    for finding in &found {
        usable &= tell(finding);
    }
    if usable {
        Ok(())
    } else {
        Err(Failure::new("an operator cannot be used; see above"))
    }
}

/// The developer's settings, and that they are to be checked.
fn own_settings(given: &str) -> Outcome<PathBuf> {
    let mut lines = given.trim_end().to_owned();
    lines.push_str("\nOPERATOR_CHECK='1'\n");
    if !given
        .lines()
        .any(|line| line.trim_start().starts_with("CTD_KEY"))
    {
        lines.push_str(&format!("CTD_KEY='{}'\n", settings::key()?));
    }
    let file = settings::folder().join("check.env");
    settings::write_secret(Path::new(&file), &lines)?;
    Ok(file)
}

/// Asks until there is an answer.
fn ask(worker: &mut Worker, port: u16) -> Outcome<String> {
    let since = Instant::now();
    loop {
        if let Some(answer) = get(port).filter(|answer| answer.starts_with("HTTP/1.1 ")) {
            return Ok(answer);
        }
        if let Some(status) = worker.ended() {
            return Err(Failure::new(format!(
                "the worker could not start ({status})"
            )));
        }
        if since.elapsed() > ANSWER_WITHIN {
            return Err(Failure::new("the worker does not answer"));
        }
        std::thread::sleep(ASK_AGAIN);
    }
}

fn get(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(ANSWER_WITHIN)).ok()?;
    let question = "GET /operators/check HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(question.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// What the worker says of settings and of the operators' answers.
fn is_telling(line: &str) -> bool {
    let from = line.trim_start();
    [
        "setting ",
        "GET http",
        "POST http",
        "PUT http",
        "DELETE http",
    ]
    .iter()
    .any(|start| from.contains(start))
}

fn read(answer: &str) -> Outcome<Vec<Value>> {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let list = body
        .find('[')
        .zip(body.rfind(']'))
        .and_then(|(from, to)| body.get(from..=to));
    let list = list.and_then(|list| serde_json::from_str(list).ok());
    match list {
        Some(list) if head.starts_with("HTTP/1.1 200") => Ok(list),
        _ => Err(Failure::new(
            "the settings cannot be used; the line above names the field",
        )),
    }
}

/// Says what was found of one connection; whether it can be used.
fn tell(finding: &Value) -> bool {
    let text = |name: &str| {
        finding
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let failure = finding.get("failure").and_then(Value::as_str);
    let (usable, words) = in_words(text("dialect"), text("right"), failure);
    let mark = if usable { "right" } else { "WRONG" };
    let what = match text("right") {
        "place" => "placing calls",
        "read" => "reading calls",
        "end" => "ending calls",
        "record" => "fetching recordings",
        other => other,
    };
    println!(
        "  {mark}  {} ({}), {what}: {words}",
        text("connection"),
        text("dialect")
    );
    usable
}

fn in_words(dialect: &str, right: &str, failure: Option<&str>) -> (bool, String) {
    if let ("camara", Some("OPERATOR_CREDENTIALS_REFUSED")) = (dialect, failure) {
        let scope = scope(right);
        let words = format!(
            "it refuses our credentials for this; check the id, the secret or key, and that \
             they may have the scope {scope}"
        );
        return (false, words);
    }
    let (usable, words) = plainly(dialect, right, failure);
    (usable, words.to_owned())
}

/// The scope that an operation needs (CAMARA Click to Dial, `security`).
fn scope(right: &str) -> &'static str {
    match right {
        "place" => "click-to-dial:calls:create",
        "read" => "click-to-dial:calls:read",
        "end" => "click-to-dial:calls:delete",
        _ => "click-to-dial:recordings:read",
    }
}

fn plainly(dialect: &str, right: &str, failure: Option<&str>) -> (bool, &'static str) {
    match (dialect, failure) {
        ("sandbox", _) => (true, "built in; rings no real phone"),
        ("camara", None) if right == "place" => (
            true,
            "it takes our credentials and gives a token for it; more cannot be asked without \
             placing a call",
        ),
        ("kazoo", None) if right == "place" => (
            true,
            "it takes our key and shows its documents; more cannot be asked without placing a call",
        ),
        (_, None) => (true, "it takes our credentials and answers"),
        // It was asked to end a call that is not there, and said so.
        ("china-mobile", Some("OPERATOR_ERROR")) => (
            true,
            "it takes our credentials; more cannot be asked without placing a call",
        ),
        (_, Some("OPERATOR_CREDENTIALS_REFUSED")) => (
            false,
            "it refuses our credentials; check the id, the secret or key, and what they may do",
        ),
        (_, Some("OPERATOR_ACCOUNT_SUSPENDED")) => {
            (false, "it knows the account, but has suspended it")
        }
        (_, Some("OPERATOR_UNAVAILABLE")) => (
            false,
            "it cannot be reached, or is out of order; check the addresses",
        ),
        _ => (
            false,
            "it answers something else than its document says; check the addresses",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{in_words, read, scope};

    #[test]
    fn what_is_wrong_is_said_in_words_that_name_what_to_check() {
        let refused = Some("OPERATOR_CREDENTIALS_REFUSED");
        for right in ["place", "read", "end", "record"] {
            assert!(in_words("camara", right, None).0);
            let (usable, words) = in_words("camara", right, refused);
            assert!(!usable && words.contains(scope(right)), "{words}");
        }
        assert!(in_words("china-mobile", "end", Some("OPERATOR_ERROR")).0);
        assert!(!in_words("kazoo", "read", Some("OPERATOR_ERROR")).0);
        let (usable, words) = in_words("kazoo", "place", refused);
        assert!(!usable && words.contains("credentials"));
    }

    #[test]
    fn settings_that_cannot_be_used_are_no_findings() {
        let found = read("HTTP/1.1 200 OK\r\n\r\n[{\"connection\":\"main\"}]");
        assert_eq!(found.map(|list| list.len()).ok(), Some(1));
        assert!(
            read("HTTP/1.1 503 Service Unavailable\r\n\r\n{\"code\":\"NOT_CONFIGURED\"}").is_err()
        );
    }
}
