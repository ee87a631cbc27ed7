//! The edge, in workerd, as `cargo xtask dev` runs it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use super::http::{Answer, Http};
use super::process::{Group, Said};
use super::release::Release;
use super::wait::found_within;
use super::{product, scratch};

/// A running edge with its own state.
#[derive(Debug)]
pub struct Edge {
    port: u16,
    settings: Vec<(String, String)>,
    /// Where the worker's own settings are, and beside them what was built.
    product: PathBuf,
    state: TempDir,
    worker: Group,
}

impl Edge {
    /// Starts an edge with these settings, and waits until it is ready.
    pub async fn start(settings: &[(&str, String)]) -> Self {
        let (edge, health) = Self::start_somehow(settings).await;
        edge.assert_well(&health);
        edge
    }

    /// Starts an edge with these settings, and waits until it says how it is.
    pub async fn start_somehow(settings: &[(&str, String)]) -> (Self, Answer) {
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let state = scratch::directory("edge-");
        let product = product::folder().to_owned();
        let worker = run(&product, ANY_PORT, &settings, state.path());
        let edge = Self {
            port: listening(&worker).await,
            settings,
            product,
            state,
            worker,
        };
        let health = edge.health().await;
        (edge, health)
    }

    /// Ends it from one moment to the next, as a power cut would.
    pub fn kill(&mut self) {
        self.worker.end();
    }

    /// Starts it again: the same port, the same state.
    pub async fn restart(&mut self) {
        self.kill();
        let state = self.state.path();
        self.worker = run(&self.product, self.port, &self.settings, state);
        listening(&self.worker).await;
        let health = self.health().await;
        self.assert_well(&health);
    }

    /// Puts another release in its place, as a deploy does: the same address, the same state.
    pub async fn deploy(&mut self, release: &Release) {
        self.product = release.folder();
        self.restart().await;
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Where the runtime keeps what the rooms have stored.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// What the worker has written to its log since it was last started.
    #[must_use]
    pub fn log(&self) -> &Said {
        self.worker.said()
    }

    /// What it answers on /healthz as soon as it answers.
    async fn health(&self) -> Answer {
        let (http, url) = (Http::default(), self.url("/healthz"));
        let answer = found_within(START_PATIENCE, async || {
            self.worker.must_run();
            http.get(&url).try_send().await.ok()
        })
        .await;
        answer.unwrap_or_else(|| panic!("/healthz is silent\n{}", self.log().tail()))
    }

    fn assert_well(&self, health: &Answer) {
        assert!(health.status == 200, "{health:?}\n{}", self.log().tail());
    }
}

/// How long an edge may take to start: a worker is compiled, while the machine may
/// be busy with browsers.
const START_PATIENCE: Duration = Duration::from_secs(90);
/// Whichever is free.
const ANY_PORT: u16 = 0;
/// How the runner says where it is.
const LISTENING: &str = "listening on port ";

fn run(product: &Path, port: u16, settings: &[(String, String)], state: &Path) -> Group {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let program = [
        "node".to_owned(),
        text(root().join("xtask/src/dev/serve.mjs")),
        text(product.join("wrangler.toml")),
        text(write_settings(settings, state)),
        text(state.to_owned()),
        port.to_string(),
    ];
    Group::start(product, &program, &[("NO_COLOR", "1")])
}

/// Waits until it says where it is.
async fn listening(worker: &Group) -> u16 {
    let port = found_within(START_PATIENCE, async || {
        worker.must_run();
        let lines = worker.said().lines();
        let mut ports = lines.iter().filter_map(|line| line.strip_prefix(LISTENING));
        ports.next()?.parse().ok()
    })
    .await;
    port.unwrap_or_else(|| panic!("the worker is silent\n{}", worker.said().tail()))
}

/// Writes the settings down as wrangler's `--env-file` wants them.
fn write_settings(settings: &[(String, String)], state: &Path) -> PathBuf {
    let line = |(name, value): &(String, String)| {
        assert!(!value.contains('\''), "{name} cannot be quoted");
        format!("{name}='{value}'\n")
    };
    let file = state.join("settings");
    fs::write(&file, settings.iter().map(line).collect::<String>()).expect("a file");
    file
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// The repository.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("a parent").to_owned()
}

/// Where generated files go.
#[must_use]
pub fn target() -> PathBuf {
    root().join("target")
}
