//! Places a call, follows it until both talk, and hangs up.
//!   EDGE=http://127.0.0.1:8787 CLIENT_ID=… CLIENT_SECRET=… cargo run --bin call

use std::env::var;
use std::error::Error;

use reqwest::Client;
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (edge, http) = (var("EDGE")?, Client::new());
    let api = format!("{edge}/click-to-dial/v0.2");

    // 1. A token, for ten minutes.
    let ask = http
        .post(format!("{edge}/oauth2/token"))
        .basic_auth(var("CLIENT_ID")?, Some(var("CLIENT_SECRET")?))
        .form(&[("grant_type", "client_credentials")]);
    let answer: Value = ask.send().await?.error_for_status()?.json().await?;
    let token = text(&answer, "access_token")?;

    // 2. The call. The caller's phone rings first. In the sandbox no phone rings,
    //    and this callee answers and talks for an hour.
    let ask = http
        .post(format!("{api}/calls"))
        .bearer_auth(token)
        .json(&json!({
            "caller": { "number": "+12025550142" }, "callee": { "number": "+12025550111" },
        }));
    let placed: Value = ask.send().await?.error_for_status()?.json().await?;
    let call = format!("{api}/calls/{}", text(&placed, "callId")?);
    println!("placed {}", text(&placed, "callId")?);

    // 3. Its events, as they happen: blocks of lines with an empty line after each.
    let ask = http.get(format!("{call}/events")).bearer_auth(token);
    let mut events = ask.send().await?.error_for_status()?;
    let mut unread = String::new();
    while let Some(piece) = events.chunk().await? {
        unread += std::str::from_utf8(&piece)?;
        while let Some((block, rest)) = unread.split_once("\n\n") {
            if let Some(data) = block.lines().find_map(|line| line.strip_prefix("data: ")) {
                let event: Value = serde_json::from_str(data)?;
                let state = text(&event, "state")?;
                println!("{state}");

                // 4. Hang up. The stream ends with the call.
                if state == "connected" {
                    let ask = http.delete(&call).bearer_auth(token);
                    ask.send().await?.error_for_status()?;
                }
            }
            unread = rest.to_owned();
        }
    }
    Ok(())
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Box<dyn Error>> {
    let text = value.get(name).and_then(Value::as_str);
    text.ok_or_else(|| format!("no {name} in {value}").into())
}
