//! `cargo xtask`: everything that a developer of this project runs.
//!
//! One file per command. `processes` owns every child process, `progress` says
//! what takes its time, `stamps` knows what need not be done again.
#![expect(
    clippy::disallowed_methods,
    reason = "the clocks are forbidden for wasm's sake; this program runs on the developer's machine"
)]

mod bench;
mod build;
mod deploy;
mod dev;
mod examples;
mod failure;
mod operator;
mod operator_check;
mod packages;
mod paths;
mod prerequisites;
mod processes;
mod progress;
mod python;
mod size;
mod stamps;
mod test;

use std::process::ExitCode;

use failure::{Failure, Outcome};

const USAGE: &str = "\
cargo xtask <command>

  dev     build and serve the whole product on this machine; Ctrl-C ends it
            --operator sandbox|camara|china-mobile|kazoo
                                        who places the calls (default: sandbox, nothing rings;
                                        else: a lab operator is started beside it)
            --port N                    default 8787; the next free one if it is taken
            --public-url URL            the base that operators use for webhooks
  operator check
          ask the configured operators for what changes nothing, and say what is right and wrong
            [--env-file FILE]           the worker's settings (default: edge/.dev.vars)
  operator webhooks
          have the deployment's Kazoo systems tell it of calls; may be repeated, and repairs
            [--env-file FILE]           settings that the environment does not have
  operator prune
          take away the documents made at Kazoo systems that no call has needed for a month
            [--env-file FILE]           settings that the environment does not have
  account create, button create
          make an account, and a button with the tag to paste, at a deployment; alone they say how
  build   make everything that is deployed: edge/build and target/www
  deploy  build, keep the widget's past releases from what is deployed, and upload; prints the
          tag for pages that want no other release
            --url URL                   where it is deployed; pages there go on with what they have
            --first                     nothing is deployed yet
            [-- OPTIONS]                for `wrangler deploy`
  test    all tests: the host's, and the stories in workerd and Chromium
            [filter]                    only tests whose name contains this
  bench   measurements; alone it says which there are
  size    the bytes that a visitor loads and that are uploaded, against their budgets

What is missing (wasm target, npm packages, worker-build; for `test` Chromium and schemathesis) is installed where possible.";

fn main() -> ExitCode {
    if let Err(failure) = processes::end_all_on_signals() {
        return failure.report();
    }
    progress::start();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = dispatch(&arguments);
    processes::wait_if_signalled();
    progress::clear();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        ["bench", words @ ..] => bench::bench(words),
        ["account" | "button", ..] => operator::admin(&words),
        ["build"] => build::build(),
        ["deploy", words @ ..] => deploy::deploy(words),
        ["dev", options @ ..] => dev::dev(options),
        ["operator", "check", words @ ..] => operator_check::check(words),
        ["operator", words @ ..] => operator::operator(words),
        ["size"] => size::size(),
        ["test"] => test::test(None),
        ["test", filter] if !filter.starts_with('-') => test::test(Some(filter)),
        ["build" | "size" | "test", rest @ ..] => Err(Failure::usage(format!(
            "cannot understand `{}`\n\n{USAGE}",
            rest.join(" ")
        ))),
        [unknown, ..] => Err(Failure::usage(format!(
            "there is no command `{unknown}`\n\n{USAGE}"
        ))),
    }
}
