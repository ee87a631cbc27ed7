//! A worker under measurement: its settings, and a tap on each of its wires.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::json;
use stories::harness::codes::{KEY, button_id};
use stories::harness::visitor::Visitor;
use stories::lab::Lab;

use crate::Outcome;
use crate::tap::{Socket, Tap};
use crate::worker::{Kind, Worker};

const ACCOUNT: &str = "ac000000000000000000000000000001";
const BUTTON: &str = "b0770000000000000000000000000001";
/// What both phones show.
pub const PLATFORM: &str = "+12025550199";
const EXTENSION: &str = "+12025550142";
/// Where the visitor's page is.
const ORIGIN: &str = "http://127.0.0.1:1";
/// More than any bench places.
const CALLS_PER_DAY: u32 = 10_000_000;
/// A worker with a tap on each of its wires.
pub struct Side {
    pub kind: Kind,
    worker: Worker,
    /// Between visitors and the worker.
    pub front: Tap,
    /// Between the operator's webhooks and the worker.
    pub hooks: Tap,
    /// Between the worker and the operator.
    pub out: Tap,
}

impl Side {
    /// Starts a worker whose operator is this.
    pub async fn start(kind: Kind, lab: &Lab, folder: &Path) -> Outcome<Self> {
        Self::start_with(kind, lab, folder, &[]).await
    }

    /// The same, with these variables besides or instead.
    pub async fn start_with(
        kind: Kind,
        lab: &Lab,
        folder: &Path,
        more: &[(&'static str, String)],
    ) -> Outcome<Self> {
        let (front, hooks, out) = (Socket::open()?, Socket::open()?, Socket::open()?);
        let base = lab.base_url();
        let server = base.trim_start_matches("http://");
        let server = server.split('/').next().unwrap_or_default();
        let connection = lab.connection(PLATFORM).to_string();
        let connection = connection.replace(&format!("http://{server}"), &out.url());
        let button = json!({
            "id": BUTTON, "name": "Sales", "extension": EXTENSION,
            "dial_first": "contact", "origins": [ORIGIN], "auth_required": false,
        });
        let accounts = json!([{
            "id": ACCOUNT, "connections": ["main"], "calls_per_day": CALLS_PER_DAY,
            "minutes_per_day": CALLS_PER_DAY, "simultaneous_calls": 5_000,
            "buttons": [button],
        }]);
        let mut variables = vec![
            ("CTD_KEY", KEY.to_owned()),
            ("LOOPBACK", "1".to_owned()),
            ("PUBLIC_URL", hooks.url()),
            ("ACCOUNTS", accounts.to_string()),
            ("CONNECTION_MAIN", connection),
        ];
        variables.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        variables.extend(more.iter().cloned());
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

    /// Somebody on a page whose button this worker serves.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.front.url(), ORIGIN)
    }

    /// The same, with nothing on the wire in between.
    pub fn direct_visitor(&self) -> Visitor {
        Visitor::new(&format!("http://{}", self.worker.address), ORIGIN)
    }

    /// The process group of the worker.
    pub fn group(&self) -> u32 {
        self.worker.group()
    }

    /// The public id of the one button.
    pub fn button() -> String {
        button_id(ACCOUNT, BUTTON)
    }

    /// All that the worker has said so far.
    pub fn log(&self) -> Vec<String> {
        self.worker.lines()
    }

    /// What went wrong, and what the worker said last.
    pub fn complain(&self, error: &str) -> String {
        let (kind, log) = (self.kind, self.worker.log());
        format!("{kind:?}: {error}\n{log}")
    }
}
