//! What a click-to-dial call is, true on paper and with no computer at hand.
//!
//! The vocabulary is CAMARA Click to Dial's. Nothing here does I/O, knows an
//! operator's spelling, reads a clock or draws a random number: time and
//! identity are arguments. The edge and the widget both speak in these types.

mod cause;
mod failure;
mod log;
mod number;
mod party;
pub mod sandbox;
mod status;
mod time;
pub mod watch;

pub use cause::{Cause, News};
pub use failure::Failure;
pub use log::{Entry, Log};
pub use number::{InvalidNumber, Number};
pub use party::{InvalidParty, Party};
pub use status::{Reason, Recording, State, Status, UnknownWord};
pub use time::Millis;
