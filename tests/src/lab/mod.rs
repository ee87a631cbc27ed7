//! The lab operator: a CAMARA Click to Dial operator (0.2.0-rc.1) on loopback,
//! as strict as the document, with faults on demand.
//!
//! In scope: placing, reading and ending calls, client credentials, CloudEvents
//! to the sink. It knows nothing of the product but the words of `call`.

mod bearer;
mod calls;
mod courier;
mod door;
mod event;
mod fault;
mod line;
mod refusal;
mod request;
mod switchboard;
mod token;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::{Value, json};
use tokio::sync::oneshot;

pub use courier::Delivery;
pub use fault::Fault;
pub use line::Line;
pub use switchboard::Asked;

use call::Number;
use switchboard::Switchboard;

/// Where the API lives below the server's root.
pub const BASE_PATH: &str = "/click-to-dial/v0.2";
/// The scopes of the CAMARA document that this operator grants.
pub const SCOPES: [&str; 3] = [
    "click-to-dial:calls:create",
    "click-to-dial:calls:read",
    "click-to-dial:calls:delete",
];

/// How an operator behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Factor on the pauses of the scripts. 1 is human speed.
    pub time_scale: f64,
    /// How long a token lives.
    pub token_seconds: i64,
    /// What a token may be used for at most.
    pub scopes: Vec<&'static str>,
}

impl Default for Settings {
    /// Fast enough for tests, slow enough that every state can be seen.
    fn default() -> Self {
        Self {
            port: 0,
            time_scale: 0.05,
            token_seconds: 3_600,
            scopes: SCOPES.to_vec(),
        }
    }
}

/// A running operator. It stops when this is dropped.
#[derive(Debug)]
pub struct Lab {
    address: SocketAddr,
    switchboard: Arc<Switchboard>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lab {
    /// Starts an operator on a thread of its own.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let switchboard = Arc::new(Switchboard::new(settings));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let board = Arc::clone(&switchboard);
        let thread = std::thread::Builder::new()
            .name("lab-operator".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = door::serve(listener, board) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            address,
            switchboard,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where calls are placed.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{BASE_PATH}", self.address)
    }

    /// Where tokens are given out.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("http://{}/oauth2/token", self.address)
    }

    /// The one client that this operator knows.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.switchboard.bearers.client_id
    }

    /// That client's secret.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.switchboard.bearers.client_secret
    }

    /// All that a connection to this operator consists of.
    #[must_use]
    pub fn connection(&self, platform_number: &str) -> Value {
        json!({
            "dialect": "camara",
            "platform_number": platform_number,
            "base_url": self.base_url(),
            "token_url": self.token_url(),
            "client_id": self.client_id(),
            "client_secret": self.client_secret(),
            "allow_http": true,
        })
    }

    /// From now on calls that involve this number suffer this fault.
    pub fn fault(&self, number: &Number, fault: Fault) {
        self.switchboard.order(number, |orders| orders.add(fault));
    }

    /// From now on calls that involve this number do only what they are told.
    pub fn by_hand(&self, number: &Number) {
        self.switchboard
            .order(number, |orders| orders.by_hand = true);
    }

    /// Every token given out so far is refused from now on.
    pub fn revoke_tokens(&self) {
        self.switchboard.bearers.revoke();
    }

    /// How many tokens have been given out.
    #[must_use]
    pub fn tokens_given(&self) -> usize {
        self.switchboard.bearers.given()
    }

    /// Everything that was asked of this operator, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.switchboard.asked()
    }

    /// How often somebody asked for a call that involves this number.
    #[must_use]
    pub fn placed(&self, number: &Number) -> usize {
        self.switchboard
            .asked()
            .iter()
            .filter(|asked| asked.places(number))
            .count()
    }

    /// All calls that came about, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Arc<Line>> {
        self.switchboard.lines()
    }

    /// The latest call that involves this number.
    #[must_use]
    pub fn call_of(&self, number: &Number) -> Option<Arc<Line>> {
        self.calls()
            .into_iter()
            .rev()
            .find(|line| line.involves(number))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended already; then nobody listens.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
