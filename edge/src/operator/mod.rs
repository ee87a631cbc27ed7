//! Operators: those who really place the calls.
//!
//! A dialect does no I/O. It is a small step machine: told what is wanted and
//! what was last heard, it says *send this* or *done, with that outcome*. So
//! tokens, set-up documents and two-step answers need no special path, and
//! every course of a conversation is tested on the host. `run` drives it.
//! An operator's spelling never leaves its file. The README in this folder says
//! how to add one.

mod camara;
mod china_mobile;
mod dialect;
mod dispatch;
mod kazoo;
pub mod run;
mod sandbox;
mod signing;
mod told;
mod words;

use std::time::Duration;

use call::Number;
use call::sandbox::Script;

use crate::document::{Flaw, Place};
use crate::error::Problem;
pub use dialect::{Converse, Dialect, Habits, Right};
pub use signing::{Algorithm, SigningKey};
pub use told::{Envelope, Event, Reply, Told};
pub use words::{
    Asked, Form, Heard, Memory, Moment, Order, Outcome, Outgoing, Recorded, Step, Want,
};

dispatch::operators! {
    /// The built-in sandbox.
    Sandbox: sandbox,
    /// An operator that speaks CAMARA Click to Dial.
    Camara: camara,
    /// China Mobile's open platform.
    ChinaMobile: china_mobile,
    /// A 2600Hz Kazoo system.
    Kazoo: kazoo,
}

/// Whether an answer says that it is JSON.
fn is_json(kind: &str) -> bool {
    is_kind(kind, "application/json")
}

/// Whether a media type is `wanted`; parameters do not matter.
fn is_kind(kind: &str, wanted: &str) -> bool {
    let bare = kind.split(';').next().unwrap_or_default().trim();
    bare.eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests;
