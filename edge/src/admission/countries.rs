//! Which countries may be called: by account for both parties, by button for
//! the contact.

use call::Number;
use serde_json::{Map, Value};

use super::numbering::{Country, is_special};
use crate::document::{Flaw, Place};

/// Most prefixes of special ranges that a rule may open: each is an exception.
const MOST_SPECIAL: usize = 50;
/// Most digits of such a prefix: a whole number (ITU-T E.164).
const LONGEST_PREFIX: usize = 15;

/// The property `countries` of an account or a button: `{"allow"?: ["DE"],
/// "deny"?: ["US"], "special"?: ["+49180"]}`.
///
/// `allow`: no others. `deny`: not these. `special`: beginnings of numbers that
/// may be called although they are premium, satellite or the like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountryRules {
    allow: Option<Vec<Country>>,
    deny: Vec<Country>,
    special: Vec<String>,
}

impl CountryRules {
    /// Reads the property.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        place.only(&["allow", "deny", "special"])?;
        let allow = place.optional("allow")?;
        let deny = place.optional("deny")?;
        let special = place.optional("special")?;
        Ok(Self {
            allow: allow.as_ref().map(read_countries).transpose()?,
            deny: deny.as_ref().map_or(Ok(Vec::new()), read_countries)?,
            special: special.as_ref().map_or(Ok(Vec::new()), read_prefixes)?,
        })
    }

    /// Whether numbers of this one's country may be called. A number of no
    /// country is in no list.
    #[must_use]
    pub fn permit(&self, number: &Number) -> bool {
        let country = Country::of(number.digits());
        let listed = |list: &[Country]| country.is_some_and(|country| list.contains(&country));
        let opened = country.is_none() && self.opens(number.digits());
        !listed(&self.deny) && (opened || self.allow.as_deref().is_none_or(listed))
    }

    /// Whether the number may be called as far as it is a special one.
    #[must_use]
    pub fn permit_special(&self, number: &Number) -> bool {
        !is_special(number.digits()) || self.opens(number.digits())
    }

    fn opens(&self, digits: &str) -> bool {
        self.special.iter().any(|prefix| digits.starts_with(prefix))
    }

    /// What a page may know, so that it can offer the right countries.
    #[must_use]
    pub fn public(&self) -> Value {
        let mut public = Map::new();
        if let Some(allow) = &self.allow {
            public.insert("allow".to_owned(), codes(allow));
        }
        if !self.deny.is_empty() {
            public.insert("deny".to_owned(), codes(&self.deny));
        }
        Value::Object(public)
    }
}

fn codes(list: &[Country]) -> Value {
    list.iter().map(Country::as_str).collect()
}

fn read_countries(place: &Place<'_>) -> Result<Vec<Country>, Flaw> {
    let read = |place: &Place<'_>| {
        Country::parse(place.text()?).ok_or_else(|| {
            place.wrong(
                "is not the two-letter code (ISO 3166) of a country with phone numbers of its own",
            )
        })
    };
    place.list()?.iter().map(read).collect()
}

fn read_prefixes(place: &Place<'_>) -> Result<Vec<String>, Flaw> {
    let list = place.list()?;
    if list.len() > MOST_SPECIAL {
        let message = format!("must not have more than {MOST_SPECIAL} entries");
        return Err(place.breaks("maxItems", &message));
    }
    list.iter().map(read_prefix).collect()
}

fn read_prefix(place: &Place<'_>) -> Result<String, Flaw> {
    let digits = place.text()?.strip_prefix('+').unwrap_or_default();
    // A country code alone would open every special range of the country at once.
    let fits = (3..=LONGEST_PREFIX).contains(&digits.len());
    if fits && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits.to_owned())
    } else {
        Err(place.wrong("is not the beginning of a number, + and three digits or more"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules(value: &Value) -> CountryRules {
        CountryRules::read(&Place::whole(value)).unwrap()
    }

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn allowed_means_no_others_and_denied_means_not_these() {
        let dach = rules(&json!({"allow": ["DE", "AT", "CH"]}));
        assert!(dach.permit(&number("+4930123456")));
        assert!(!dach.permit(&number("+12025550142")));
        assert!(!dach.permit(&number("+881612345678")));
        let not_jamaica = rules(&json!({"deny": ["JM"]}));
        assert!(not_jamaica.permit(&number("+12025550142")));
        assert!(!not_jamaica.permit(&number("+18765550142")));
        let neither = rules(&json!({"allow": ["US", "CA"], "deny": ["CA"]}));
        assert!(neither.permit(&number("+12025550142")));
        assert!(!neither.permit(&number("+14165550142")));
    }

    #[test]
    fn an_allowed_country_does_not_bring_its_premium_numbers_along() {
        let germany = rules(&json!({"allow": ["DE"]}));
        assert!(!germany.permit_special(&number("+499001234567")));
        assert!(germany.permit_special(&number("+4930123456")));
    }

    #[test]
    fn a_special_range_is_opened_by_its_beginning() {
        let fleet = rules(&json!({"allow": ["DE"], "special": ["+8816", "+49180"]}));
        for opened in ["+881612345678", "+491801234567"] {
            let opened = number(opened);
            assert!(fleet.permit(&opened) && fleet.permit_special(&opened));
        }
        assert!(!fleet.permit_special(&number("+881712345678")));
        assert!(!fleet.permit(&number("+12025550142")));
    }

    #[test]
    fn flaws_name_the_entry() {
        for (bad, path) in [
            (json!({"allow": ["DE", "Germany"]}), "allow.1"),
            (json!({"deny": ["UK"]}), "deny.0"),
            (json!({"special": ["+49"]}), "special.0"),
            (json!({"special": ["00881"]}), "special.0"),
            (json!({"allowed": []}), ""),
            (json!({"special": vec!["+881"; 51]}), "special"),
            (json!([]), ""),
        ] {
            let flaw = CountryRules::read(&Place::whole(&bad)).unwrap_err();
            assert_eq!(flaw.path, path, "{flaw}");
        }
    }

    #[test]
    fn a_page_learns_countries_and_no_exceptions() {
        let shown = rules(&json!({"allow": ["DE"], "deny": [], "special": ["+8816"]})).public();
        assert_eq!(shown, json!({"allow": ["DE"]}));
    }
}
