//! Headless Chromium, driven through chromedriver.

use std::path::PathBuf;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::edge::{free_port, root, target};
use super::http::Http;
use super::process::Group;
use super::scratch;
use super::wait::until;

/// Quiet, and nothing but the pages that we open.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Milliseconds that a page may take to load. Chromium's own limit is five
/// minutes, and once in many hundred loads a renderer never answers.
const PAGE_LOAD_MS: u64 = 30_000;
/// How often a page is loaded until one load answers.
const LOADS: usize = 3;

/// A running chromedriver.
#[derive(Debug)]
pub struct Driver {
    url: String,
    program: Group,
}

/// One browser with a fresh profile.
#[derive(Debug)]
pub struct Browser {
    /// The session, for what has no helper.
    pub client: Client,
    driver: String,
    profile: TempDir,
}

impl Driver {
    /// Starts chromedriver and waits until it takes sessions.
    pub async fn start() -> Self {
        let port = free_port();
        let program = Group::start(
            &root(),
            &["chromedriver".to_owned(), format!("--port={port}")],
            &[],
        );
        let url = format!("http://127.0.0.1:{port}");
        let driver = Self { url, program };
        let (http, status) = (Http::default(), format!("{}/status", driver.url));
        until("chromedriver is ready", async || {
            driver.program.must_run();
            http.get(&status).try_send().await.ok().map(|_| ())
        })
        .await;
        driver
    }

    /// Opens a browser with a window of this size.
    pub async fn browser(&self, width: u32, height: u32) -> Browser {
        self.browser_with(width, height, json!({})).await
    }

    /// Opens one with these preferences of Chromium's besides.
    pub async fn browser_with(&self, width: u32, height: u32, preferences: Value) -> Browser {
        let profile = scratch::directory("browser-");
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--window-size={width},{height}"));
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "goog:chromeOptions": {"args": flags, "prefs": preferences},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"pageLoad": PAGE_LOAD_MS},
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("an object was written above")
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.url)
            .await;
        Browser {
            client: client.expect("a browser session"),
            driver: self.url.clone(),
            profile,
        }
    }
}

impl Browser {
    /// Opens a page.
    pub async fn goto(&self, url: &str) {
        for _ in 1..LOADS {
            if self.client.goto(url).await.is_ok() {
                return;
            }
        }
        self.client.goto(url).await.expect("the page opens");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        for _ in 1..LOADS {
            if self.client.refresh().await.is_ok() {
                return;
            }
        }
        self.client.refresh().await.expect("the page opens again");
    }

    /// Runs a script in the page. `return` yields its value.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let result = self.client.execute(script, arguments).await;
        result.unwrap_or_else(|error| panic!("a script failed: {error}\n{script}"))
    }

    /// Sends a command of Chromium's DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        let session = self.client.session_id().await.ok().flatten();
        let session = session.expect("a session");
        let url = format!("{}/session/{session}/goog/cdp/execute", self.driver);
        let body = json!({"cmd": command, "params": parameters});
        let answer = Http::default().post(&url).json(&body).send().await;
        assert_eq!(answer.status, 200, "{command}: {}", answer.body);
    }

    /// Pretends these media features (name, value), such as `forced-colors: active`.
    pub async fn media(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({"name": name, "value": value});
        let features: Vec<Value> = features.iter().map(feature).collect();
        let media = json!({"features": features});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Takes the network away, or gives it back.
    pub async fn offline(&self, offline: bool) {
        let how = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        self.devtools("Network.enable", json!({})).await;
        self.devtools("Network.emulateNetworkConditions", how).await;
    }

    /// Lets requests whose address fits one of these patterns fail; all others pass.
    pub async fn block(&self, patterns: &[&str]) {
        self.devtools("Network.enable", json!({})).await;
        let urls = json!({"urls": patterns});
        self.devtools("Network.setBlockedURLs", urls).await;
    }

    /// Runs a script in every page from now on, before anything of the page.
    pub async fn before_pages(&self, script: &str) {
        let source = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// What was written to the console since it was last asked.
    pub async fn console(&self) -> Vec<String> {
        let session = self.client.session_id().await.ok().flatten();
        let session = session.expect("a session");
        let url = format!("{}/session/{session}/se/log", self.driver);
        let body = json!({"type": "browser"});
        let answer = Http::default().post(&url).json(&body).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        let lines = answer.get("value").and_then(Value::as_array);
        let message = |line: &Value| line.get("message").map(Value::to_string);
        let lines = lines.expect("a list").iter();
        lines.filter_map(message).collect()
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let active = self
            .client
            .active_element()
            .await
            .expect("an active element");
        active.send_keys(keys).await.expect("keys are pressed");
    }

    /// Makes the viewport exactly this large: a window is never narrower than
    /// the browser likes.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Writes what is to be seen to `target/screenshots`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        let picture = self.client.screenshot().await.expect("a screenshot");
        std::fs::write(&file, picture).expect("a file");
        file
    }

    /// Closes the browser. A story that fails leaves that to chromedriver's end.
    pub async fn close(self) {
        self.client.close().await.expect("the browser closes");
        drop(self.profile);
    }
}
