//! Who may place a call. Pure: counting is the account room's.

mod address;
pub mod captcha;
mod consent;
mod countries;
mod decide;
mod do_not_call;
pub mod hours;
pub mod limits;
pub(crate) mod numbering;
mod rules;
mod tally;
mod whitelist;

use call::Party;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use address::{address_code, is_this_machine};
pub use consent::Consent;
pub use countries::CountryRules;
pub use decide::{Captcha, Counts, Request, Verdict, Way, decide};
pub use rules::{AccountRules, ButtonRules};
pub use tally::{Breaker, Lease, OPENED_WITHIN_S, Tally, pair};

use crate::document::{Button, DialFirst, Manner};
use crate::sinks::Sink;

/// Why a call is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The account has no such button.
    NoSuchButton,
    /// The page's origin may not use this button.
    OriginNotAllowed,
    /// Both parties are the same.
    SameNumber,
    /// Calls to this number are not allowed.
    NumberNotAllowed,
    /// The idempotency key came before with another body.
    KeyReused,
    /// The contact already has an active call.
    AlreadyActive,
    /// The token opens one thing once, and has done so.
    TokenUsed,
    /// The agent token's embed key was deleted, or never was.
    EmbedKeyGone,
    /// The account's calls are used up, for this many seconds.
    QuotaExceeded(u64),
    /// There have been too many; perhaps not in this many seconds.
    TooMany(u64),
    /// Whoever asks has to pass the captcha first.
    CaptchaRequired,
    /// The visitor has not agreed to the current text.
    ConsentRequired,
    /// It is outside the opening hours.
    Closed,
    /// The button is for those who have a token.
    TokenRequired,
}

/// What is to be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admitted {
    /// Who is rung.
    pub parties: Parties,
    /// Which of the two is the enterprise's own.
    pub dial_first: DialFirst,
    /// Name of the connection that places it.
    pub connection: String,
    /// How it is rung.
    pub manner: Manner,
    /// Whether it is to be recorded.
    pub record: bool,
    /// Who is told of the account's calls.
    pub sink: Option<Sink>,
    /// What is kept with the call: the page, and the button's variables.
    pub page: Option<Value>,
}

/// The two parties of an admitted call, in the order in which they are rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// Rung first.
    pub caller: Party,
    /// Rung second.
    pub callee: Party,
}

/// Whether a page of this origin may use the button. Browsers send an origin
/// with every such request, so its absence is a refusal too.
pub fn check_origin(button: &Button, origin: Option<&str>, own: &str) -> Result<(), Refusal> {
    let allowed = |origin: &str| button.origins.iter().any(|rule| rule.allows(origin, own));
    if origin.is_some_and(allowed) {
        Ok(())
    } else {
        Err(Refusal::OriginNotAllowed)
    }
}

/// The two in the order in which they are rung.
#[must_use]
pub fn in_order(dial_first: DialFirst, contact: Party, extension: Party) -> Parties {
    match dial_first {
        DialFirst::Contact => Parties {
            caller: contact,
            callee: extension,
        },
        DialFirst::Extension => Parties {
            caller: extension,
            callee: contact,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Place;
    use serde_json::json;

    fn button(dial_first: DialFirst) -> Button {
        let document = json!({
            "name": "Sales", "extension": "+12025550142", "origins": ["https://crm.example.com"],
            "dial_first": dial_first,
        });
        Button::read(&Place::whole(&document)).unwrap()
    }

    #[test]
    fn a_page_needs_an_allowed_origin() {
        let check =
            |origin| check_origin(&button(DialFirst::Contact), origin, "https://edge.example");
        assert_eq!(check(Some("https://crm.example.com")), Ok(()));
        for foreign in [
            None,
            Some("null"),
            Some("https://evil.example"),
            Some("https://edge.example"),
        ] {
            assert_eq!(
                check(foreign),
                Err(Refusal::OriginNotAllowed),
                "{foreign:?}"
            );
        }
    }

    #[test]
    fn dial_first_says_who_is_the_caller() {
        let party = |text| Party::parse(text).unwrap();
        let (contact, extension) = (party("+4930123456"), party("+12025550142"));
        let parties = in_order(DialFirst::Contact, contact.clone(), extension.clone());
        assert_eq!((&parties.caller, &parties.callee), (&contact, &extension));
        let parties = in_order(DialFirst::Extension, contact.clone(), extension.clone());
        assert_eq!((&parties.callee, &parties.caller), (&contact, &extension));
    }
}
