//! What can go wrong with an answer on its way, whatever it answers: it comes
//! late, not at all, only in part, or far too large.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::Sleep;

use super::door::Unanswered;
use super::fault::{Fault, Orders};
use super::playing;

/// What a huge answer has in front: blanks, so that it stays JSON.
const BLANKS: usize = 20 * 1024 * 1024;
/// How long half a body stands alone before the connection is closed: without
/// it, the half would not even be sent.
const HALF_STANDS: Duration = Duration::from_millis(100);

/// Gives an answer as its faults have it.
pub(super) async fn spoil(orders: &Orders, answer: Response) -> Response {
    if let Some(pause) = orders.slow_answer() {
        tokio::time::sleep(pause).await;
    }
    if orders.has(Fault::AnswerLost) {
        return Unanswered::response();
    }
    if orders.has(Fault::ClosedInMidBody) {
        let (parts, body) = answer.into_parts();
        return Response::from_parts(parts, Body::new(HalfBody::of(whole(body).await)));
    }
    if orders.has(Fault::HugeAnswer) {
        let (parts, body) = answer.into_parts();
        let mut huge = vec![b' '; BLANKS];
        huge.extend_from_slice(&whole(body).await);
        return Response::from_parts(parts, Body::from(huge));
    }
    answer
}

/// What a proxy answers, so that the request never gets further.
pub(super) fn proxied(orders: &Orders) -> Option<Response> {
    let status = StatusCode::from_u16(orders.web_page()?);
    Some(playing::web_page(status.unwrap_or(StatusCode::BAD_GATEWAY)))
}

/// The words of a refusal as careless operators say them: with the numbers, and
/// with whatever the client has shown.
pub(super) fn carelessly(words: &str, headers: &HeaderMap, numbers: &[&str]) -> String {
    let shown = headers.get(header::AUTHORIZATION);
    let shown = shown.or_else(|| headers.get("x-auth-token"));
    let shown = shown.and_then(|value| value.to_str().ok());
    let numbers = numbers.join(" to ");
    format!("{words} ({numbers}, with {})", shown.unwrap_or_default())
}

/// Answers are made here: there is nothing that could be too large, or break.
async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}

/// A body that promises its whole length, and breaks off in the middle.
pub(super) struct HalfBody {
    length: u64,
    half: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
}

impl HalfBody {
    pub(super) fn of(body: Bytes) -> Self {
        Self {
            length: body.len() as u64,
            half: Some(body.slice(..body.len() / 2)),
            pause: Box::pin(tokio::time::sleep(HALF_STANDS)),
        }
    }
}

impl HttpBody for HalfBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        let over = self.pause.as_mut().poll(context);
        over.map(|()| Some(Err(std::io::Error::other("closed in mid-body"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
