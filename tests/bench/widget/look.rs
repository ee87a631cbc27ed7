//! One look at one widget, with a fresh browser: first an empty cache, then a warm one,
//! the processor throttled as a phone's.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use stories::harness::browser::{Browser, Driver};
use stories::harness::wait::found_within;

use crate::Outcome;
use crate::widgets::Widget;

/// How many times slower than this machine.
const SLOWER: u32 = 4;
/// Nothing more happens on a page that has been left alone for so long.
const QUIET: Duration = Duration::from_millis(1_500);
const PATIENCE: Duration = Duration::from_secs(8);
/// A long task blocks for what is above this, milliseconds (Long Tasks API).
const LONG_MS: f64 = 50.0;

/// What was seen; times in milliseconds.
#[derive(Debug, Default)]
pub struct Look {
    /// Bytes before and after the click, compressed as a CDN would.
    pub before: f64,
    pub all: f64,
    /// Milliseconds that long tasks have blocked before the click.
    pub blocked: f64,
    pub shift: f64,
    /// From the click to something to go on with.
    pub form: Option<f64>,
    /// From an event to the frame that shows it: the median of one call.
    pub pixel: Option<f64>,
}

/// Looks at a page.
pub async fn at(driver: &Driver, page: &str, widget: &Widget) -> Outcome<Look> {
    let browser = driver.browser(1280, 800).await;
    let throttle = json!({"rate": SLOWER});
    browser
        .devtools("Emulation.setCPUThrottlingRate", throttle)
        .await;
    browser.goto(page).await;
    ready(&browser, widget).await;
    let mut look = Look {
        before: bytes(&browser).await?,
        shift: number(&browser, "return probe.shift").await,
        ..Look::default()
    };
    let blocked = format!(
        "return probe.tasks.reduce((sum, [, time]) => sum + Math.max(0, time - {LONG_MS}), 0)"
    );
    look.blocked = number(&browser, &blocked).await;
    if let Some(form) = widget.form {
        // Once to fill the caches, once to measure.
        press(&browser, widget, form).await;
        look.all = bytes(&browser).await?;
        // Whoever remembers that it was open forgets it.
        let forget = "localStorage.clear(); sessionStorage.clear()";
        browser.run(forget, vec![]).await;
        browser.reload().await;
        ready(&browser, widget).await;
        look.form = press(&browser, widget, form).await;
    }
    look.all = look.all.max(look.before);
    if widget.package.is_none() {
        look.pixel = call(&browser).await;
    }
    browser.close().await;
    Ok(look)
}

/// Waits until the button is there and the page is quiet.
async fn ready(browser: &Browser, widget: &Widget) {
    let script = format!("return !!probe.find({:?})", widget.button);
    found_within(PATIENCE, async || {
        (browser.run(&script, vec![]).await == true).then_some(())
    })
    .await;
    tokio::time::sleep(QUIET).await;
}

async fn press(browser: &Browser, widget: &Widget, form: &str) -> Option<f64> {
    let there = format!("return !!probe.find({:?})", widget.button);
    if browser.run(&there, vec![]).await != true {
        return None;
    }
    let arguments = vec![json!(widget.button), json!(form)];
    browser
        .run("probe.press(arguments[0], arguments[1])", arguments)
        .await;
    found_within(PATIENCE, async || {
        browser.run("return probe.form", vec![]).await.as_f64()
    })
    .await
}

/// Places a call at the sandbox and waits for its end.
async fn call(browser: &Browser) -> Option<f64> {
    let dial = "document.querySelector('click-to-dial').dial('+12025550100')";
    browser.run(dial, vec![]).await;
    let ended = "const state = document.querySelector('click-to-dial').getAttribute('state');\
        return state === 'disconnected' && probe.told.length > 2";
    found_within(PATIENCE, async || {
        (browser.run(ended, vec![]).await == true).then_some(())
    })
    .await?;
    let median = "const all = probe.told.sort((a, b) => a - b); return all[all.length >> 1]";
    browser.run(median, vec![]).await.as_f64()
}

async fn number(browser: &Browser, script: &str) -> f64 {
    browser.run(script, vec![]).await.as_f64().unwrap_or(0.0)
}

/// The size of all scripts, wasm, styles and data that the page has loaded, compressed.
async fn bytes(browser: &Browser) -> Outcome<f64> {
    let script = "return performance.getEntriesByType('resource')\
        .filter((e) => e.responseStatus < 400 && !e.name.startsWith('data:')).map((e) => e.name)";
    let urls = browser.run(script, vec![]).await;
    let urls: Vec<&str> = urls
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let said = Command::new("node")
        .args(["--input-type=module", "-e", COMPRESS])
        .args(urls)
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&said.stdout);
    text.trim()
        .parse()
        .map_err(|_| String::from_utf8_lossy(&said.stderr).into_owned())
}

/// Brotli at its best, as a CDN keeps what never changes.
const COMPRESS: &str = r"
import { brotliCompressSync } from 'node:zlib';
let sum = 0;
for (const url of new Set(process.argv.slice(1))) {
  // What did not come in the page, such as a font of their service, does not come here.
  const answer = await fetch(url).catch(() => {});
  if (answer?.ok) sum += brotliCompressSync(Buffer.from(await answer.arrayBuffer())).length;
}
console.log(sum);
";
