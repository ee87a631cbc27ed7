//! How many rows one call writes, in all rooms together, from the click to the
//! clean-up: what the platform counts as written, by its own count.

use std::collections::BTreeMap;
use std::time::Duration;

use call::{Number, Reason, State};
use serde_json::{Value, json};
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::{Dialect, Lab, Settings};

use crate::Outcome;
use crate::rooms::{Medium, Rooms};
use crate::round::{TALKED_SECONDS, TOLD};
use crate::side::{PLATFORM, Side};
use crate::subscription::Subscription;
use crate::worker::Kind;

/// Calls that are counted, after one that makes an account's tables.
const CALLS: usize = 5;
/// The rooms forget an ended call this soon.
const RETENTION: Duration = Duration::from_secs(1);

/// Counts for the sandbox and for every dialect, and prints.
pub fn run() -> Outcome {
    let rooms = Rooms::take(Medium::best())?;
    let runtime = crate::runtime()?;
    println!("rows written by one call in all rooms together, alarms and clean-up included");
    runtime.block_on(async {
        count("sandbox", None, &rooms).await?;
        for dialect in Dialect::ALL {
            count(dialect.name(), Some(*dialect), &rooms).await?;
        }
        Ok(())
    })
}

async fn count(name: &str, dialect: Option<Dialect>, rooms: &Rooms) -> Outcome {
    let settings = Settings {
        dialect: dialect.unwrap_or_default(),
        ..Settings::default()
    };
    let lab = Lab::start(settings).map_err(|error| error.to_string())?;
    let folder = rooms.folder(&format!("{name}-rows"));
    let mut more = vec![
        ("RETENTION_SECONDS", RETENTION.as_secs().to_string()),
        ("SANDBOX_TIME_SCALE", "0.05".to_owned()),
    ];
    if dialect.is_none() {
        let sandbox = json!({"dialect": "sandbox", "platform_number": PLATFORM});
        more.push(("CONNECTION_MAIN", sandbox.to_string()));
    }
    let side = Side::start_with(Kind::Counted, &lab, &folder, &more).await?;
    let mut told = match dialect {
        Some(dialect) => Some(Subscription::open(&lab, dialect).await?),
        None => None,
    };
    if let Some(told) = &mut told {
        told.point_to(&side.hooks.url()).await?;
    }
    call(&side, dialect.map(|_| &lab), 0).await?;
    let before = side.log().len();
    for number in 1..=CALLS {
        call(&side, dialect.map(|_| &lab), number).await?;
    }
    print(name, &side.log().split_off(before));
    Ok(())
}

/// One call, until its room has forgotten it.
async fn call(side: &Side, lab: Option<&Lab>, number: usize) -> Outcome {
    let ending = if lab.is_some() { "0150" } else { "0100" };
    let contact = format!("+4930{}{ending}", 1_000_000 + number);
    let contact = Number::parse(&contact).map_err(|error| error.to_string())?;
    if let Some(lab) = lab {
        lab.by_hand(&contact);
    }
    let visitor = side.visitor();
    // As the platform says whose click it is.
    let click = visitor.dial(&Side::button(), &key(), &contact);
    let click = click.header("cf-connecting-ip", &format!("192.0.2.{number}"));
    let placed = Placed::read(&click.send().await);
    let mut events = visitor.listen(&placed).await;
    if let Some(lab) = lab {
        let line = lab
            .call_of(&contact)
            .ok_or("the operator knows of no call")?;
        for state in TOLD {
            match state {
                State::Disconnected => line.end(Reason::HangUp, TALKED_SECONDS),
                state => line.tell(state),
            }
            until("the state is told", async || {
                let told = line.deliveries();
                told.iter()
                    .any(|told| told.state == Some(state))
                    .then_some(())
            })
            .await;
        }
    }
    let frames = events.rest().await;
    if frames.last().map(|frame| frame.state()) != Some("disconnected") {
        return Err(side.complain("the call has no end"));
    }
    until("the room has forgotten the call", async || {
        (visitor.on("GET", &placed).send().await.status == 404).then_some(())
    })
    .await;
    Ok(())
}

fn print(name: &str, log: &[String]) {
    let mut rows: BTreeMap<String, u64> = BTreeMap::new();
    for line in log {
        let said: Value = serde_json::from_str(line).unwrap_or_default();
        if let (Some(count), Some(what)) = rows_and_what(&said) {
            *rows.entry(what.to_owned()).or_default() += count;
        }
    }
    let calls = u64::try_from(CALLS).unwrap_or(1);
    let all: u64 = rows.values().sum();
    println!("\n  {name}: {}", share(all, calls));
    for (what, count) in rows {
        println!("    {:>5}  {what}", share(count, calls));
    }
}

fn rows_and_what(said: &Value) -> (Option<u64>, Option<&str>) {
    let what = said.get("what").and_then(Value::as_str);
    (said.get("rows").and_then(Value::as_u64), what)
}

/// The mean, to one decimal.
fn share(count: u64, calls: u64) -> String {
    let tenths = count * 10 / calls;
    format!("{}.{}", tenths / 10, tenths % 10)
}
