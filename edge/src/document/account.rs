//! An account: an enterprise at this deployment.

use super::{Flaw, Place};

/// Calls per day and account where the account sets nothing: enough for any
/// team's day, and few enough that a night of abuse stays affordable.
const DEFAULT_CALLS_PER_DAY: u64 = 1_000;
/// Characters of a name (Kazoo's schema of accounts and buttons).
pub(super) const LONGEST_NAME: usize = 128;

/// An enterprise, as its own document says.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// What its people call it.
    pub name: String,
    /// Names of the connections that it may use; the first is its buttons'
    /// unless they say otherwise. Only who runs the deployment may change them.
    pub connections: Vec<String>,
    /// The spend breaker: calls per day (UTC).
    pub calls_per_day: u64,
}

impl Account {
    /// Reads an account's document.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        let name = place.optional("name")?;
        let calls_per_day = place.optional("calls_per_day")?;
        let connections = place.field("connections")?;
        let names = connections.list()?;
        if names.is_empty() {
            return Err(connections.breaks("minItems", "Array must have at least 1 items"));
        }
        let names = names.iter().map(|name| name.text().map(str::to_owned));
        Ok(Self {
            name: name
                .map_or(Ok(""), |name| name.text_up_to(LONGEST_NAME))?
                .to_owned(),
            connections: names.collect::<Result<_, _>>()?,
            calls_per_day: calls_per_day
                .map_or(Ok(DEFAULT_CALLS_PER_DAY), |calls| calls.whole_number())?,
        })
    }

    /// The connection for a button that asks for `wanted`, if the account may use it.
    #[must_use]
    pub fn connection(&self, wanted: Option<&str>) -> Option<&str> {
        match wanted {
            None => self.connections.first(),
            Some(wanted) => self.connections.iter().find(|name| *name == wanted),
        }
        .map(String::as_str)
    }
}
