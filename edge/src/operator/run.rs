//! Drives a conversation with an operator: the thin shell around the dialects.

use std::cell::RefCell;

use std::time::Duration;

use call::Failure;
use worker::{Delay, Response};

use super::{Connection, Converse, Heard, Memory, Moment, Outcome, Step, Want};
use crate::clock;
use crate::send::{open, send};
use crate::sign::sign;

/// How long a whole conversation may take. With the time that an unsure answer
/// is then waited for, it stays below the 30 s that the platform lets work go
/// on after the visitor has left.
const CONVERSATION_LIMIT_S: u64 = 18;
/// Exchanges of one conversation: no dialect needs more.
const MOST_EXCHANGES: usize = 12;

thread_local! {
    /// What conversations remember. Plain data, so that any request of this
    /// isolate may use it; an isolate that lacks it asks anew.
    static MEMORIES: RefCell<Vec<(Name, Memory)>> = const { RefCell::new(Vec::new()) };
}

/// What a memory is of.
#[derive(Clone, PartialEq, Eq)]
struct Name {
    /// The account at the operator.
    connection: String,
    /// What its token is good for, where there are several.
    scope: String,
}

/// Asks the operator for `want`. Never fails: everything is an [`Outcome`].
pub async fn ask(connection: &Connection, want: &Want) -> Outcome {
    converse(connection, want).await.0
}

/// The same; with the answer that was opened last, whose body is unread.
pub async fn converse(connection: &Connection, want: &Want) -> (Outcome, Option<Response>) {
    let name = Name {
        connection: connection.cache_name(),
        scope: connection.scope(want).to_owned(),
    };
    let memory = recall(&name);
    let started = clock::now();
    let mut conversation = connection.converse(want, memory);
    let mut heard = None;
    let mut opened = None;
    let mut outcome = Outcome::Refused(Failure::OperatorUnreadable);
    for _ in 0..MOST_EXCHANGES {
        let now = clock::now();
        let Ok(random) = clock::random() else { break };
        match conversation.next(heard.take(), Moment { now, random }) {
            Step::Done(done) => {
                outcome = done;
                break;
            }
            Step::Sign { key, message } => {
                heard = Some(match sign(&key, message.as_bytes()).await {
                    Ok(signature) => Heard::Signed(signature),
                    Err(error) => {
                        worker::console_error!("the connection's key cannot sign: {error:?}");
                        Heard::Nothing
                    }
                });
            }
            Step::Send(outgoing) => {
                let pause = conversation.pause();
                if !pause.is_zero() {
                    Delay::from(pause).await;
                }
                let left = CONVERSATION_LIMIT_S.saturating_sub(now.seconds_since(started));
                heard = Some(send(&outgoing, Duration::from_secs(left)).await);
            }
            Step::Open(outgoing) => {
                let left = CONVERSATION_LIMIT_S.saturating_sub(now.seconds_since(started));
                let (begins, response) = open(&outgoing, Duration::from_secs(left)).await;
                (heard, opened) = (Some(begins), response);
            }
        }
    }
    if let Outcome::Refused(failure) | Outcome::Unsure(failure) = &outcome {
        // A no may come with 200, and the visitor is told less than this.
        worker::console_warn!("the operator's answer means {}", failure.as_str());
    }
    keep(name, conversation.memory());
    (outcome, opened)
}

/// There are as many as connections in use, and scopes of each: a handful. A
/// token is good for its own scope, all else for any.
fn recall(name: &Name) -> Memory {
    MEMORIES.with_borrow(|all| {
        let known = all.iter().find(|(known, _)| known == name);
        let own = known.map(|(_, memory)| memory.clone());
        own.or_else(|| {
            let of_others = |(known, _): &&(Name, _)| known.connection == name.connection;
            let (_, memory) = all.iter().find(of_others)?;
            Some(Memory {
                token: None,
                ..memory.clone()
            })
        })
        .unwrap_or_default()
    })
}

/// Nothing is kept for a dialect that gives it no name: others might find it.
fn keep(name: Name, memory: Memory) {
    if name.connection.is_empty() {
        return;
    }
    MEMORIES.with_borrow_mut(|all| {
        all.retain(|(known, _)| *known != name);
        all.push((name, memory));
    });
}
