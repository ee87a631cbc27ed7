//! Reading a JSON setting so that an error names the field and never its value.

use call::Number;
use serde_json::{Map, Value};

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

    /// What is wrong here.
    #[must_use]
    pub fn wrong(&self, problem: &str) -> String {
        if self.path.is_empty() {
            problem.to_owned()
        } else {
            format!("{} {problem}", self.path)
        }
    }

    /// Refuses properties that nobody knows: a misspelt one would be ignored.
    pub fn only(&self, known: &[&str]) -> Result<(), String> {
        let unknown = self
            .object()?
            .keys()
            .find(|name| !known.contains(&name.as_str()));
        unknown.map_or(Ok(()), |_| {
            Err(self.wrong(&format!(
                "has a property that is none of {}",
                known.join(", ")
            )))
        })
    }

    /// A property that has to be there.
    pub fn field(&self, name: &str) -> Result<Place<'a>, String> {
        let missing = || self.wrong(&format!("lacks the property {name}"));
        self.optional(name)?.ok_or_else(missing)
    }

    /// A property that may be there.
    pub fn optional(&self, name: &str) -> Result<Option<Place<'a>>, String> {
        let dot = if self.path.is_empty() { "" } else { "." };
        let found = self.object()?.get(name);
        Ok(found.map(|value| Place {
            value,
            path: format!("{}{dot}{name}", self.path),
        }))
    }

    /// The elements of a list.
    pub fn list(&self) -> Result<Vec<Place<'a>>, String> {
        let list = self
            .value
            .as_array()
            .ok_or_else(|| self.wrong("is not a list"))?;
        let place = |(at, value)| Place {
            value,
            path: format!("{}[{at}]", self.path),
        };
        Ok(list.iter().enumerate().map(place).collect())
    }

    /// A text that is not empty.
    pub fn text(&self) -> Result<&'a str, String> {
        let text = self.value.as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.wrong("is not a text"))
    }

    /// A phone number.
    pub fn number(&self) -> Result<Number, String> {
        Number::parse(self.text()?).map_err(|problem| self.wrong(&format!("is {problem}")))
    }

    /// An address; `http`: a plain one is allowed.
    pub fn url(&self, http: bool) -> Result<&'a str, String> {
        let url = self.text()?;
        if url.starts_with("https://") || (http && url.starts_with("http://")) {
            return Ok(url);
        }
        Err(self.wrong("must begin with https:// (or set allow_http)"))
    }

    /// A whole number.
    pub fn whole_number(&self) -> Result<u64, String> {
        self.value
            .as_u64()
            .ok_or_else(|| self.wrong("is not a whole number"))
    }

    /// Yes or no.
    pub fn flag(&self) -> Result<bool, String> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wrong("is neither true nor false"))
    }

    fn object(&self) -> Result<&'a Map<String, Value>, String> {
        self.value
            .as_object()
            .ok_or_else(|| self.wrong("is not an object"))
    }
}
