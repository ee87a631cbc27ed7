//! Who is asking: every token, key and secret but a call's own two (those are
//! in [`crate::tokens`]). Pure; the runtime's cryptography is in `crate::sign`.

pub mod access_token;
pub mod agent_token;
pub mod api_key;
pub mod assertion;
pub mod client;
pub mod embed_key;
pub mod form;
pub mod jwk;
pub mod jws;
pub mod kazoo_token;
pub mod oauth;
pub mod scopes;
pub mod signing_key;

/// Seconds by which others' clocks may differ from ours.
pub const SKEW_S: u64 = 60;
