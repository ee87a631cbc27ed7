//! The only outgoing `fetch()`: time limits, body limits, and a log without secrets.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::{AbortController, Delay, Fetch, Response};

use crate::operator::{Heard, Outgoing};
use crate::outbound;
use crate::redact::redact;
use crate::sinks::{HOP, host};

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

/// The same, but of a yes the body is left unread: it may be large.
pub async fn open(outgoing: &Outgoing, most: Duration) -> (Heard, Option<Response>) {
    let limit = outgoing.limit.min(most);
    let abort = AbortController::default();
    let signal = abort.signal();
    let opening = pin!(async {
        let answer = begin(outgoing, &signal).await?;
        match answer.status_code() {
            200..=299 => Ok(Ok(answer)),
            _ => read(answer).await.map(Err),
        }
    });
    let outcome = match select(opening, pin!(Delay::from(limit))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), _)) => {
            abort.abort();
            Err(format!("no answer within {limit:?}"))
        }
    };
    match outcome {
        Ok(Ok(answer)) => {
            let kind = answer.headers().get("content-type").ok().flatten();
            let kind = kind.unwrap_or_default();
            log(outgoing, &Ok((answer.status_code(), String::new())));
            (Heard::Opened { kind }, Some(answer))
        }
        Ok(Err((status, body))) => {
            log(outgoing, &Ok((status, body.clone())));
            (Heard::Answer { status, body }, None)
        }
        Err(error) => {
            log(outgoing, &Err(error));
            (Heard::Nothing, None)
        }
    }
}

/// Tells a sink an event; the status that it answers. Its address may hold a
/// secret, so the log names the host alone, and not what it answers.
pub async fn tell(url: &str, bearer: Option<&str>, event: String, limit: Duration) -> Option<u16> {
    let mut headers = vec![
        ("content-type", "application/cloudevents+json".to_owned()),
        (HOP, "1".to_owned()),
    ];
    headers.extend(bearer.map(|token| ("authorization", format!("Bearer {token}"))));
    let outgoing = Outgoing {
        method: "POST",
        url: url.to_owned(),
        headers,
        body: Some(event),
        limit,
    };
    let abort = AbortController::default();
    let signal = abort.signal();
    let outcome = {
        let begun = pin!(begin(&outgoing, &signal));
        match select(begun, pin!(Delay::from(limit))).await {
            Either::Left((Ok(answer), _)) => Ok(answer.status_code()),
            Either::Left((Err(_), _)) => Err("no connection"),
            Either::Right(((), _)) => Err("no answer in time"),
        }
    };
    // Nobody reads what it says.
    abort.abort();
    match outcome {
        Ok(status) if status < 300 => worker::console_log!("sink {} {status}", host(url)),
        Ok(status) => worker::console_warn!("sink {} {status}", host(url)),
        Err(error) => worker::console_warn!("sink {}: {error}", host(url)),
    }
    outcome.ok()
}

type Exchange = Result<(u16, String), String>;

async fn exchange(outgoing: &Outgoing, signal: &worker::AbortSignal) -> Exchange {
    read(begin(outgoing, signal).await?).await
}

/// Sends the request; the answer as soon as it begins.
async fn begin(outgoing: &Outgoing, signal: &worker::AbortSignal) -> Result<Response, String> {
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
    answer.map_err(|error| error.to_string())
}

/// Reads a whole answer.
async fn read(mut answer: Response) -> Exchange {
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
