//! The lab operator is as strict as the documents of its dialects, and its
//! faults are the faults that they say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod calls;
mod china_mobile;
mod client;
mod events;
mod faults;
mod kazoo;
mod sink;
mod tokens;
