//! Phone numbers in E.164 form, as CAMARA's `PhoneNumber` has them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A phone number in international format (ITU-T E.164): `+`, a first digit
/// that is not 0, five to fifteen digits in all (CAMARA_common `PhoneNumber`).
///
/// `Debug` and `Display` show only the first and the last two digits, so that
/// a number cannot reach a log or an error text by accident. The whole number
/// comes out of [`Number::e164`] alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(String);

/// The text is not an E.164 number. Carries no part of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number in international format, such as +4930123456")]
pub struct InvalidNumber;

/// Fewest digits after the `+` (CAMARA's pattern).
const FEWEST_DIGITS: usize = 5;
/// Most digits after the `+` (ITU-T E.164).
const MOST_DIGITS: usize = 15;
/// Digits that stay readable at either end of a masked number.
const READABLE: usize = 2;

impl Number {
    /// Reads exactly the E.164 form: no spaces, no `00`, no punctuation.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        let digits = text.strip_prefix('+').ok_or(InvalidNumber)?;
        let length_fits = (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len());
        let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
        if length_fits && all_digits && !digits.starts_with('0') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidNumber)
        }
    }

    /// The whole number with its `+`. For operators and stored documents only.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The digits without the `+`.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let hidden = digits.len().saturating_sub(2 * READABLE);
        let (head, rest) = digits.split_at_checked(READABLE).unwrap_or((digits, ""));
        let tail = rest.get(hidden..).unwrap_or_default();
        write!(f, "+{head}{}{tail}", "*".repeat(hidden))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn accepts_what_camara_accepts() {
        for good in ["+12345", "+447700900123", "+123456789012345"] {
            assert_eq!(Number::parse(good).unwrap().e164(), good);
        }
    }

    #[test]
    fn refuses_everything_else() {
        let bad = [
            "",
            "+",
            "12345",
            "+1234",
            "+1234567890123456",
            "+0123456",
            "+12 345",
            "+1234a",
            "0044123456",
            "tel:+12345",
            "+１２３４５",
            "+12345\n",
        ];
        for bad in bad {
            assert_eq!(Number::parse(bad), Err(InvalidNumber), "{bad:?}");
        }
    }

    #[test]
    fn shows_itself_masked() {
        let number = Number::parse("+447700900123").unwrap();
        assert_eq!(
            format!("{number} {number:?}"),
            "+44********23 +44********23"
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_never_shows_the_middle(text in "\\+?[0-9]{0,18}") {
            if let Ok(number) = Number::parse(&text) {
                prop_assert_eq!(number.e164(), &text);
                let hidden = number.to_string().matches('*').count();
                prop_assert_eq!(hidden, number.digits().len() - 2 * READABLE);
            }
        }
    }
}
