//! Documents from outside: settings, and what admins store. They are JSON, read
//! place by place, so that whoever wrote one learns what is wrong with it where.

mod account;
mod button;
mod credential;
mod flaw;
mod look;
mod place;
mod strict;

pub use account::Account;
pub use button::{Button, DialFirst, Manner};
pub use credential::{ApiKey, HASHES, has_hash, read_name};
pub use flaw::{Flaw, Flaws};
pub use look::Look;
pub use place::{Place, set};
pub use strict::read_strictly;
