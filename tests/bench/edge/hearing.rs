//! What came of the webhooks: that nothing was lost, repeated or told wrongly,
//! and how long each was under way.

use std::collections::HashMap;
use std::time::Duration;

use call::State;
use serde_json::{Value, json};
use stories::harness::events::Frame;
use stories::harness::visitor::Placed;
use stories::lab::Line;
use tokio::time::Instant;

use crate::Outcome;
use crate::round::{Live, TALKED_SECONDS, TOLD};
use crate::side::Side;
use crate::tap::{Chunk, Exchange, Way, exchanges};

/// Hears the listeners out. From the sending of each webhook until its frame
/// had come.
pub async fn hear(side: &Side, live: Vec<Live>) -> Outcome<Vec<Duration>> {
    let mut calls = Vec::new();
    for mut call in live {
        let frames = [vec![call.first], call.events.rest().await].concat();
        check(&call.placed, &frames)?;
        calls.push((call.placed, call.line));
    }
    let frames = frames(&side.front.take());
    let sent = exchanges(&side.hooks.take());
    let mut relays = Vec::new();
    for (placed, line) in &calls {
        for (state, sent) in webhooks(line, &sent)? {
            let name = (placed.id.clone(), state.as_str().to_owned());
            let heard = frames.get(&name).ok_or("a frame was not on the wire")?;
            relays.push(heard.saturating_duration_since(sent));
        }
    }
    Ok(relays)
}

/// The whole story in its order, numbered without a gap.
fn check(placed: &Placed, frames: &[Frame]) -> Outcome {
    let told: Vec<(u64, &str)> = frames.iter().map(|f| (f.id, f.state())).collect();
    let states = [State::Initiating].into_iter().chain(TOLD);
    let right: Vec<(u64, &str)> = (1..).zip(states.map(State::as_str)).collect();
    let last = frames.last().map(|last| &last.data);
    let ended = last.is_some_and(|data| {
        data.get("reason") == Some(&json!("hangUp"))
            && data
                .get("durationSeconds")
                .and_then(Value::as_u64)
                .is_some_and(|seconds| {
                    // Where the operator counts from the first answer, seconds are rounded.
                    seconds.abs_diff(TALKED_SECONDS.into()) <= 1
                })
    });
    if told == right && ended {
        Ok(())
    } else {
        Err(format!("call {} was told {told:?}, {last:?}", placed.id))
    }
}

/// When each webhook of a call was sent that told of a state. A call's webhooks
/// go out one after another, so they are paired with their answers by order.
fn webhooks(line: &Line, sent: &[Exchange]) -> Outcome<Vec<(State, Instant)>> {
    let id = line.id().as_bytes();
    let about = |exchange: &&Exchange| exchange.request.windows(id.len()).any(|part| part == id);
    let mut connections: Vec<usize> = sent.iter().filter(about).map(|e| e.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    let own: Vec<&Exchange> = sent
        .iter()
        .filter(|exchange| connections.contains(&exchange.connection))
        .collect();
    let mut told = Vec::new();
    for (exchange, delivery) in own.into_iter().zip(line.deliveries()) {
        if !(200..300).contains(&delivery.status) {
            let (status, answer) = (delivery.status, delivery.answer);
            return Err(format!("a webhook got {status}: {answer}"));
        }
        told.extend(delivery.state.map(|state| (state, exchange.asked)));
    }
    // Some operators tell more after that, which may still be under way.
    if told.len() != TOLD.len() {
        return Err(format!(
            "{} webhooks were on the wire that tell a state",
            told.len()
        ));
    }
    Ok(told)
}

/// When the frame of each call and state had come to the client.
fn frames(chunks: &[Chunk]) -> HashMap<(String, String), Instant> {
    let mut unread: HashMap<usize, String> = HashMap::new();
    let mut found = HashMap::new();
    for chunk in chunks.iter().filter(|chunk| chunk.way == Way::Answer) {
        let text = unread.entry(chunk.connection).or_default();
        text.push_str(&String::from_utf8_lossy(&chunk.bytes));
        while let Some((before, rest)) = text.split_once("\n\n") {
            let data = before.rsplit_once("data: ").map(|(_, data)| data);
            if let Some(name) = data.and_then(name_of) {
                found.entry(name).or_insert(chunk.at);
            }
            *text = rest.to_owned();
        }
    }
    found
}

/// The call and the state that a frame tells of.
fn name_of(data: &str) -> Option<(String, String)> {
    let data: Value = serde_json::from_str(data).ok()?;
    let text = |name: &str| Some(data.get(name)?.as_str()?.to_owned());
    Some((text("callId")?, text("state")?))
}
