//! Operators: those who really place the calls.
//!
//! A dialect does no I/O. It is a small step machine: told what is wanted and
//! what was last heard, it says *send this* or *done, with that outcome*. So
//! tokens, set-up documents and two-step answers need no special path, and
//! every course of a conversation is tested on the host. `run` drives it.
//! An operator's spelling never leaves its file.

pub mod camara;
pub mod china_mobile;
pub mod kazoo;
pub mod run;
pub mod sandbox;
mod signing;
mod words;

use std::time::Duration;

use crate::config::Connection;
pub use signing::{Algorithm, SigningKey};
pub use words::{
    Asked, Form, Heard, Memory, Moment, Order, Outcome, Outgoing, Recorded, Step, Want,
};

/// A conversation with one operator, by dialect.
pub enum Conversation<'a> {
    /// See [`sandbox`].
    Sandbox(&'a Want),
    /// See [`camara`].
    Camara(camara::Conversation<'a>),
    /// See [`china_mobile`].
    ChinaMobile(china_mobile::Conversation<'a>),
    /// See [`kazoo`].
    Kazoo(kazoo::Conversation<'a>),
}

impl<'a> Conversation<'a> {
    /// Begins a conversation about `want`.
    #[must_use]
    pub fn new(connection: &'a Connection, want: &'a Want, memory: Memory) -> Self {
        match connection {
            Connection::Sandbox(_) => Self::Sandbox(want),
            Connection::Camara(camara) => {
                Self::Camara(camara::Conversation::new(camara, want, memory))
            }
            Connection::ChinaMobile(connection) => {
                Self::ChinaMobile(china_mobile::Conversation::new(connection, want))
            }
            Connection::Kazoo(kazoo) => Self::Kazoo(kazoo::Conversation::new(kazoo, want, memory)),
        }
    }

    /// What to do, given what was heard to the request sent last.
    pub fn next(&mut self, heard: Option<Heard>, moment: Moment) -> Step {
        match self {
            Self::Sandbox(want) => Step::Done(sandbox::answer(want)),
            Self::Camara(camara) => camara.next(heard, moment),
            Self::ChinaMobile(china_mobile) => china_mobile.next(heard),
            Self::Kazoo(kazoo) => kazoo.next(heard, moment.now),
        }
    }

    /// How long to wait before the request is sent.
    #[must_use]
    pub fn pause(&self) -> Duration {
        match self {
            Self::Kazoo(kazoo) => kazoo.pause(),
            _ => Duration::ZERO,
        }
    }

    /// What to remember for the next conversation.
    #[must_use]
    pub fn memory(self) -> Memory {
        match self {
            Self::Sandbox(_) | Self::ChinaMobile(_) => Memory::default(),
            Self::Camara(camara) => camara.memory(),
            Self::Kazoo(kazoo) => kazoo.memory(),
        }
    }
}

/// Whether a call can have a recording although nobody asked for one: where
/// it depends on settings at the operator alone.
#[must_use]
pub fn records_by_itself(connection: &Connection) -> bool {
    matches!(connection, Connection::Kazoo(_))
}

/// Whether an answer says that it is JSON.
fn is_json(kind: &str) -> bool {
    let bare = kind.split(';').next().unwrap_or_default().trim();
    bare.eq_ignore_ascii_case("application/json")
}

/// Whether the operator can be asked what became of a call.
#[must_use]
pub fn can_ask(connection: &Connection) -> bool {
    matches!(connection, Connection::Camara(_) | Connection::Kazoo(_))
}

/// Within what the operator's names for calls are its own, for the connection
/// of this name.
#[must_use]
pub fn realm(connection: &Connection, name: &str) -> String {
    match connection {
        Connection::ChinaMobile(china_mobile) => china_mobile.realm(),
        _ => name.to_owned(),
    }
}

/// Whether the operator tells of a call under its own name for it, rather than
/// at an address of the call's own.
#[must_use]
pub fn names_its_calls(connection: &Connection) -> bool {
    matches!(
        connection,
        Connection::ChinaMobile(_) | Connection::Kazoo(_)
    )
}

/// Whether what the operator tells of a call leads to it only through the two
/// numbers, where the answer with its name was lost.
#[must_use]
pub fn is_found_by_numbers(connection: &Connection) -> bool {
    matches!(connection, Connection::ChinaMobile(_))
}
