//! How much time the worker adds of its own, beside a plain-JavaScript worker
//! of the same design: between the visitor's click and the operator, and
//! between the operator's webhook and the page.
//!
//! Nothing is asserted of the figures, but whatever is lost or told wrongly
//! ends the bench with a message. `options` is the command line, `worker` runs
//! either worker, `tap` is where all clocks are read, `turn` lets a worker work,
//! `figures` counts, `table` prints.

mod figures;
mod options;
mod table;
mod tap;
mod turn;
mod worker;

use std::process::ExitCode;

use stories::harness::scratch;
use stories::lab::{Dialect, Lab, Settings};

use figures::Figures;
use options::Options;
use turn::{Course, Side};
use worker::Kind;

/// What every step answers; an error is the message that ends the bench.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    // Whoever tests everything there is, benches included, wants no figures.
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("nothing is measured without --bench: see `cargo xtask bench`");
        return ExitCode::SUCCESS;
    }
    match Options::read(&words).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    table::preface(options);
    for dialect in &options.dialects {
        let (ours, twin) = runtime.block_on(compare(*dialect, options))?;
        table::print(dialect.name(), &ours, &twin);
    }
    table::legend();
    Ok(())
}

/// Lets both workers take turns with one operator.
async fn compare(dialect: Dialect, options: &Options) -> Outcome<(Figures, Figures)> {
    let settings = Settings {
        dialect,
        ..Settings::default()
    };
    let lab = Lab::start(settings).map_err(|error| error.to_string())?;
    let scratch = scratch::directory("bench-");
    let ours = Side::start(Kind::Ours, &lab, &scratch.path().join("ours")).await?;
    let twin = Side::start(Kind::Twin, &lab, &scratch.path().join("twin")).await?;
    let mut course = Course::new(&lab, options);
    let (mut of_ours, mut of_twin) = (Figures::default(), Figures::default());
    for round in 0..options.warm_up + options.rounds {
        eprintln!("  {} {}", dialect.name(), options.name_of(round));
        // Every other round the twin comes first.
        let ours_first = round % 2 == 0;
        for is_ours in [ours_first, !ours_first] {
            let (side, figures) = if is_ours {
                (&ours, &mut of_ours)
            } else {
                (&twin, &mut of_twin)
            };
            let turn = course.turn(side).await;
            let turn = turn.map_err(|error| side.complain(dialect, &error))?;
            if round >= options.warm_up {
                figures.rounds.push(turn);
            }
        }
    }
    Ok((of_ours, of_twin))
}
