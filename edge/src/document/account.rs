//! An account: an enterprise at this deployment.

use super::{Flaw, Flaws, Place};
use crate::admission::AccountRules;
use crate::sinks::{Sink, read_account_sink};

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
    /// Who may be called, and how much.
    pub rules: AccountRules,
    /// Who is told of its calls.
    pub sink: Option<Sink>,
}

impl Account {
    /// Reads an account's document.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        let name = flaws.keep(place.optional_or("name", String::new(), |at| {
            at.text_up_to(LONGEST_NAME).map(str::to_owned)
        }));
        let connections = flaws.keep(place.field("connections").and_then(|at| read_names(&at)));
        let rules = flaws.keep_all(AccountRules::read(place));
        let sink =
            flaws.keep(place.optional_or("sink", None, |at| read_account_sink(at).map(Some)));
        let account = || {
            Some(Self {
                name: name?,
                connections: connections?,
                rules: rules?,
                sink: sink?,
            })
        };
        account().ok_or(flaws)
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

fn read_names(place: &Place<'_>) -> Result<Vec<String>, Flaw> {
    let names = place.list()?;
    if names.is_empty() {
        return Err(place.breaks("minItems", "Array must have at least 1 items"));
    }
    let names = names.iter().map(|name| name.text().map(str::to_owned));
    names.collect()
}
