//! Numbers that an account never calls.

use call::Number;

use crate::document::{Flaw, Place};

/// Most entries: an account's document has to stay below 64 KB.
const MOST_ENTRIES: usize = 3_000;

/// The property `do_not_call` of an account: numbers (`+4930123456`), and
/// beginnings of numbers (`+4930*`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoNotCall {
    /// Sorted, without `+`.
    numbers: Vec<String>,
    prefixes: Vec<String>,
}

impl DoNotCall {
    /// Reads the property.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        let list = place.list()?;
        if list.len() > MOST_ENTRIES {
            let message = format!("must not have more than {MOST_ENTRIES} entries");
            return Err(place.breaks("maxItems", &message));
        }
        let mut found = Self::default();
        for entry in &list {
            match entry.text()?.strip_suffix('*') {
                Some(prefix) => found.prefixes.push(read_prefix(entry, prefix)?),
                None => found.numbers.push(entry.number()?.digits().to_owned()),
            }
        }
        found.numbers.sort_unstable();
        Ok(found)
    }

    /// Whether the number is on the list.
    #[must_use]
    pub fn names(&self, number: &Number) -> bool {
        let digits = number.digits();
        let same = |entry: &String| entry.as_str().cmp(digits);
        self.numbers.binary_search_by(same).is_ok()
            || self
                .prefixes
                .iter()
                .any(|prefix| digits.starts_with(prefix))
    }
}

fn read_prefix(place: &Place<'_>, prefix: &str) -> Result<String, Flaw> {
    let digits = prefix.strip_prefix('+').unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(digits.to_owned())
    } else {
        Err(place.wrong("is neither a number such as +4930123456 nor a beginning such as +4930*"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_or_all_that_begin_alike() {
        let list = json!(["+4930123456", "+43*", "+12025550100", "+1202555019*"]);
        let list = DoNotCall::read(&Place::whole(&list)).unwrap();
        let names = |number: &str| list.names(&Number::parse(number).unwrap());
        for listed in ["+4930123456", "+431234567", "+12025550100", "+12025550199"] {
            assert!(names(listed), "{listed}");
        }
        for other in [
            "+4930123457",
            "+49301234567",
            "+442071234567",
            "+12025550101",
        ] {
            assert!(!names(other), "{other}");
        }
    }

    #[test]
    fn an_entry_that_is_neither_is_a_flaw() {
        for bad in ["*", "+*", "+49 30*", "030123", "+49**", ""] {
            let flaw = DoNotCall::read(&Place::whole(&json!(["+43*", bad]))).unwrap_err();
            assert_eq!(flaw.path, "1", "{bad:?}");
        }
    }
}
