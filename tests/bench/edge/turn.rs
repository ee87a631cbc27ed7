//! One worker's turn: clicks one after another, then webhooks at a steady rate
//! over all calls, while a client listens to each.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use call::{Number, Reason, State};
use serde_json::{Value, json};
use stories::harness::codes::{KEY, button_id};
use stories::harness::events::{Events, Frame};
use stories::harness::visitor::{Placed, Visitor, key};
use stories::harness::wait::until;
use stories::lab::{Dialect, Lab, Line};
use tokio::time::{Instant, MissedTickBehavior};

use crate::Outcome;
use crate::figures::{Click, Turn};
use crate::options::Options;
use crate::tap::{Chunk, Exchange, Socket, Tap, Way, exchanges};
use crate::worker::{Kind, Worker};

const ACCOUNT: &str = "ac000000000000000000000000000001";
const BUTTON: &str = "b0770000000000000000000000000001";
const PLATFORM: &str = "+12025550199";
const EXTENSION: &str = "+12025550142";
/// Where the visitor's page is.
const ORIGIN: &str = "http://127.0.0.1:1";
/// More than any bench places.
const CALLS_PER_DAY: u32 = 10_000_000;
/// What an operator tells of a call that comes about.
const TOLD: [State; 4] = [
    State::CallingCaller,
    State::CallingCallee,
    State::Connected,
    State::Disconnected,
];
/// How long the two of them talked, as the operator says.
const TALKED_SECONDS: u32 = 12;

/// A worker with a tap on each of its wires.
pub struct Side {
    kind: Kind,
    worker: Worker,
    /// Between visitors and the worker.
    front: Tap,
    /// Between the operator's webhooks and the worker.
    hooks: Tap,
    /// Between the worker and the operator.
    out: Tap,
}

/// What goes on from turn to turn.
pub struct Course<'a> {
    lab: &'a Lab,
    calls: usize,
    pause: Duration,
    next_contact: u32,
}

/// A call with both of its ends and somebody who listens.
struct Live {
    placed: Placed,
    line: Arc<Line>,
    events: Events,
    first: Frame,
}

impl Side {
    /// Starts a worker whose operator is this.
    pub async fn start(kind: Kind, lab: &Lab, folder: &Path) -> Outcome<Self> {
        let (front, hooks, out) = (Socket::open()?, Socket::open()?, Socket::open()?);
        let base = lab.base_url();
        let server = base.trim_start_matches("http://");
        let server = server.split('/').next().unwrap_or_default();
        let connection = lab.connection(PLATFORM).to_string();
        let connection = connection.replace(&format!("http://{server}"), &out.url());
        let button = json!({
            "id": BUTTON, "name": "Sales", "extension": EXTENSION,
            "dial_first": "contact", "origins": [ORIGIN],
        });
        let accounts = json!([{
            "id": ACCOUNT, "connection": "main", "calls_per_day": CALLS_PER_DAY,
            "buttons": [button],
        }]);
        let variables = [
            ("CTD_KEY", KEY.to_owned()),
            ("LOOPBACK", "1".to_owned()),
            ("PUBLIC_URL", hooks.url()),
            ("ACCOUNTS", accounts.to_string()),
            ("CONNECTION_MAIN", connection),
        ];
        let worker = Worker::start(kind, &variables, folder).await?;
        let operator: SocketAddr = server.parse().map_err(|_| format!("no server in {base}"))?;
        Ok(Self {
            kind,
            front: front.tap(worker.address)?,
            hooks: hooks.tap(worker.address)?,
            out: out.tap(operator)?,
            worker,
        })
    }

    /// What went wrong, and what the worker said last.
    pub fn complain(&self, dialect: Dialect, error: &str) -> String {
        let (kind, log) = (self.kind, self.worker.log());
        format!("{} with {kind:?}: {error}\n{log}", dialect.name())
    }
}

impl<'a> Course<'a> {
    pub fn new(lab: &'a Lab, options: &Options) -> Self {
        Self {
            lab,
            calls: options.calls,
            pause: Duration::from_secs(1) / options.rate,
            next_contact: 1_000_000,
        }
    }

