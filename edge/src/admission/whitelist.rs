//! Kazoo's `whitelist`: patterns of which the contact has to match one.

use call::Number;
use regex_lite::{Regex, RegexBuilder};

use crate::document::{Flaw, Place};

/// Most patterns of a button.
const MOST_PATTERNS: usize = 50;
/// Characters of a pattern: a number has sixteen.
const LONGEST_PATTERN: usize = 200;
/// Bytes of a compiled pattern: nested repetitions multiply.
const LARGEST_COMPILED: usize = 64 * 1024;

/// The property `whitelist` of a button: regular expressions that are looked
/// for anywhere in the contact's number (`+4930…`), as Kazoo does; one match
/// suffices. Searched in linear time, so look-around and back-references are
/// refused.
#[derive(Clone, Debug)]
pub struct Whitelist(Vec<Regex>);

impl PartialEq for Whitelist {
    fn eq(&self, other: &Self) -> bool {
        let patterns = |list: &Self| list.0.iter().map(Regex::to_string).collect::<Vec<_>>();
        patterns(self) == patterns(other)
    }
}

impl Whitelist {
    /// Reads the property.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        let list = place.list()?;
        if list.len() > MOST_PATTERNS {
            let message = format!("must not have more than {MOST_PATTERNS} entries");
            return Err(place.breaks("maxItems", &message));
        }
        list.iter()
            .map(read_pattern)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the contact may be called.
    #[must_use]
    pub fn permits(&self, contact: &Number) -> bool {
        self.0
            .iter()
            .any(|pattern| pattern.is_match(contact.e164()))
    }
}

fn read_pattern(place: &Place<'_>) -> Result<Regex, Flaw> {
    let pattern = place.text_up_to(LONGEST_PATTERN)?;
    let compiled = RegexBuilder::new(pattern)
        .size_limit(LARGEST_COMPILED)
        .build();
    compiled.map_err(|_| {
        place.wrong("is no regular expression that can be searched in linear time, or too large")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn permits(patterns: &[&str], number: &str) -> bool {
        let list = Whitelist::read(&Place::whole(&json!(patterns))).unwrap();
        list.permits(&Number::parse(number).unwrap())
    }

    #[test]
    fn a_pattern_is_looked_for_anywhere_in_the_number() {
        assert!(permits(&[r"^\+49"], "+4930123456"));
        assert!(permits(&["30123"], "+4930123456"));
        assert!(permits(&[r"^\+1", r"\d{6}$"], "+4930123456"));
        assert!(!permits(&[r"^\+1415", r"^49"], "+4930123456"));
        assert!(!permits(&[], "+4930123456"));
    }

    #[test]
    fn a_pattern_that_cannot_be_used_is_a_flaw_at_its_place() {
        let long = "a".repeat(201);
        for bad in [
            "(",
            "+",
            r"(?=\+49)",
            r"(\d)\1",
            "(((a{99}){99}){99})",
            "",
            &long,
        ] {
            let flaw = Whitelist::read(&Place::whole(&json!([r"^\+49", bad]))).unwrap_err();
            assert_eq!(flaw.path, "1", "{bad:?}");
        }
        let many = json!(vec!["1"; 51]);
        assert_eq!(
            Whitelist::read(&Place::whole(&many)).unwrap_err().rule,
            "maxItems"
        );
    }

    #[test]
    fn no_pattern_takes_long() {
        assert!(!permits(
            &["^(1+)+$", "(1*)*(1*)*(1*)*x"],
            "+111111111111111"
        ));
    }
}
