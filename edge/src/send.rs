//! The only outgoing `fetch()`: time limits, body limits, and a log without secrets.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::{AbortController, Delay, Fetch};

use crate::operator::{Heard, Outgoing};
use crate::outbound;
use crate::redact::redact;

/// Bytes of an operator's answer that are read: its documents fit a hundred times.
const LARGEST_ANSWER: usize = 1 << 20;

/// Sends a request and reads the whole answer, at most until its limit or
/// `most`, whichever is shorter.
pub async fn send(outgoing: &Outgoing, most: Duration) -> Heard {
    let limit = outgoing.limit.min(most);
    let abort = AbortController::default();
    let signal = abort.signal();
    let exchange = pin!(exchange(outgoing, &signal));
    let outcome = match select(exchange, pin!(Delay::from(limit))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => Err(format!("no answer within {limit:?}")),
    };
    // Ends what is still under way; harmless after the end.
    abort.abort();
    log(outgoing, &outcome);
    outcome.map_or(Heard::Nothing, |(status, body)| Heard::Answer {
        status,
        body,
    })
}

type Exchange = Result<(u16, String), String>;

async fn exchange(outgoing: &Outgoing, signal: &worker::AbortSignal) -> Exchange {
    let headers = outgoing
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    let request = outbound::request(
        outgoing.method,
        &outgoing.url,
        headers,
        outgoing.body.as_deref(),
    )
    .map_err(|error| error.to_string())?;
    let answer = Fetch::Request(request).send_with_signal(signal).await;
    let mut answer = answer.map_err(|error| error.to_string())?;
    let status = answer.status_code();
    let mut body = Vec::new();
    // An answer without a body has no stream.
    if let Ok(mut chunks) = answer.stream() {
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| format!("status {status}, but {error}"))?;
            body.extend(chunk);
            if body.len() > LARGEST_ANSWER {
                return Err(format!("status {status}, but the answer is too large"));
            }
        }
    }
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}

fn log(outgoing: &Outgoing, outcome: &Exchange) {
    let url = outgoing.url.split('?').next().unwrap_or_default();
    let method = outgoing.method;
    match outcome {
        Ok((status, _)) if *status < 400 => worker::console_log!("{method} {url} {status}"),
        Ok((status, body)) => worker::console_warn!("{method} {url} {status} {}", redact(body)),
        Err(error) => worker::console_warn!("{method} {url} failed: {}", redact(error)),
    }
}
