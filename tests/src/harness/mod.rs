//! What a story needs around it: the running edge, foreign pages, browsers,
//! and clients for HTTP and server-sent events.
//!
//! Everything here fails by panicking with words that say what was expected,
//! because its only callers are tests.

pub mod http;
pub mod wait;
