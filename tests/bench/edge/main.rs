//! How much time the worker adds of its own, beside a plain-JavaScript worker
//! of the same design: between the visitor's click and the operator, and
//! between the operator's webhook and the page.
//!
//! Nothing is asserted of the figures, but whatever is lost or told wrongly
//! ends the bench with a message. `options` is the command line, `worker` runs
//! either worker, `side` puts a `tap` on its wires, where all clocks are read,
//! `round` lets both work, `hearing` sees what came of it, `figures` counts and
//! `table` prints. `counted` is for itself: the rows that one call writes;
//! and `held`: the memory that calls and streams need.

mod counted;
mod figures;
mod hearing;
mod held;
mod options;
mod rooms;
mod round;
mod side;
mod subscription;
mod table;
mod tap;
mod worker;

use std::process::ExitCode;

use stories::lab::{Dialect, Lab, Settings};

use figures::Figures;
use options::Options;
use rooms::Rooms;
use round::Course;
use side::Side;
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
    let asks_for = |bench: &str| words.iter().any(|word| word == bench);
    let done = if asks_for("--rows") {
        counted::run()
    } else if asks_for("--held") {
        held::run()
    } else {
        Options::read(&words).and_then(|options| run(&options))
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Outcome {
    let runtime = runtime()?;
    let rooms = Rooms::take(options.rooms)?;
    table::preface(options);
    for dialect in &options.dialects {
        let [ours, twin] = runtime.block_on(compare(*dialect, options, &rooms))?;
        let twin = Kind::Twin.speaks(*dialect).then_some(&twin);
        table::print(dialect.name(), &ours, twin);
    }
    table::legend();
    Ok(())
}

fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| error.to_string())
}

/// Lets the workers take turns with one operator. Figures of ours and of the
/// twin; none of the twin where it does not speak the dialect.
async fn compare(dialect: Dialect, options: &Options, rooms: &Rooms) -> Outcome<[Figures; 2]> {
    let settings = Settings {
        dialect,
        ..Settings::default()
    };
    let lab = Lab::start(settings).map_err(|error| error.to_string())?;
    let mut sides = Vec::new();
    for kind in [Kind::Ours, Kind::Twin] {
        if kind.speaks(dialect) {
            let folder = rooms.folder(&format!("{}-{kind:?}", dialect.name()));
            sides.push((Side::start(kind, &lab, &folder).await?, Figures::default()));
        }
    }
    let mut course = Course::new(&lab, dialect, options).await?;
    for round in 0..options.warm_up + options.rounds {
        eprintln!("  {} {}", dialect.name(), options.name_of(round));
        let turns = course.round(&sides).await;
        let turns = turns.map_err(|error| format!("{}, {error}", dialect.name()))?;
        if round >= options.warm_up {
            for ((_, figures), turn) in sides.iter_mut().zip(turns) {
                figures.rounds.push(turn);
            }
        }
        // Whoever was last begins the next round.
        sides.reverse();
    }
    sides.sort_by_key(|(side, _)| side.kind);
    let mut figures = sides.into_iter().map(|(_, figures)| figures);
    Ok([(); 2].map(|()| figures.next().unwrap_or_default()))
}
