//! The lab operator: an operator on loopback that speaks one of the dialects,
//! as strict as its document, with faults on demand.
//!
//! What is the same for all is here: scripts and their pace, faults, delivery
//! of events, and the record of everything that was asked. It knows nothing of
//! the product but the words of `call`.

mod camara;
mod china_mobile;
mod courier;
mod dialect;
mod door;
mod fault;
mod kazoo;
mod line;
mod playing;
mod recording;
mod spoiling;
mod switchboard;
mod turnstile;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::Value;
use tokio::sync::oneshot;

pub use camara::ClientKey;
pub use courier::Delivery;
pub use dialect::Dialect;
pub use fault::{Fault, Spoilt};
pub use line::Line;
pub use switchboard::Asked;
pub use turnstile::Turnstile;

use call::Number;
use fault::Orders;
use switchboard::Switchboard;

/// How an operator behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it speaks.
    pub dialect: Dialect,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Factor on the pauses of the scripts. 1 is human speed.
    pub time_scale: f64,
    /// How long a token lives (CAMARA).
    pub token_seconds: i64,
    /// What a token may be used for at most (CAMARA).
    pub scopes: Vec<&'static str>,
    /// The key by which the client proves itself instead of a secret (CAMARA).
    pub client_key: Option<ClientKey>,
    /// The server that is notified of calls (China Mobile).
    pub app_server: Option<String>,
}

impl Default for Settings {
    /// Fast enough for tests, slow enough that every state can be seen.
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            port: 0,
            time_scale: 0.05,
            token_seconds: 3_600,
            scopes: camara::SCOPES.to_vec(),
            client_key: None,
            app_server: None,
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

    /// Where its API begins.
    #[must_use]
    pub fn base_url(&self) -> String {
        let path = self.switchboard.dialect.base_path();
        format!("{}{path}", self.server())
    }

    /// Where tokens are given out (CAMARA).
    #[must_use]
    pub fn token_url(&self) -> String {
        camara::token_url(&self.server())
    }

    /// Who gives tokens out, as its metadata has it (CAMARA).
    #[must_use]
    pub fn issuer(&self) -> String {
        self.server()
    }

    /// The one client that this operator knows (CAMARA).
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.switchboard.bearers.client_id
    }

    /// That client's secret (CAMARA).
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.switchboard.bearers.client_secret
    }

    /// The one application that this operator knows (China Mobile).
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.switchboard.application.app_id
    }

    /// That application's secret (China Mobile).
    #[must_use]
    pub fn secret_key(&self) -> &str {
        &self.switchboard.application.secret_key
    }

    /// From now on this server is notified of calls, where the dialect does
    /// not let every request name its own.
    pub fn notify(&self, app_server: &str) {
        self.switchboard.notify(app_server);
    }

    /// A connection to this operator, by which both phones show a number of its own.
    #[must_use]
    pub fn own_connection(&self) -> Value {
        self.connection(self.switchboard.dialect.platform_number())
    }

    /// The same with another number.
    #[must_use]
    pub fn connection(&self, platform_number: &str) -> Value {
        let board = &self.switchboard;
        board
            .dialect
            .connection(&self.server(), board, platform_number)
    }

    fn server(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on calls that involve this number suffer this fault.
    pub fn fault(&self, number: &Number, fault: Fault) {
        self.switchboard.order(number, |orders| orders.add(fault));
    }

    /// From now on calls that involve this number go well again.
    pub fn mend(&self, number: &Number) {
        self.switchboard
            .order(number, |orders| *orders = Orders::default());
    }

    /// From now on calls that involve this number do only what they are told.
    pub fn by_hand(&self, number: &Number) {
        self.switchboard
            .order(number, |orders| orders.by_hand = true);
    }

    /// From now on calls that involve this number are recorded, whoever asks
    /// for it or not (Kazoo).
    pub fn record(&self, number: &Number) {
        self.switchboard
            .order(number, |orders| orders.recorded = true);
    }

    /// From now on whoever wants a token suffers these faults, and no others
    /// (CAMARA, Kazoo).
    pub fn fault_tokens(&self, faults: &[Fault]) {
        self.switchboard.order_tokens(faults);
    }

    /// Every token given out so far is refused from now on.
    pub fn revoke_tokens(&self) {
        self.switchboard.bearers.revoke();
        self.switchboard.system.revoke();
    }

    /// How many tokens have been given out.
    #[must_use]
    pub fn tokens_given(&self) -> usize {
        self.switchboard.bearers.given() + self.switchboard.system.given()
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
            .filter(|asked| self.switchboard.dialect.places(asked, number))
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
