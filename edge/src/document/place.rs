//! Reading a JSON document place by place. The messages of JSON Schema's rules
//! are spelled as Kazoo spells them, since its clients read them.

use call::{Number, Party};
use serde_json::{Map, Value};

use super::Flaw;

/// A place in a document: its value, and how to get there.
pub struct Place<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Place<'a> {
    /// The whole document.
    #[must_use]
    pub fn whole(value: &'a Value) -> Self {
        Self {
            value,
            path: String::new(),
        }
    }

    /// The value itself.
    #[must_use]
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// What is wrong here, by a rule of ours.
    #[must_use]
    pub fn wrong(&self, message: &str) -> Flaw {
        self.breaks("invalid", message)
    }

    /// What is wrong here, by a rule of JSON Schema.
    #[must_use]
    pub fn breaks(&self, rule: &'static str, message: &str) -> Flaw {
        Flaw {
            path: self.path.clone(),
            rule,
            message: message.to_owned(),
        }
    }

    fn mistyped(&self, wanted: &str) -> Flaw {
        self.breaks("type", &format!("Value did not match type(s): {wanted}"))
    }

    fn below(&self, name: &str) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{name}", self.path)
    }

    /// Refuses properties that nobody knows: a misspelt one would be ignored.
    pub fn only(&self, known: &[&str]) -> Result<(), Flaw> {
        let stranger = |name: &&String| !known.contains(&name.as_str());
        if self.object()?.keys().any(|name| stranger(&name)) {
            let message = format!("has a property that is none of {}", known.join(", "));
            return Err(self.breaks("additionalProperties", &message));
        }
        Ok(())
    }

    /// A property that has to be there.
    pub fn field(&self, name: &str) -> Result<Place<'a>, Flaw> {
        self.optional(name)?.ok_or_else(|| Flaw {
            path: self.below(name),
            rule: "required",
            message: "Field is required but missing".to_owned(),
        })
    }

    /// A property that may be there.
    pub fn optional(&self, name: &str) -> Result<Option<Place<'a>>, Flaw> {
        let found = self.object()?.get(name);
        Ok(found.map(|value| Place {
            value,
            path: self.below(name),
        }))
    }

    /// A property that may be there, or what holds without it.
    pub fn optional_or<T>(
        &self,
        name: &str,
        otherwise: T,
        read: impl FnOnce(&Place<'a>) -> Result<T, Flaw>,
    ) -> Result<T, Flaw> {
        self.optional(name)?
            .map_or(Ok(otherwise), |place| read(&place))
    }

    /// The properties of an object, with their names.
    pub fn entries(&self) -> Result<Vec<(&'a str, Place<'a>)>, Flaw> {
        let place = |(name, value): (&'a String, &'a Value)| {
            let path = self.below(name);
            (name.as_str(), Place { value, path })
        };
        Ok(self.object()?.iter().map(place).collect())
    }

    /// The elements of a list.
    pub fn list(&self) -> Result<Vec<Place<'a>>, Flaw> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.mistyped("array"))?;
        let place = |(at, value): (usize, &'a Value)| Place {
            value,
            path: self.below(&at.to_string()),
        };
        Ok(list.iter().enumerate().map(place).collect())
    }

    /// Any text.
    pub fn string(&self) -> Result<&'a str, Flaw> {
        self.value.as_str().ok_or_else(|| self.mistyped("string"))
    }

    /// A text that is not empty.
    pub fn text(&self) -> Result<&'a str, Flaw> {
        let text = self.string()?;
        if text.is_empty() {
            return Err(self.breaks("minLength", "String must be at least 1 characters"));
        }
        Ok(text)
    }

    /// A text of 1 to `most` characters.
    pub fn text_up_to(&self, most: usize) -> Result<&'a str, Flaw> {
        let text = self.text()?;
        if text.chars().count() > most {
            let message = format!("String must not be more than {most} characters");
            return Err(self.breaks("maxLength", &message));
        }
        Ok(text)
    }

    /// One of these words.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Flaw> {
        let text = self.string()?;
        let found = words.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, meaning)| *meaning)
            .ok_or_else(|| self.breaks("enum", "Value not found in enumerated list of values"))
    }

    /// A phone number.
    pub fn number(&self) -> Result<Number, Flaw> {
        Number::parse(self.text()?).map_err(|problem| self.wrong(&format!("is {problem}")))
    }

    /// A phone number, or an extension of a Kazoo system.
    pub fn party(&self) -> Result<Party, Flaw> {
        Party::parse(self.text()?).map_err(|problem| self.wrong(&format!("is {problem}")))
    }

    /// An address; `http`: a plain one is allowed.
    pub fn url(&self, http: bool) -> Result<&'a str, Flaw> {
        let url = self.text()?;
        if url.starts_with("https://") || (http && url.starts_with("http://")) {
            return Ok(url);
        }
        Err(self.wrong("must begin with https:// (or set allow_http)"))
    }

    /// A whole number; `4.0` is one as well (JSON Schema 2020-12, section 6.1.1).
    pub fn whole_number(&self) -> Result<u64, Flaw> {
        let whole = self.value.as_u64();
        let whole = whole.or_else(|| without_fraction(self.value.as_f64()?));
        whole.ok_or_else(|| self.mistyped("integer"))
    }

    /// A whole number from `least` to `most`.
    pub fn whole_number_within(&self, least: u64, most: u64) -> Result<u64, Flaw> {
        match self.whole_number()? {
            number if number < least => Err(self.breaks(
                "minimum",
                &format!("Value must be greater than or equal to {least}"),
            )),
            number if number > most => Err(self.breaks(
                "maximum",
                &format!("Value must be less than or equal to {most}"),
            )),
            number => Ok(number),
        }
    }

    /// Yes or no.
    pub fn flag(&self) -> Result<bool, Flaw> {
        self.value.as_bool().ok_or_else(|| self.mistyped("boolean"))
    }

    fn object(&self) -> Result<&'a Map<String, Value>, Flaw> {
        self.value
            .as_object()
            .ok_or_else(|| self.mistyped("object"))
    }
}

