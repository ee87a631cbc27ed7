//! What a story needs around it: the running edge, foreign pages, browsers,
//! and clients for HTTP and server-sent events.
//!
//! Everything here fails by panicking with words that say what was expected,
//! because its only callers are tests.

pub mod admin;
pub mod agents;
pub mod browser;
pub mod clients;
pub mod codes;
pub mod crm;
pub mod edge;
pub mod events;
pub mod firefox;
pub mod http;
pub mod keys;
pub mod page;
pub mod process;
mod product;
pub mod program;
pub mod reference;
pub mod release;
pub mod scratch;
pub mod server;
pub mod sink;
pub mod visitor;
pub mod wait;
pub mod widget;
