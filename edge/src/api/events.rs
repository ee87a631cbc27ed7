//! `GET …/calls/{callId}/events`: server-sent events, held here in the worker.
//!
//! The room holds only a WebSocket that may hibernate, so a quiet call costs
//! nothing. A client that has gone is noticed by the heartbeat, by the
//! request's abort signal and by the stream being dropped; no one of them
//! suffices on every runtime.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_channel::{mpsc, oneshot};
use futures_util::future::{Either, select};
use futures_util::{FutureExt, Stream, StreamExt};
use web_sys::AbortSignal;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen::closure::Closure;
use worker::{Delay, Headers, Response, WebSocket, WebsocketEvent};

use super::asked::NO_SUCH_CALL;
use super::{Asked, reply};
use crate::auth::scopes::Scope;
use crate::error::Problem;
use crate::keys::Purpose;
use crate::room::failed;
use crate::{query, room, sse};

pub(super) async fn answer(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let call = match query::parameter(&asked.url, "eventsToken") {
        None if asked.bearer().is_some() => asked.clients_call(id, Scope::ReadCalls).await?.0,
        token => asked.call(id, Purpose::EventsToken, token)?,
    };
    let after = cursor(asked)?;
    let room = room::call_room(&asked.env, &call).map_err(failed)?;
    let listening = room::listen(&room, after).await.map_err(failed)?;
    let socket = match listening.status_code() {
        101 => listening.websocket().ok_or(Problem::Internal)?,
        204 => return reply::empty(204),
        404 => return Err(NO_SUCH_CALL),
        429 => return Err(Problem::TooManyListeners),
        _ => return Err(Problem::Internal),
    };
    let heartbeat = Duration::from_secs(asked.settings()?.heartbeat_s);
    let relay = Relay::new(asked, socket, heartbeat)?;
    let headers = Headers::new();
    reply::set(&headers, "content-type", "text/event-stream")?;
    reply::set(&headers, "cache-control", "no-store, no-transform")?;
    reply::set(&headers, "x-accel-buffering", "no")?;
    Ok(Response::from_stream(relay)
        .map_err(failed)?
        .with_headers(headers))
}

/// After which event the client wants to hear. What a browser says when it
/// reconnects is newer than what stands in its address.
fn cursor(asked: &Asked) -> Result<Option<u64>, Problem> {
    let given = asked.header("last-event-id").filter(|id| !id.is_empty());
    let given = given
        .as_deref()
        .or_else(|| query::parameter(&asked.url, "after"));
    given
        .map(str::parse)
        .transpose()
        .map_err(|_| Problem::InvalidArgument("The cursor has to be the id of an event."))
}

/// The body of the stream: what the room says, and heartbeats in between.
struct Relay {
    frames: mpsc::UnboundedReceiver<String>,
    opening: bool,
    heartbeat: Duration,
    /// Until the next heartbeat. Made anew whenever something is said: it wakes
    /// only the task that polled it first, and every pull is a task of its own.
    pause: Delay,
    socket: WebSocket,
    /// Dropped with the relay: ends the task that reads the socket.
    _stop: oneshot::Sender<()>,
    signal: AbortSignal,
    /// Called when the client has gone.
    gone: Closure<dyn FnMut()>,
}

impl Relay {
    fn new(asked: &Asked, socket: WebSocket, heartbeat: Duration) -> Result<Self, Problem> {
        let (say, frames) = mpsc::unbounded();
        let (stop, stopped) = oneshot::channel();
        // The handlers have to be there before the first message is let through.
        worker::wasm_bindgen_futures::spawn_local(read(socket.clone(), say, stopped));
        let gone = Closure::new({
            let socket = socket.clone();
            move || {
                let _ = socket.close(Some(1000), Some("client gone"));
            }
        });
        let signal = asked.raw().signal();
        signal
            .add_event_listener_with_callback("abort", gone.as_ref().unchecked_ref())
            .map_err(|error| failed(error.into()))?;
        let pause = Delay::from(heartbeat);
        Ok(Self {
            frames,
            opening: true,
            heartbeat,
            pause,
            socket,
            _stop: stop,
            signal,
            gone,
        })
    }
}

/// Passes on what the room says, until it or the client ends it.
async fn read(
    socket: WebSocket,
    say: mpsc::UnboundedSender<String>,
    mut stopped: oneshot::Receiver<()>,
) {
    let Ok(mut events) = socket.events() else {
        return;
    };
    if socket.accept().is_err() {
        return;
    }
    while let Either::Left((Some(Ok(event)), _)) = select(events.next(), &mut stopped).await {
        match event {
            WebsocketEvent::Message(message) => {
                let frame = message.text().unwrap_or_default();
                if say.unbounded_send(frame).is_err() {
                    return;
                }
            }
            WebsocketEvent::Close(_) => return,
        }
    }
}

impl Stream for Relay {
    type Item = Result<Vec<u8>, worker::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.opening) {
            return Poll::Ready(Some(Ok(sse::OPENING.into())));
        }
        if let Poll::Ready(frame) = self.frames.poll_next_unpin(context) {
            self.pause = Delay::from(self.heartbeat);
            return Poll::Ready(frame.map(|frame| Ok(frame.into_bytes())));
        }
        if self.pause.poll_unpin(context).is_ready() {
            self.pause = Delay::from(self.heartbeat);
            return Poll::Ready(Some(Ok(sse::HEARTBEAT.into())));
        }
        Poll::Pending
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Or it would be called after it is gone itself.
        let gone = self.gone.as_ref().unchecked_ref();
        let _ = self
            .signal
            .remove_event_listener_with_callback("abort", gone);
        // May be closed already; then there is nothing to do.
        let _ = self.socket.close(Some(1000), Some("stream ended"));
    }
}