/// Beyond this not every whole number can be told from its neighbours.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

fn without_fraction(number: f64) -> Option<u64> {
    let whole = (0.0..=LARGEST_EXACT).contains(&number) && number.fract() == 0.0;
    whole.then_some(number as u64)
}

/// Sets a property of an object; anything else has none.
pub fn set(document: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = document.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_flaw_says_where_and_what_but_never_the_value() {
        let value = json!({"whitelist": ["^+49", 7], "name": ""});
        let place = Place::whole(&value);
        let list = place.field("whitelist").unwrap().list().unwrap();
        let flaw = list[1].text().unwrap_err();
        assert_eq!((flaw.path.as_str(), flaw.rule), ("whitelist.1", "type"));
        assert_eq!(
            flaw.to_string(),
            "whitelist.1: Value did not match type(s): string"
        );
        let empty = place.field("name").unwrap().text().unwrap_err();
        assert_eq!((empty.path.as_str(), empty.rule), ("name", "minLength"));
        let missing = place.field("extension").err().unwrap();
        assert_eq!(
            missing.to_string(),
            "extension: Field is required but missing"
        );
    }

    #[test]
    fn a_number_without_a_fraction_is_whole_however_it_is_spelled() {
        let read = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            Place::whole(&value).whole_number().ok()
        };
        for (text, number) in [("5", 5), ("5.0", 5), ("0.5e1", 5), ("-0.0", 0)] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        for text in ["5.5", "-1", "-1.0", "1e300", "\"5\"", "null"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_are_inclusive() {
        let value = json!(5);
        let place = Place::whole(&value);
        assert_eq!(place.whole_number_within(5, 5), Ok(5));
        assert_eq!(place.whole_number_within(6, 9).unwrap_err().rule, "minimum");
        assert_eq!(place.whole_number_within(1, 4).unwrap_err().rule, "maximum");
    }
}
