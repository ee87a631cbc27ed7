//! May this call be placed? One decision for every way to ask, given all that
//! is counted; the cheapest checks and the plainest answers first.

use call::{Millis, Number, Party};
use serde::{Deserialize, Serialize};

use super::limits::{DAY_S, address_wait_s, wait_s};
use super::rules::{AccountRules, ButtonRules};
use super::tally::{Lease, Tally};
use super::{Parties, Refusal};

/// Seconds after which a full account or a throttled button may be tried again.
const SOON_S: u64 = 60;

/// How somebody asks for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// A visitor's click on a page.
    Click,
    /// An agent's click on a page, with a token that says so.
    Agent,
    /// Kazoo's connect by whoever knows the address.
    Connect,
    /// Kazoo's connect by the account's own people.
    TrustedConnect,
    /// CAMARA `createCall` by an API client.
    Create,
}

impl Way {
    /// Whether nobody knows who asks.
    fn is_anonymous(self) -> bool {
        matches!(self, Self::Click | Self::Connect)
    }

    /// Whether somebody decides to call at this moment; servers know what they do.
    fn is_somebody(self) -> bool {
        matches!(self, Self::Click | Self::Connect | Self::Agent)
    }
}

/// What is known of the captcha when a call is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Captcha {
    /// The deployment has none.
    Unavailable,
    /// The request brings no token.
    Missing,
    /// It brings one that nobody has verified yet.
    Unverified,
    /// It has been passed.
    Passed,
}

/// One request, with all that is counted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// How it came.
    pub way: Way,
    /// Who would be rung.
    pub parties: &'a Parties,
    /// The outside party, where one of the two is.
    pub contact: Option<&'a Number>,
    /// Which lease it would take; see [`Lease`].
    pub who: &'a str,
    /// The two, whichever is rung first.
    pub pair: &'a str,
    /// The version of the texts that the visitor has agreed to.
    pub consent: Option<&'a str>,
    /// How it is with the captcha.
    pub captcha: Captcha,
    /// The wall clock of the button's time zone, where there are hours.
    pub wall: Option<i64>,
    /// The button's id.
    pub button: &'a str,
    /// When.
    pub now: Millis,
}

/// What was counted before.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    /// Calls of this contact, oldest first.
    pub number: &'a [Millis],
    /// Numbers called from this visitor's address, oldest first.
    pub address: &'a [(String, Millis)],
    /// The account's, as of now.
    pub tally: &'a Tally,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Place it.
    Admit,
    /// Have the captcha's token verified, and ask again.
    Verify,
    /// There is an active call, unless its lease is void.
    Active(Lease),
    /// There are as many active calls as may be, unless one of these is void.
    Full(Vec<Lease>),
}

/// Decides on a request, from all that is given.
pub fn decide(
    account: &AccountRules,
    button: Option<&ButtonRules>,
    request: &Request<'_>,
    counts: &Counts<'_>,
) -> Result<Verdict, Refusal> {
    check_numbers(account, button, request)?;
    if let Some(button) = button.filter(|_| request.way.is_somebody()) {
        check_moment(button, request)?;
    }
    if let Some(lease) = counts.tally.active(request.who, request.pair) {
        return Ok(Verdict::Active(lease.clone()));
    }
    check_counts(account, button, request, counts)?;
    if counts.tally.simultaneous() >= account.limits.simultaneous {
        let suspects = counts.tally.suspects(request.now);
        return if suspects.is_empty() {
            Err(Refusal::TooMany(SOON_S))
        } else {
            Ok(Verdict::Full(suspects))
        };
    }
    check_visitor(account, button, request, counts)
}

/// Whether the two may be connected at all.
fn check_numbers(
    account: &AccountRules,
    button: Option<&ButtonRules>,
    request: &Request<'_>,
) -> Result<(), Refusal> {
    let Parties { caller, callee } = request.parties;
    if caller == callee {
        return Err(Refusal::SameNumber);
    }
    let allowed = |number: &Number| {
        account.countries.permit_special(number)
            && account.countries.permit(number)
            && !account.do_not_call.names(number)
    };
    let numbers = [caller, callee];
    let mut numbers = numbers.into_iter().filter_map(Party::number);
    let by_button = |contact: &Number| {
        button.is_none_or(|button| {
            let countries = button.countries.as_ref();
            let whitelist = button.whitelist.as_ref();
            countries.is_none_or(|countries| countries.permit(contact))
                && whitelist.is_none_or(|whitelist| whitelist.permits(contact))
        })
    };
    if numbers.all(allowed) && request.contact.is_none_or(by_button) {
        Ok(())
    } else {
        Err(Refusal::NumberNotAllowed)
    }
}

/// Whether a visitor may ask now.
fn check_moment(button: &ButtonRules, request: &Request<'_>) -> Result<(), Refusal> {
    if let Some(hours) = &button.hours
        && !request.wall.is_some_and(|wall| hours.is_open_at(wall))
    {
        return Err(Refusal::Closed);
    }
    match &button.consent {
        Some(consent) if request.consent != Some(consent.version.as_str()) => {
            Err(Refusal::ConsentRequired)
        }
        _ => Ok(()),
    }
}

/// Whether there have not been too many.
fn check_counts(
    account: &AccountRules,
    button: Option<&ButtonRules>,
    request: &Request<'_>,
    counts: &Counts<'_>,
) -> Result<(), Refusal> {
    let until_midnight = DAY_S - request.now.0 / 1000 % DAY_S;
    if let Some(button) = button {
        let (lately, today) = counts.tally.button(request.button);
        if button.throttle.is_some_and(|most| lately >= most) {
            return Err(Refusal::TooMany(SOON_S));
        }
        if button.daily_limit.is_some_and(|most| today >= most) {
            return Err(Refusal::QuotaExceeded(until_midnight));
        }
    }
    if counts.tally.spent(&account.limits, request.now).is_some() {
        return Err(Refusal::QuotaExceeded(until_midnight));
    }
    // Through buttons, nobody is to be called all the time.
    let windows = &account.limits.per_number;
    let counted = button.is_some() && request.contact.is_some();
    let wait = counted.then(|| wait_s(counts.number, request.now, windows));
    wait.flatten()
        .map_or(Ok(()), |wait| Err(Refusal::TooMany(wait)))
}

/// Whether somebody whom nobody knows has to prove to be a person.
fn check_visitor(
    account: &AccountRules,
    button: Option<&ButtonRules>,
    request: &Request<'_>,
    counts: &Counts<'_>,
) -> Result<Verdict, Refusal> {
    if !request.way.is_anonymous() {
        return Ok(Verdict::Admit);
    }
    let windows = &account.limits.per_address;
    let number = request.contact.map_or("", Number::e164);
    let wait = address_wait_s(counts.address, number, request.now, windows);
    let wanted = button.is_some_and(|button| button.captcha);
    match (request.captcha, wait) {
        (Captcha::Passed, _) => Ok(Verdict::Admit),
        (_, None) if !wanted => Ok(Verdict::Admit),
        (Captcha::Unverified, _) => Ok(Verdict::Verify),
        (Captcha::Unavailable, Some(wait)) => Err(Refusal::TooMany(wait)),
        _ => Err(Refusal::CaptchaRequired),
    }
}

#[cfg(test)]
mod tests;
