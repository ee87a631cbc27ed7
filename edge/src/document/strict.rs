//! JSON from outside, read once and for all: no name comes twice, since two
//! readers may not agree on which of the two counts (RFC 8259, section 4).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads a JSON text strictly. `None`: it is none, or not without doubt.
#[must_use]
pub fn read_strictly(text: &str) -> Option<Value> {
    let Strict(value) = serde_json::from_str(text).ok()?;
    Some(value)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        let number = Number::from_f64(number).map(Value::Number);
        number.ok_or_else(|| E::custom("a number too large"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let Strict(value) = entries.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name comes twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn no_name_comes_twice_at_any_level() {
        for bad in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":[{"b":null,"b":0}]}"#,
            r#"{"a":1,"\u0061":1}"#,
            "\u{feff}{}",
            "1e999",
            "{} {}",
            "",
        ] {
            assert_eq!(read_strictly(bad), None, "{bad}");
        }
        assert_eq!(read_strictly(&"[".repeat(10_000)), None);
        assert_eq!(
            read_strictly(&format!("{}{}", "[".repeat(200), "]".repeat(200))),
            None
        );
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_what_everybody_reads(text in "\\PC{0,60}") {
            if let Some(value) = read_strictly(&text) {
                prop_assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
            }
        }

        #[test]
        fn plain_json_is_read(text in r#"\{"a":(-?[1-9][0-9]{0,8}|true|null|"[a-z]*"|\[1,2\]|\{"b":1\.5\})\}"#) {
            prop_assert_eq!(read_strictly(&text), serde_json::from_str(&text).ok());
        }
    }
}
