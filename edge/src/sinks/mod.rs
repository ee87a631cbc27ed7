//! Sinks: addresses of other people's servers that want to be told of calls
//! (CAMARA `sink`, and the account's own). What is allowed and what is sent is
//! decided here, without I/O; the call's room keeps what is still to be told.

mod address;
mod event;
mod pace;
mod read;

pub use address::Allowed;
pub use event::{Known, ended_event, status_event};
pub use pace::{Pace, Trial, after_failure};
pub use read::{is_allowed, read_account_sink, read_sink};

use call::{Millis, Number, Party};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The header of everything that is sent to a sink. A request that has it has
/// come from here, and is not taken: nobody shall be told in a circle.
pub const HOP: &str = "x-click-to-dial-hop";

/// Which of a call's sinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The one that came with the request for the call; told of every change.
    Call = 1,
    /// The account's own; told of the end, with all that is known.
    Account = 2,
}

/// A sink. Has no derived `Debug`: it holds a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sink {
    /// Which.
    pub kind: Kind,
    /// Where.
    pub url: String,
    /// What it is shown.
    pub credential: Credential,
    /// What only the account's own is told: button and page.
    #[serde(default)]
    pub facts: Value,
    /// Where this API is, as events name their source.
    #[serde(default)]
    pub source: String,
}

/// What a sink is shown (CAMARA_event_common `SinkCredential`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// Nothing.
    None,
    /// A token, until it expires.
    Token {
        /// The token.
        token: String,
        /// When it expires, if it does.
        expires: Option<Millis>,
    },
    /// A token from an authorization server, where we prove ourselves by a key.
    Key {
        /// As whom.
        client: String,
        /// The token endpoint.
        endpoint: String,
    },
}

impl std::fmt::Debug for Sink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sink({:?}, {})", self.kind, host(&self.url))
    }
}

/// A party as a number: an extension of the enterprise is behind its platform number.
#[must_use]
pub fn shown<'a>(party: &'a Party, platform: Option<&'a Number>) -> &'a str {
    let number = party.number().or(platform);
    number.map_or("", Number::e164)
}

/// The host of a checked address, for the log: what follows may be a secret.
#[must_use]
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_log_names_a_host_and_none_of_what_follows() {
        for url in [
            "https://hooks.example.com/a?token=secret",
            "https://hooks.example.com?token=secret/x",
            "https://hooks.example.com",
        ] {
            assert_eq!(host(url), "hooks.example.com");
        }
    }
}
