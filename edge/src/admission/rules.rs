//! What accounts and buttons say about who may be called when, read from their
//! documents.

use super::consent::Consent;
use super::countries::CountryRules;
use super::do_not_call::DoNotCall;
use super::hours::Hours;
use super::limits::Limits;
use super::whitelist::Whitelist;
use crate::document::{Flaw, Flaws, Place};

/// Kazoo's schema knows no largest throttle; its times are kept in one row.
const LARGEST_THROTTLE: u64 = 1_000;
/// As many as an account may have.
const LARGEST_DAILY_LIMIT: u64 = 1_000_000;

/// The rules of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountRules {
    /// Which countries' numbers may take part in its calls.
    pub countries: CountryRules,
    /// Who is never called.
    pub do_not_call: DoNotCall,
    /// How much may happen.
    pub limits: Limits,
}

/// The rules of a button.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ButtonRules {
    /// When it is open; always, if it says nothing.
    pub hours: Option<Hours>,
    /// Which countries' contacts it is for.
    pub countries: Option<CountryRules>,
    /// Patterns of which the contact has to match one.
    pub whitelist: Option<Whitelist>,
    /// What a visitor has to agree to.
    pub consent: Option<Consent>,
    /// Whether a visitor has to pass the captcha for every call.
    pub captcha: bool,
    /// Calls per minute (Kazoo `throttle`).
    pub throttle: Option<u64>,
    /// Calls per day (UTC).
    pub daily_limit: Option<u64>,
}

impl AccountRules {
    /// Reads the properties `countries`, `do_not_call` and those of [`Limits`]
    /// of an account's document.
    pub fn read(account: &Place<'_>) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        let countries = flaws.keep(optional(account, "countries", CountryRules::read));
        let do_not_call = flaws.keep(optional(account, "do_not_call", DoNotCall::read));
        let limits = flaws.keep(Limits::read(account));
        let rules = || {
            Some(Self {
                countries: countries?.unwrap_or_default(),
                do_not_call: do_not_call?.unwrap_or_default(),
                limits: limits?,
            })
        };
        rules().ok_or(flaws)
    }
}

impl ButtonRules {
    /// Reads the properties `hours`, `countries`, `whitelist`, `consent`,
    /// `captcha`, `throttle` and `daily_limit` of a button's document.
    pub fn read(button: &Place<'_>) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        let hours = flaws.keep(optional(button, "hours", Hours::read));
        let countries = flaws.keep(optional(button, "countries", CountryRules::read));
        let whitelist = flaws.keep(optional(button, "whitelist", Whitelist::read));
        let consent = flaws.keep(optional(button, "consent", Consent::read));
        let captcha = flaws.keep(optional(button, "captcha", Place::flag));
        let throttle = flaws.keep(optional(button, "throttle", |at| {
            at.whole_number_within(0, LARGEST_THROTTLE)
        }));
        let daily_limit = flaws.keep(optional(button, "daily_limit", |at| {
            at.whole_number_within(0, LARGEST_DAILY_LIMIT)
        }));
        let rules = || {
            Some(Self {
                hours: hours?,
                countries: countries?,
                whitelist: whitelist?,
                consent: consent?,
                captcha: captcha? == Some(true),
                throttle: throttle?,
                daily_limit: daily_limit?,
            })
        };
        rules().ok_or(flaws)
    }
}

fn optional<'a, T>(
    place: &Place<'a>,
    name: &str,
    read: impl FnOnce(&Place<'a>) -> Result<T, Flaw>,
) -> Result<Option<T>, Flaw> {
    place.optional(name)?.map(|at| read(&at)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_flaws_are_found_at_once() {
        let bad = json!({
            "hours": {"timeZone": "UTC"}, "whitelist": ["("], "captcha": "yes", "throttle": 1_001,
            "consent": {"version": "1", "texts": {"en": "Call me."}},
        });
        let flaws = ButtonRules::read(&Place::whole(&bad))
            .unwrap_err()
            .to_string();
        for path in ["hours.week", "whitelist.0", "captcha", "throttle"] {
            assert!(flaws.contains(path), "{path} in {flaws}");
        }
        let bad =
            json!({"countries": {"allow": ["XX"]}, "do_not_call": ["1"], "calls_per_day": -1});
        let flaws = AccountRules::read(&Place::whole(&bad))
            .unwrap_err()
            .to_string();
        for path in ["countries.allow.0", "do_not_call.0", "calls_per_day"] {
            assert!(flaws.contains(path), "{path} in {flaws}");
        }
    }

    #[test]
    fn what_is_not_said_is_no_rule() {
        let none = json!({"name": "Sales"});
        assert_eq!(
            ButtonRules::read(&Place::whole(&none)),
            Ok(ButtonRules::default())
        );
        assert_eq!(
            AccountRules::read(&Place::whole(&none)),
            Ok(AccountRules::default())
        );
    }
}