    /// Lets a worker place calls and pass on what becomes of them.
    pub async fn turn(&mut self, side: &Side) -> Outcome<Turn> {
        self.lab.notify(&side.hooks.url());
        let visitor = Visitor::new(&side.front.url(), ORIGIN);
        // An object that nobody asked for ten seconds has been put away, and
        // connections have been closed: the first click of a turn does not count.
        self.click(side, &visitor).await?;
        let (mut clicks, mut live) = (Vec::new(), Vec::new());
        for _ in 0..self.calls {
            let (click, placed, line) = self.click(side, &visitor).await?;
            clicks.push(click);
            let mut events = visitor.listen(&placed).await;
            let first = events.must_next().await;
            live.push(Live {
                placed,
                line,
                events,
                first,
            });
        }
        side.front.take();
        side.hooks.take();
        self.tell(&live).await;
        let relays = hear(side, live).await?;
        Ok(Turn { clicks, relays })
    }

    /// One click, with what was on the wires meanwhile.
    async fn click(
        &mut self,
        side: &Side,
        visitor: &Visitor,
    ) -> Outcome<(Click, Placed, Arc<Line>)> {
        let contact = self.contact()?;
        self.lab.by_hand(&contact);
        side.front.take();
        side.out.take();
        let button = button_id(ACCOUNT, BUTTON);
        let answer = visitor.dial(&button, &key(), &contact).send().await;
        if answer.status != 201 {
            return Err(format!("a click got {}: {}", answer.status, answer.body));
        }
        let placed = Placed::read(&answer);
        let line = self.lab.call_of(&contact);
        let line = line.ok_or("the operator knows of no call")?;
        let visit = exchanges(&side.front.take());
        let visit = visit
            .into_iter()
            .find(|exchange| exchange.request.starts_with(b"POST /buttons/"))
            .ok_or("the click was not on the wire")?;
        let asked = exchanges(&side.out.take());
        Ok((Click::new(&visit, &asked)?, placed, line))
    }

    /// A number that nobody has called yet, and that chooses no script.
    fn contact(&mut self) -> Outcome<Number> {
        self.next_contact += 1;
        let text = format!("+4930{}0150", self.next_contact);
        Number::parse(&text).map_err(|error| error.to_string())
    }

    /// Has the operator tell of all calls, one state after another.
    async fn tell(&self, live: &[Live]) {
        let mut tick = tokio::time::interval(self.pause);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for state in TOLD {
            for Live { line, .. } in live {
                tick.tick().await;
                match state {
                    State::Disconnected => line.end(Reason::HangUp, TALKED_SECONDS),
                    state => line.tell(state),
                }
            }
        }
    }
}

/// Waits for all that the listeners are told, and sees that nothing is lost,
/// repeated or wrong. How long each event was under way.
async fn hear(side: &Side, live: Vec<Live>) -> Outcome<Vec<Duration>> {
    let mut calls = Vec::new();
    for Live {
        placed,
        line,
        mut events,
        first,
    } in live
    {
        let frames = [vec![first], events.rest().await].concat();
        check(&placed, &frames)?;
        until("the operator has an answer to every webhook", async || {
            let ended = |told: &stories::lab::Delivery| told.state == Some(State::Disconnected);
            line.deliveries().iter().any(ended).then_some(())
        })
        .await;
        calls.push((placed, line));
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
            && data.get("durationSeconds") == Some(&json!(TALKED_SECONDS))
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
    let deliveries = line.deliveries();
    if own.len() != deliveries.len() {
        let (sent, answered) = (own.len(), deliveries.len());
        return Err(format!("{sent} webhooks were sent, {answered} answered"));
    }
    let mut told = Vec::new();
    for (exchange, delivery) in own.into_iter().zip(deliveries) {
        if !(200..300).contains(&delivery.status) {
            let (status, answer) = (delivery.status, delivery.answer);
            return Err(format!("a webhook got {status}: {answer}"));
        }
        told.extend(delivery.state.map(|state| (state, exchange.asked)));
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
