//! What Click to Dial promises, told as stories against the real thing:
//! workerd, an operator on loopback, and a browser.
//!
//! `lab` is the operator; `harness` starts and watches what a story needs.

#[expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the harness runs in tests only, and a test fails by panicking"
)]
pub mod harness;
pub mod lab;
