//! Who is rung: a phone number, or an extension of a Kazoo system.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Number;

/// A party of a call: a [`Number`] (E.164), or on a Kazoo system an internal
/// extension such as `2600` (Kazoo `clicktocall`, `extension`).
///
/// `Debug` and `Display` mask both alike: an extension may be a national number.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Party {
    /// A phone number.
    Number(Number),
    /// Digits, `*` and `#` as they are dialled inside the enterprise.
    Extension(String),
}

/// The text is neither an E.164 number nor an extension. Carries no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a phone number such as +4930123456 nor an extension such as 2600")]
pub struct InvalidParty;

/// Most characters of an extension: as many as the longest number has.
const LONGEST_EXTENSION: usize = 15;

impl Party {
    /// Reads a number if it begins with `+`, and otherwise an extension.
    pub fn parse(text: &str) -> Result<Self, InvalidParty> {
        if text.starts_with('+') {
            return Number::parse(text)
                .map(Self::Number)
                .map_err(|_| InvalidParty);
        }
        let dialled = |b: u8| b.is_ascii_digit() || b == b'*' || b == b'#';
        let fits = (1..=LONGEST_EXTENSION).contains(&text.len());
        if fits && text.bytes().all(dialled) {
            Ok(Self::Extension(text.to_owned()))
        } else {
            Err(InvalidParty)
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            Self::Extension(_) => None,
        }
    }

    /// The whole text: `+4930123456` or `2600`. For operators and stored
    /// documents only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Number(number) => number.e164(),
            Self::Extension(extension) => extension,
        }
    }

    /// What is dialled, without a `+`.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.as_str().trim_start_matches('+')
    }
}

impl From<Number> for Party {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Extension(extension) => f.write_str(&"*".repeat(extension.len())),
        }
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Party {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Party {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_makes_the_difference() {
        let number = Party::parse("+4930123456").unwrap();
        assert_eq!(number.number().unwrap().e164(), "+4930123456");
        assert_eq!(number.digits(), "4930123456");
        let extension = Party::parse("2600").unwrap();
        assert_eq!((extension.number(), extension.digits()), (None, "2600"));
        for bad in ["", "+", "+1", "26 00", "sip:a@b", "1234567890123456", "ä"] {
            assert_eq!(Party::parse(bad), Err(InvalidParty), "{bad}");
        }
    }

    #[test]
    fn neither_is_shown() {
        for text in ["+4930123456", "4155550123"] {
            let shown = format!("{:?}", Party::parse(text).unwrap());
            assert!(shown.contains('*') && !shown.contains("0123"), "{shown}");
        }
    }
}
