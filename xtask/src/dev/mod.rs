//! `cargo xtask dev`: the whole product on this machine, until Ctrl-C.

mod lab;
mod options;
pub mod port;
pub mod settings;
mod worker;

use std::path::Path;
use std::time::Duration;

use crate::failure::{Failure, Outcome};
use crate::{build, operator, processes};

use lab::Lab;
use options::{Options, SANDBOX};
pub use worker::Worker;

/// The operator that has to be told where to tell of calls.
const KAZOO: &str = "kazoo";
/// How often we look whether what we started is still alive.
const LOOK: Duration = Duration::from_millis(100);

/// Builds, serves, and goes on until something ends it.
pub fn dev(words: &[&str]) -> Outcome {
    let options = options::parse(words)?;
    build::build()?;
    let port = port::free(options.port)?;
    let mut lab = match options.operator {
        SANDBOX => None,
        dialect => Some(Lab::start(dialect, &app_server(&options, port))?),
    };
    let settings = settings::write(&options, lab.as_ref())?;
    let mut worker = Worker::start(&settings, port)?;
    worker.wait_until_ready()?;
    if options.operator == KAZOO {
        set_up_webhooks(&settings, &app_server(&options, port))?;
    }
    welcome(&options, port, client_id(&worker))?;
    worker.pass_log_on();
    loop {
        std::thread::sleep(LOOK);
        // Both are asked each time: whoever ends us waits until both are known to have ended.
        let lab_ended = lab.as_mut().is_some_and(Lab::has_ended);
        let status = worker.ended();
        if processes::signalled() {
            continue;
        }
        if let Some(status) = status {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            return Err(
                Failure::new(format!("the worker ended by itself ({status})"))
                    .with_code(code.unwrap_or(1).max(1)),
            );
        }
        if lab_ended {
            return Err(Failure::new("the lab operator ended by itself"));
        }
    }
}

/// Has the lab operator tell of calls, in the way that a real one is set up.
fn set_up_webhooks(settings: &Path, app_server: &str) -> Outcome {
    processes::run(
        "setting up the webhooks",
        operator::program("operator")?
            .args(["webhooks", "--env-file"])
            .arg(settings)
            .env("PUBLIC_URL", app_server),
    )
}

/// Where operators tell of calls.
fn app_server(options: &Options, port: u16) -> String {
    let public = options.public_url.clone();
    public.unwrap_or_else(|| format!("http://127.0.0.1:{port}"))
}

/// The id of the API client: the worker derives it, and says it in its log.
fn client_id(worker: &Worker) -> Option<String> {
    let line = worker.line_with("client_id=")?;
    let (_, id) = line.split_once("client_id=")?;
    Some(id.trim_matches('"').to_owned())
}

fn welcome(options: &Options, port: u16, client: Option<String>) -> Outcome {
    if port != options.port {
        println!(
            "  Port {} is taken, so it is {port} this time.",
            options.port
        );
    }
    let operator = match options.operator {
        SANDBOX => "the sandbox".to_owned(),
        dialect => format!("a lab operator on this machine that speaks {dialect}"),
    };
    println!(
        "
  Click to Dial is ready:  http://127.0.0.1:{port}/

  Open it, press the button and enter one of the numbers that the page lists.
  Calls are placed by {operator}: no real phone rings.

  Admin API key   {}
  API client      {}
         secret   {}

  Ctrl-C ends everything. After a change, end it and start it again: that takes seconds.
",
        settings::api_key()?,
        client.unwrap_or_default(),
        settings::client_secret()?,
    );
    Ok(())
}
