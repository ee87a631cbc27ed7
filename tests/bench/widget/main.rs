//! What a widget costs a page and its visitor, beside widgets that a user could pick
//! instead: bytes, long tasks, layout shift, the time from the click to something to
//! go on with; and for ours, from an event of the call to the frame that shows it.
//!
//! Nothing is asserted. `widgets` says what is compared, `serve` has the pages,
//! `look` reads one, `table` prints.

mod look;
mod serve;
mod table;
mod widgets;

use std::process::ExitCode;

use serde_json::json;
use stories::harness::browser::Driver;
use stories::harness::codes::{self, button_id};
use stories::harness::edge::{Edge, target};

use look::Look;
use serve::Pages;
use widgets::WIDGETS;

/// What every step answers; an error is the message that ends the bench.
type Outcome<T = ()> = Result<T, String>;

/// Rounds that count; each widget has one turn in each.
const ROUNDS: usize = 3;
const ACCOUNT: &str = "00000000000000000000000000000be0";
const BUTTON: &str = "b0770000000000000000000000000be0";

fn main() -> ExitCode {
    // Whoever tests everything there is, benches included, wants no figures.
    if !std::env::args().any(|word| word == "--bench") {
        println!("nothing is measured without --bench: see `cargo xtask bench`");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = runtime
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(run()));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Outcome {
    let packages = target().join("bench-npm");
    let mut files = Vec::new();
    for widget in &WIDGETS {
        files.push(widget.folder(&packages)?);
    }
    let pages = Pages::start().map_err(|error| error.to_string())?;
    let edge = Edge::start(&settings(&pages.origin())).await;
    pages.fill(&edge.url(""), &button_id(ACCOUNT, BUTTON), files);
    let driver = Driver::start().await;
    let mut looks: Vec<Vec<Look>> = WIDGETS.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for (at, (widget, looks)) in WIDGETS.iter().zip(&mut looks).enumerate() {
            println!("round {} of {ROUNDS}: {}", round + 1, widget.name);
            looks.push(look::at(&driver, &pages.page(at), widget).await?);
        }
    }
    table::print(&looks);
    Ok(())
}

fn settings(origin: &str) -> Vec<(&'static str, String)> {
    let accounts = json!([{
        "id": ACCOUNT, "name": "Bench", "connections": ["sandbox"], "buttons": [{
            "id": BUTTON, "name": "Sales", "extension": "+12025550142", "dial_first": "contact",
            "auth_required": false, "origins": [origin],
        }],
    }]);
    vec![
        ("CTD_KEY", codes::KEY.to_owned()),
        ("LOOPBACK", "1".to_owned()),
        ("ACCOUNTS", accounts.to_string()),
        ("SANDBOX_TIME_SCALE", "0.2".to_owned()),
    ]
}
