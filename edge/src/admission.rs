//! Who may place a call through a button. Pure: counting is the account room's.

#[allow(
    dead_code,
    reason = "the account room asks these rules from the next step on"
)]
mod address;
#[allow(dead_code, reason = "see address")]
mod captcha;
#[allow(dead_code, reason = "see address")]
mod consent;
#[allow(dead_code, reason = "see address")]
mod countries;
#[allow(dead_code, reason = "see address")]
mod decide;
#[allow(dead_code, reason = "see address")]
mod do_not_call;
#[allow(dead_code, reason = "see address")]
mod hours;
#[allow(dead_code, reason = "see address")]
mod limits;
#[allow(dead_code, reason = "see address")]
mod numbering;
#[allow(dead_code, reason = "see address")]
mod rules;
#[allow(dead_code, reason = "see address")]
mod tally;
#[allow(dead_code, reason = "see address")]
mod whitelist;

use call::{Number, Party};
use serde::{Deserialize, Serialize};

use crate::document::{Account, Button, DialFirst};

/// Country codes that no ordinary call goes to: satellite networks (ITU-T
/// E.164, +881 to +883) and international premium rate (+979). They are where
/// toll fraud earns its money.
const DENIED_PREFIXES: &[&str] = &["881", "882", "883", "979"];
/// Premium numbers within +1.
const DENIED_IN_NORTH_AMERICA: &str = "1900";

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

/// Whether the two may be connected, and who is rung first.
pub fn check_numbers(button: &Button, contact: &Number) -> Result<Parties, Refusal> {
    if Some(contact) == button.extension.number() {
        return Err(Refusal::SameNumber);
    }
    let denied = DENIED_PREFIXES.iter().chain([&DENIED_IN_NORTH_AMERICA]);
    if denied
        .into_iter()
        .any(|prefix| contact.digits().starts_with(prefix))
    {
        return Err(Refusal::NumberNotAllowed);
    }
    let (contact, extension) = (Party::from(contact.clone()), button.extension.clone());
    Ok(match button.dial_first {
        DialFirst::Contact => Parties {
            caller: contact,
            callee: extension,
        },
        DialFirst::Extension => Parties {
            caller: extension,
            callee: contact,
        },
    })
}

/// Whether the account may place one more call today, after `placed`.
pub fn check_quota(account: &Account, placed: u64, seconds_of_day: u64) -> Result<(), Refusal> {
    if placed < account.calls_per_day {
        return Ok(());
    }
    Err(Refusal::QuotaExceeded(
        86_400u64.saturating_sub(seconds_of_day).max(1),
    ))
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

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
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
        let contact = number("+4930123456");
        let parties = check_numbers(&button(DialFirst::Contact), &contact).unwrap();
        assert_eq!(
            (&parties.caller, &parties.callee),
            (&contact.clone().into(), &number("+12025550142").into())
        );
        let parties = check_numbers(&button(DialFirst::Extension), &contact).unwrap();
        assert_eq!(
            (&parties.callee, &parties.caller),
            (&contact.clone().into(), &number("+12025550142").into())
        );
    }

    #[test]
    fn nobody_is_connected_with_themselves() {
        let same = check_numbers(&button(DialFirst::Contact), &number("+12025550142"));
        assert_eq!(same, Err(Refusal::SameNumber));
    }

    #[test]
    fn satellite_and_premium_numbers_are_denied() {
        for denied in [
            "+881612345678",
            "+88212345678",
            "+883510012345",
            "+979123456789",
            "+19005550123",
        ] {
            let checked = check_numbers(&button(DialFirst::Contact), &number(denied));
            assert_eq!(checked, Err(Refusal::NumberNotAllowed), "{denied}");
        }
    }

    #[test]
    fn the_breaker_trips_until_midnight() {
        let document = json!({ "connections": ["sandbox"], "calls_per_day": 2 });
        let account = Account::read(&Place::whole(&document)).unwrap();
        assert_eq!(check_quota(&account, 1, 80_000), Ok(()));
        assert_eq!(
            check_quota(&account, 2, 80_000),
            Err(Refusal::QuotaExceeded(6_400))
        );
    }
}
