use serde_json::{Value, json};

use super::*;
use crate::admission::pair;
use crate::admission::tally::Spent;
use crate::document::Place;

const NOW: Millis = Millis(1_795_000_000_000);
const CONTACT: &str = "+4930123456";
const EXTENSION: &str = "+12025550142";

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

/// One request, and what it meets.
struct Case {
    account: AccountRules,
    button: Option<ButtonRules>,
    way: Way,
    contact: Number,
    extension: Party,
    consent: Option<&'static str>,
    captcha: Captcha,
    wall: Option<i64>,
    calls: Vec<Millis>,
    address: Vec<(String, Millis)>,
    tally: Tally,
}

fn case(account: &Value, button: &Value) -> Case {
    Case {
        account: AccountRules::read(&Place::whole(account)).unwrap(),
        button: Some(ButtonRules::read(&Place::whole(button)).unwrap()),
        way: Way::Click,
        contact: number(CONTACT),
        extension: Party::parse(EXTENSION).unwrap(),
        consent: None,
        captcha: Captcha::Unavailable,
        wall: None,
        calls: Vec::new(),
        address: Vec::new(),
        tally: Tally::default(),
    }
}

fn plain() -> Case {
    case(&json!({}), &json!({}))
}

fn lease(who: &str) -> Lease {
    Lease {
        who: who.to_owned(),
        pair: pair(who, "+49301"),
        call_id: who.to_owned(),
        since: NOW,
        until: Millis(NOW.0 + 1),
        open: false,
    }
}

