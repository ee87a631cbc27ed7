//! The widget as a visitor meets it. Everything is reached through its parts
//! and its state, never through its inner structure.

use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

use super::browser::Browser;
use super::wait::until;

const HOST: &str = "click-to-dial";

/// What a look at the widget finds, all at the same moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// `data-state` of the panel; none while it is closed.
    pub state: Option<String>,
    /// The attribute `state` of the element.
    pub host_state: Option<String>,
    /// What the live region says.
    pub status: String,
    /// What is said to be wrong.
    pub error: String,
    /// The clock of a connected call.
    pub timer: String,
}

/// A browser's window, whichever browser it is.
pub trait Window {
    /// Runs a script in the page. `return` yields its value.
    fn run(&self, script: &str, arguments: Vec<Value>) -> impl Future<Output = Value>;

    /// Writes what is to be seen to `target/screenshots`, and says where.
    fn photograph(&self, name: &str) -> impl Future<Output = String>;
}

impl Window for Browser {
    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.run(script, arguments).await
    }

    async fn photograph(&self, name: &str) -> String {
        self.screenshot(name).await.display().to_string()
    }
}

/// The first widget of a page.
#[derive(Clone, Copy, Debug)]
pub struct Widget<'a, W = Browser>(pub &'a W);

impl<W: Window> Widget<'_, W> {
    /// Looks at the widget.
    pub async fn look(&self) -> Look {
        let found = self.0.run(LOOK, vec![]).await;
        let text = |name: &str| found.get(name).and_then(Value::as_str).map(str::to_owned);
        Look {
            state: text("state"),
            host_state: text("hostState"),
            status: text("status").unwrap_or_default(),
            error: text("error").unwrap_or_default(),
            timer: text("timer").unwrap_or_default(),
        }
    }

    /// Waits until the widget is in this state.
    pub async fn until(&self, state: &str) -> Look {
        self.until_any(&[state]).await
    }

    /// Waits until the widget is in one of these states.
    pub async fn until_any(&self, states: &[&str]) -> Look {
        self.until_look(&format!("the widget is {states:?}"), |look| {
            look.state
                .as_deref()
                .is_some_and(|state| states.contains(&state))
        })
        .await
    }

    /// Waits until a look at the widget satisfies.
    pub async fn until_look(&self, what: &str, fits: impl Fn(&Look) -> bool) -> Look {
        let mut last = Look::default();
        let patience = async {
            loop {
                last = self.look().await;
                if fits(&last) {
                    return last.clone();
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        match tokio::time::timeout(super::wait::PATIENCE, patience).await {
            Ok(look) => look,
            Err(_) => self.fail(what, &last).await,
        }
    }

    async fn fail(&self, what: &str, last: &Look) -> ! {
        let name = format!("failed-{}", uuid::Uuid::new_v4().simple());
        let picture = self.0.photograph(&name).await;
        let told = self.told().await;
        panic!("waited in vain: {what}\nlast seen: {last:?}\ntold: {told:?}\npicture: {picture}");
    }

    /// All that the panel says.
    pub async fn words(&self) -> String {
        let script = "const root = document.querySelector('click-to-dial').shadowRoot;\
            const panel = root.querySelector('[data-state]');\
            return panel ? panel.innerText.replaceAll('\\u00a0', ' ') : ''";
        let words = self.0.run(script, vec![]).await;
        words.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the panel says this.
    pub async fn until_said(&self, wanted: &str) {
        let mut words = String::new();
        let patience = async {
            loop {
                words = self.words().await;
                if words.contains(wanted) {
                    return;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let said = tokio::time::timeout(super::wait::PATIENCE, patience).await;
        assert!(said.is_ok(), "`{wanted}` was never said: {words}");
    }

    /// What the widget has told its page: name and detail of every event.
    pub async fn told(&self) -> Vec<Value> {
        match self.0.run("return window.told || []", vec![]).await {
            Value::Array(told) => told,
            other => panic!("no list: {other}"),
        }
    }

    /// The names of what the page was told, in their order.
    pub async fn told_names(&self) -> Vec<String> {
        let told = self.told().await;
        let names = told.iter().filter_map(|told| told.get("name")?.as_str());
        names.map(str::to_owned).collect()
    }

    /// The call that the page was told of last.
    pub async fn call_id(&self) -> String {
        until("the page is told of a call", async || {
            let told = self.told().await;
            let ids = told.iter().rev();
            let id = ids.filter_map(|told| told.pointer("/detail/callId")?.as_str());
            id.map(str::to_owned).next()
        })
        .await
    }

    /// Which part has the focus; nothing if it is elsewhere on the page.
    pub async fn focused(&self) -> Option<String> {
        let script = "const root = document.querySelector('click-to-dial').shadowRoot;\
            const active = root.activeElement; return active && active.getAttribute('part')";
        self.0.run(script, vec![]).await.as_str().map(str::to_owned)
    }

    /// Waits until a part has the focus.
    pub async fn until_focused(&self, part: &str) {
        until(&format!("{part} has the focus"), async || {
            (self.focused().await.as_deref() == Some(part)).then_some(())
        })
        .await;
    }

    /// The names in localStorage that are the widget's.
    pub async fn records(&self) -> Vec<Value> {
        let script = "return Object.keys(localStorage).filter((key) => key.startsWith('ctd'))";
        match self.0.run(script, vec![]).await {
            Value::Array(keys) => keys,
            other => panic!("no list: {other}"),
        }
    }

    /// The states that the page was told, in their order.
    pub async fn told_states(&self) -> Vec<String> {
        let told = self.told().await;
        let states = told
            .iter()
            .filter(|told| told.get("name") == Some(&json!("ctd-status")));
        states
            .filter_map(|told| told.pointer("/detail/state")?.as_str().map(str::to_owned))
            .collect()
    }
}

impl Widget<'_> {
    /// One part, once it is there.
    pub async fn part(&self, name: &str) -> Element {
        until(&format!("the part {name} is there"), async || {
            let host = self.0.client.find(Locator::Css(HOST)).await.ok()?;
            let root = host.shadow_root().await.ok()?;
            root.find(Locator::Css(&format!("[part~=\"{name}\"]")))
                .await
                .ok()
        })
        .await
    }

    /// Clicks a part, as a person would: it has to be visible and uncovered.
    pub async fn click(&self, name: &str) {
        until(&format!("{name} can be clicked"), async || {
            self.part(name).await.click().await.ok()
        })
        .await;
    }

    /// Types into a part.
    pub async fn type_into(&self, name: &str, text: &str) {
        let typed = self.part(name).await.send_keys(text).await;
        typed.unwrap_or_else(|error| panic!("typing into {name}: {error}"));
    }

    /// Puts a text into a field at once, as pasting does.
    pub async fn paste_into(&self, name: &str, text: &str) {
        let script = "const root = document.querySelector('click-to-dial').shadowRoot;\
            const field = root.querySelector(`[part~=\"${arguments[0]}\"]`);\
            field.focus();\
            field.value = arguments[1];\
            const how = { bubbles: true, composed: true, inputType: 'insertFromPaste' };\
            field.dispatchEvent(new InputEvent('input', how))";
        self.0.run(script, vec![json!(name), json!(text)]).await;
    }

    /// From the button to the request: opens the panel, types, submits.
    pub async fn dial(&self, number: &str) {
        self.click("button").await;
        self.until("form").await;
        self.type_into("number", number).await;
        self.click("submit").await;
    }
}

/// How often a page is looked at. Every look is a round trip to the browser.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_millis(50);

const LOOK: &str = r#"
const host = document.querySelector("click-to-dial");
const root = host && host.shadowRoot;
if (!root) return {};
const panel = root.querySelector("[data-state]");
const text = (part) => {
  const found = root.querySelector(`[part~="${part}"]`);
  return found ? found.textContent.trim() : "";
};
return {
  state: panel && panel.getAttribute("data-state"),
  hostState: host.getAttribute("state"),
  status: text("status"),
  error: text("error"),
  timer: text("timer"),
};
"#;
