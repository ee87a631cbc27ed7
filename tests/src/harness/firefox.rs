//! Headless Firefox, driven through WebDriver BiDi (a W3C draft), which it speaks itself.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::edge::{free_port, root, target};
use super::process::Group;
use super::scratch;
use super::wait::{at_last, until};
use super::widget::Window;

/// One browser with a fresh profile and one tab.
#[derive(Debug)]
pub struct Firefox {
    line: Mutex<Line>,
    tab: String,
    /// The frame that is looked into, in place of the tab.
    frame: Mutex<Option<String>>,
    program: Group,
    profile: TempDir,
}

#[derive(Debug)]
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
}

impl Line {
    /// Sends a command and waits for its result; events in between are nobody's.
    async fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let command = json!({"id": id, "method": method, "params": params}).to_string();
        let sent = self.socket.send(Message::text(command)).await;
        sent.expect("Firefox listens");
        loop {
            let message = self.socket.next().await.expect("Firefox is there");
            let Ok(text) = message.expect("a message").into_text() else {
                continue;
            };
            let said: Value = serde_json::from_str(&text).unwrap_or_default();
            if said.get("id") == Some(&json!(id)) {
                assert_eq!(
                    said.get("type"),
                    Some(&json!("success")),
                    "{method}: {said}"
                );
                return said.get("result").cloned().unwrap_or_default();
            }
        }
    }
}

impl Firefox {
    /// Starts it with a desktop's window.
    pub async fn start() -> Self {
        let (port, profile) = (free_port(), scratch::directory("firefox-"));
        let words = ["firefox-esr", "--headless", "--no-remote", "--profile"];
        let mut program: Vec<String> = words.map(String::from).to_vec();
        program.push(profile.path().display().to_string());
        program.extend(["--remote-debugging-port".to_owned(), port.to_string()]);
        let program = Group::start(&root(), &program, &[]);
        let address = format!("ws://127.0.0.1:{port}/session");
        let socket = until("Firefox takes a session", async || {
            program.must_run();
            connect_async(&address).await.ok()
        })
        .await;
        let (socket, _) = socket;
        let mut line = Line { socket, asked: 0 };
        line.ask("session.new", &json!({"capabilities": {}})).await;
        // The tab that is there shows Firefox's own start page, where keys do not do all.
        let fresh = json!({"type": "tab"});
        let made = line.ask("browsingContext.create", &fresh).await;
        let tab = text(&made, "/context").to_owned();
        let firefox = Self {
            tab,
            line: Mutex::new(line),
            frame: Mutex::new(None),
            program,
            profile,
        };
        let viewport = json!({"context": firefox.tab, "viewport": {"width": 1440, "height": 900}});
        firefox.ask("browsingContext.setViewport", viewport).await;
        firefox
    }

    /// Opens a page.
    pub async fn goto(&self, url: &str) {
        let page = json!({"context": self.tab, "url": url, "wait": "complete"});
        self.ask("browsingContext.navigate", page).await;
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        let page = json!({"context": self.tab, "wait": "complete"});
        self.ask("browsingContext.reload", page).await;
    }

    /// From now on looks into the page's only frame, once that is there.
    pub async fn enter(&self) {
        let frame = until("there is a frame", async || {
            let root = json!({"root": self.tab});
            let tree = self.ask("browsingContext.getTree", root).await;
            let frame = tree.pointer("/contexts/0/children/0/context")?.as_str()?;
            Some(frame.to_owned())
        })
        .await;
        *self.frame.lock().await = Some(frame);
    }

    /// … and again at the page.
    pub async fn leave(&self) {
        *self.frame.lock().await = None;
    }

    /// Clicks a part of the widget in its middle, once it is there.
    pub async fn click(&self, part: &str) {
        let [x, y] = until(&format!("{part} can be clicked"), async || {
            let found = self.run(MIDDLE, vec![json!(part)]).await;
            Some([found.get(0)?.as_i64()?, found.get(1)?.as_i64()?])
        })
        .await;
        let pointer = json!({"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
        ]});
        self.act(pointer).await;
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let key = |key: char| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        };
        let keys: Vec<Value> = keys.chars().flat_map(key).collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": keys});
        self.act(keyboard).await;
    }

    /// Closes the browser.
    pub async fn close(mut self) {
        self.program.end();
        drop(self.profile);
    }

    async fn act(&self, source: Value) {
        let what = json!({"context": self.context().await, "actions": [source]});
        self.ask("input.performActions", what).await;
    }

    async fn context(&self) -> String {
        let frame = self.frame.lock().await;
        frame.clone().unwrap_or_else(|| self.tab.clone())
    }

    async fn ask(&self, method: &str, params: Value) -> Value {
        let mut line = self.line.lock().await;
        at_last(method, line.ask(method, &params)).await
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {value}"))
}

impl Window for Firefox {
    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let function = format!(
            "async (given) => {{ const told = function () {{ {script} }};\
               return JSON.stringify((await told(...JSON.parse(given))) ?? null) }}"
        );
        let call = json!({
            "functionDeclaration": function, "awaitPromise": true,
            "target": {"context": self.context().await},
            "arguments": [{"type": "string", "value": json!(arguments).to_string()}],
        });
        let said = self.ask("script.callFunction", call).await;
        assert_eq!(
            text(&said, "/type"),
            "success",
            "a script failed: {said}\n{script}"
        );
        serde_json::from_str(text(&said, "/result/value")).expect("JSON")
    }

    async fn photograph(&self, name: &str) -> String {
        let what = json!({"context": self.tab});
        let taken = self.ask("browsingContext.captureScreenshot", what).await;
        let picture = data_encoding::BASE64.decode(text(&taken, "/data").as_bytes());
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, picture.expect("a picture")).expect("a file");
        file.display().to_string()
    }
}

/// Where a part is: the middle of it in the window, if nothing covers that.
const MIDDLE: &str = r#"
const root = document.querySelector("click-to-dial")?.shadowRoot;
const part = root?.querySelector(`[part~="${arguments[0]}"]`);
if (!part) return null;
const box = part.getBoundingClientRect();
const [x, y] = [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
return part.contains(root.elementFromPoint(x, y)) ? [x, y] : null;
"#;
