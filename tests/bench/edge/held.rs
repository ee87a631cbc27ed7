//! What a worker holds: memory per open call, and whether streams that were
//! opened and broken off leave anything behind. Beside the twin, since most of
//! it is the runtime's own.

use std::fs;
use std::time::Duration;

use call::Number;
use stories::harness::events::Events;
use stories::harness::visitor::{Placed, Visitor, key};
use stories::lab::{Lab, Settings};
use tokio::time::sleep;

use crate::Outcome;
use crate::rooms::{Medium, Rooms};
use crate::side::Side;
use crate::worker::Kind;

/// Calls that are open at once, each with one listener.
const CALLS: usize = 300;
/// Streams of one pass, opened and broken off one after another.
const STREAMS: usize = 2_000;
/// Calls that those streams are of: each has room for its share of them.
const LISTENED_TO: usize = 200;
/// In the first pass heaps find their size; what the others add was left behind.
const PASSES: usize = 4;
/// A client that has gone in silence is noticed by a heartbeat that it does not take.
const HEARTBEAT_SECONDS: u64 = 5;
/// Until the streams of a pass are noticed to be gone.
const NOTICED_WITHIN: Duration = Duration::from_secs(3 * HEARTBEAT_SECONDS);

/// Measures both workers, and prints.
pub fn run() -> Outcome {
    let rooms = Rooms::take(Medium::best())?;
    let runtime = crate::runtime()?;
    println!("resident memory of the whole workerd process, in KiB");
    runtime.block_on(async {
        for kind in [Kind::Ours, Kind::Twin] {
            measure(kind, &rooms).await?;
        }
        Ok(())
    })
}

async fn measure(kind: Kind, rooms: &Rooms) -> Outcome {
    let lab = Lab::start(Settings::default()).map_err(|error| error.to_string())?;
    let folder = rooms.folder(&format!("{kind:?}-held"));
    let heartbeat = ("HEARTBEAT_SECONDS", HEARTBEAT_SECONDS.to_string());
    let side = Side::start_with(kind, &lab, &folder, &[heartbeat]).await?;
    let (visitor, process) = (side.direct_visitor(), workerd(side.group())?);
    // They also make the tables and fill the caches.
    let listened_to = open(&visitor, &lab, 0, LISTENED_TO).await?;
    let before = resident(process)?;
    let calls = open(&visitor, &lab, LISTENED_TO, CALLS).await?;
    let per_call = resident(process)?.saturating_sub(before) / CALLS;
    drop(calls);
    println!("\n  {kind:?}\n    {per_call:>8}  for each of {CALLS} more open calls");
    for pass in 1..=PASSES {
        eprintln!("  pass {pass} of {PASSES}");
        break_off(&visitor, &listened_to).await;
        sleep(NOTICED_WITHIN).await;
        let streams = pass * STREAMS;
        let now = resident(process)?;
        println!("    {now:>8}  after {streams} streams that were broken off");
    }
    Ok(())
}

/// Places calls, and listens to each.
async fn open(
    visitor: &Visitor,
    lab: &Lab,
    from: usize,
    count: usize,
) -> Outcome<Vec<(Placed, Events)>> {
    let mut calls = Vec::new();
    for number in from..from + count {
        let contact = format!("+4930{}0150", 1_000_000 + number);
        let contact = Number::parse(&contact).map_err(|error| error.to_string())?;
        lab.by_hand(&contact);
        let click = visitor.dial(&Side::button(), &key(), &contact);
        let click = click.header("cf-connecting-ip", &address(number));
        let placed = Placed::read(&click.send().await);
        let mut events = visitor.listen(&placed).await;
        events.next().await;
        calls.push((placed, events));
    }
    Ok(calls)
}

/// Everybody clicks from an address of their own.
fn address(number: usize) -> String {
    const OF_A_NETWORK: usize = 250;
    let (network, host) = (number / OF_A_NETWORK, number % OF_A_NETWORK);
    format!("198.51.{network}.{}", host + 1)
}

/// Opens streams and breaks each off after its first event.
async fn break_off(visitor: &Visitor, calls: &[(Placed, Events)]) {
    for (call, _) in calls.iter().cycle().take(STREAMS) {
        visitor.listen(call).await.next().await;
    }
}

/// The workerd of a process group.
fn workerd(group: u32) -> Outcome<u32> {
    let all = fs::read_dir("/proc").map_err(|error| format!("/proc: {error}"))?;
    let mut all = all.flatten().filter_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // Number, name in parentheses, state, parent, group.
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let its: u32 = rest.split_whitespace().nth(2)?.parse().ok()?;
        (its == group && name == "workerd").then_some(process)
    });
    all.next()
        .ok_or_else(|| "workerd is not running".to_owned())
}

/// The memory of a process that is in use (`VmRSS` in Linux's `/proc`), in KiB.
fn resident(process: u32) -> Outcome<usize> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| format!("{path} has no VmRSS"))
}