impl Case {
    fn by(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    fn captcha(mut self, captcha: Captcha) -> Self {
        self.captcha = captcha;
        self
    }

    fn called(mut self, contact: &str) -> Self {
        self.contact = number(contact);
        self
    }

    fn verdict(&self) -> Result<Verdict, Refusal> {
        let parties = Parties {
            caller: self.contact.clone().into(),
            callee: self.extension.clone(),
        };
        let request = Request {
            way: self.way,
            parties: &parties,
            contact: Some(&self.contact),
            who: self.contact.e164(),
            pair: &pair(self.contact.e164(), self.extension.as_str()),
            consent: self.consent,
            captcha: self.captcha,
            wall: self.wall,
            button: "b",
            now: NOW,
        };
        let counts = Counts {
            number: &self.calls,
            address: &self.address,
            tally: &self.tally,
        };
        decide(&self.account, self.button.as_ref(), &request, &counts)
    }

    fn refusal(&self) -> Option<Refusal> {
        self.verdict().err()
    }
}

const ALL: [Way; 5] = [
    Way::Click,
    Way::Agent,
    Way::Connect,
    Way::TrustedConnect,
    Way::Create,
];

#[test]
fn without_rules_a_first_call_is_admitted_by_every_way() {
    for way in ALL {
        assert_eq!(plain().by(way).verdict(), Ok(Verdict::Admit), "{way:?}");
    }
}

#[test]
fn every_way_keeps_the_rules_on_numbers_for_both_parties() {
    let rules = json!({"countries": {"deny": ["JM"]}, "do_not_call": ["+4930*"]});
    for way in ALL {
        let refusal = |contact: &str| case(&rules, &json!({})).by(way).called(contact).refusal();
        for denied in [
            "+18765550100",
            "+4930123456",
            "+881612345678",
            "+449011234567",
        ] {
            assert_eq!(
                refusal(denied),
                Some(Refusal::NumberNotAllowed),
                "{denied} {way:?}"
            );
        }
        assert_eq!(refusal("+442071234567"), None);
        assert_eq!(refusal(EXTENSION), Some(Refusal::SameNumber));
        let mut premium = plain().by(way);
        premium.extension = Party::parse("+499001234567").unwrap();
        assert_eq!(
            premium.refusal(),
            Some(Refusal::NumberNotAllowed),
            "{way:?}"
        );
        premium.extension = Party::parse("2600").unwrap();
        assert_eq!(premium.refusal(), None);
    }
}

#[test]
fn a_buttons_countries_and_whitelist_are_for_the_contact() {
    let rules = json!({"countries": {"allow": ["DE"]}, "whitelist": ["^\\+4930"]});
    for way in ALL {
        let refusal = |contact: &str| case(&json!({}), &rules).by(way).called(contact).refusal();
        assert_eq!(refusal("+4930123456"), None);
        assert_eq!(refusal("+4989123456"), Some(Refusal::NumberNotAllowed));
        assert_eq!(refusal("+431234567"), Some(Refusal::NumberNotAllowed));
    }
}

#[test]
fn hours_and_consent_bind_whoever_clicks() {
    let rules = json!({
        "hours": {"timeZone": "UTC", "week": {"thu": [["09:00", "17:00"]]}},
        "consent": {"version": "2", "texts": {"en": "Call me."}},
    });
    let at = |way, hour: i64, consent| {
        let mut case = case(&json!({}), &rules).by(way);
        // 1970-01-01 was a Thursday.
        case.wall = Some(hour * 60);
        case.consent = consent;
        case.refusal()
    };
    for way in [Way::Click, Way::Agent, Way::Connect] {
        assert_eq!(at(way, 9, Some("2")), None);
        assert_eq!(at(way, 8, Some("2")), Some(Refusal::Closed));
        assert_eq!(at(way, 9, Some("1")), Some(Refusal::ConsentRequired));
        assert_eq!(at(way, 9, None), Some(Refusal::ConsentRequired));
    }
    assert_eq!(at(Way::TrustedConnect, 8, None), None);
    // A time zone that the runtime has forgotten is never open.
    let mut unknown = case(&json!({}), &rules);
    unknown.consent = Some("2");
    assert_eq!(unknown.refusal(), Some(Refusal::Closed));
}

#[test]
fn one_call_at_a_time_and_not_too_many_at_once() {
    let mut busy = case(&json!({"simultaneous_calls": 2}), &json!({}));
    busy.tally.book(lease("+1"), None);
    assert_eq!(busy.verdict(), Ok(Verdict::Admit));
    busy.tally.book(lease("+2"), None);
    assert_eq!(busy.refusal(), Some(Refusal::TooMany(60)));
    let mut old = lease("+3");
    old.since = Millis(NOW.0 - 30_000);
    busy.tally.book(old.clone(), None);
    assert_eq!(busy.verdict(), Ok(Verdict::Full(vec![old])));
    // Whoever is being called already is told so.
    busy.tally.book(lease(CONTACT), None);
    assert_eq!(busy.verdict(), Ok(Verdict::Active(lease(CONTACT))));
}

#[test]
fn a_number_has_its_windows_but_not_where_a_server_calls() {
    let mut often = plain();
    often.calls = vec![NOW; 6];
    assert_eq!(often.refusal(), None);
    often.calls = vec![NOW; 7];
    for way in [Way::Click, Way::Agent, Way::Connect, Way::TrustedConnect] {
        often.way = way;
        assert_eq!(often.refusal(), Some(Refusal::TooMany(900)), "{way:?}");
    }
    (often.way, often.button) = (Way::Create, None);
    assert_eq!(often.refusal(), None);
}

#[test]
fn a_button_is_throttled_by_the_minute_and_limited_by_the_day() {
    let rules = json!({"throttle": 2, "daily_limit": 3});
    let mut used = case(&json!({}), &rules);
    used.tally.advance(NOW);
    for placed in 0..3 {
        let mut lease = lease(&format!("+{placed}"));
        lease.since = Millis(NOW.0 - 40_000 * (2 - placed));
        assert_eq!(used.refusal(), None, "{placed}");
        used.tally.book(lease, Some("b"));
        used.tally.advance(NOW);
    }
    assert_eq!(used.refusal(), Some(Refusal::TooMany(60)));
    used.button.as_mut().unwrap().throttle = None;
    assert!(matches!(
        used.refusal(),
        Some(Refusal::QuotaExceeded(1..=86_400))
    ));
}

#[test]
fn the_spend_breaker_stops_every_way() {
    for way in ALL {
        let mut spent = case(&json!({"calls_per_day": 1}), &json!({})).by(way);
        spent.tally.book(lease("+1"), None);
        assert_eq!(
            spent.tally.spent(&spent.account.limits, NOW),
            Some(Spent::Calls)
        );
        assert!(
            matches!(spent.refusal(), Some(Refusal::QuotaExceeded(_))),
            "{way:?}"
        );
    }
}

#[test]
fn a_captcha_that_the_button_wants_is_passed_first() {
    let wanted = |captcha| case(&json!({}), &json!({"captcha": true})).captcha(captcha);
    assert_eq!(
        wanted(Captcha::Missing).refusal(),
        Some(Refusal::CaptchaRequired)
    );
    assert_eq!(
        wanted(Captcha::Unavailable).refusal(),
        Some(Refusal::CaptchaRequired)
    );
    assert_eq!(wanted(Captcha::Unverified).verdict(), Ok(Verdict::Verify));
    assert_eq!(wanted(Captcha::Passed).verdict(), Ok(Verdict::Admit));
    assert_eq!(
        wanted(Captcha::Missing).by(Way::Agent).verdict(),
        Ok(Verdict::Admit)
    );
    assert_eq!(
        wanted(Captcha::Missing).by(Way::Connect).refusal(),
        Some(Refusal::CaptchaRequired)
    );
}

#[test]
fn from_one_address_further_numbers_take_a_captcha() {
    let office = |captcha| {
        let mut case = plain().captcha(captcha);
        case.address = ["+1", "+2", "+3"]
            .map(|number| (number.to_owned(), NOW))
            .to_vec();
        case
    };
    assert_eq!(
        office(Captcha::Missing).refusal(),
        Some(Refusal::CaptchaRequired)
    );
    assert_eq!(
        office(Captcha::Unavailable).refusal(),
        Some(Refusal::TooMany(3_600))
    );
    assert_eq!(office(Captcha::Unverified).verdict(), Ok(Verdict::Verify));
    assert_eq!(office(Captcha::Passed).verdict(), Ok(Verdict::Admit));
    for way in [Way::Agent, Way::TrustedConnect, Way::Create] {
        assert_eq!(
            office(Captcha::Missing).by(way).verdict(),
            Ok(Verdict::Admit)
        );
    }
    let mut again = office(Captcha::Unavailable);
    again.address[1].0 = CONTACT.to_owned();
    assert_eq!(again.verdict(), Ok(Verdict::Admit));
}

#[test]
fn a_captcha_that_was_passed_opens_nothing_else() {
    let mut often = plain().captcha(Captcha::Passed);
    often.calls = vec![NOW; 7];
    assert_eq!(often.refusal(), Some(Refusal::TooMany(900)));
    let premium = plain().captcha(Captcha::Passed).called("+449011234567");
    assert_eq!(premium.refusal(), Some(Refusal::NumberNotAllowed));
}
