//! The lab operator is as strict as the CAMARA document, and its faults are
//! the faults that they say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod calls;
mod client;
mod events;
mod faults;
mod sink;
mod tokens;
