//! Numbers as Kazoo reads them.
//!
//! Kazoo encodes a contact for a URL before it normalises it, so that a `+`
//! turns into `%2B` and reaches nobody: only digits arrive. But digits alone
//! are ambiguous: ten of them may be a number of North America, and few of
//! them an extension of the enterprise. Where they would be mistaken, they go
//! with the international prefix `00`.

use call::Party;

/// Digits of a number within North America, without its country code.
const NORTH_AMERICAN_DIGITS: usize = 10;
/// From this many on Kazoo takes digits for an international number.
const INTERNATIONAL_DIGITS: usize = 8;

/// The digits that Kazoo's default converters turn into this number and no other;
/// an extension is dialled as it is.
#[must_use]
pub fn dialled(party: &Party) -> String {
    let digits = party.digits();
    if party.number().is_none() {
        return digits.to_owned();
    }
    let is_certain = match digits.strip_prefix('1') {
        Some(national) => is_north_american(national),
        None => {
            digits.len() >= INTERNATIONAL_DIGITS
                && digits.starts_with(|first| first >= '2')
                && !is_north_american(digits)
        }
    };
    if is_certain {
        digits.to_owned()
    } else {
        format!("00{digits}")
    }
}

/// `[2-9]\d\d[2-9]\d{6}`.
fn is_north_american(digits: &str) -> bool {
    let at = |place: usize| digits.as_bytes().get(place).copied().unwrap_or_default();
    digits.len() == NORTH_AMERICAN_DIGITS && at(0) >= b'2' && at(3) >= b'2'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    fn dial(e164: &str) -> String {
        dialled(&Party::parse(e164).unwrap())
    }

    /// Kazoo's default converters (`knm_converter_regex`), with `[2-9]` where they have it.
    fn normalised(dialled: &str) -> String {
        let national = dialled
            .strip_prefix('1')
            .filter(|rest| rest.len() == 10)
            .unwrap_or(dialled);
        if is_north_american(national) {
            return format!("+1{national}");
        }
        for prefix in ["011", "00"] {
            if let Some(rest) = dialled.strip_prefix(prefix)
                && rest.len() >= 5
            {
                return format!("+{rest}");
            }
        }
        if dialled.len() >= 8 && dialled.starts_with(|first| ('2'..='9').contains(&first)) {
            return format!("+{dialled}");
        }
        dialled.to_owned()
    }

    #[test]
    fn digits_go_as_they_are_where_they_cannot_be_mistaken() {
        assert_eq!(dial("+14155550123"), "14155550123");
        assert_eq!(dial("+442071838750"), "442071838750");
    }

    #[test]
    fn ten_digits_from_abroad_are_not_taken_for_north_america() {
        assert_eq!(dial("+4532123456"), "004532123456");
    }

    #[test]
    fn few_digits_are_not_taken_for_an_extension() {
        assert_eq!(dial("+23456"), "0023456");
    }

    proptest! {
        #[test]
        fn every_number_arrives_as_itself(digits in "[1-9][0-9]{4,14}") {
            let number = format!("+{digits}");
            prop_assert_eq!(normalised(&dial(&number)), number);
        }
    }
}
