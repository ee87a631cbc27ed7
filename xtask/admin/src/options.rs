//! The words after a command: `--name VALUE`, repeated where it makes sense.

use crate::Outcome;

/// Options that stand alone.
const FLAGS: &[&str] = &["agents-only"];

/// What was given, in order.
pub struct Options(Vec<(String, String)>);

impl Options {
    /// Reads the words.
    pub fn parse(words: &[&str]) -> Outcome<Self> {
        let mut given = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let name = word
                .strip_prefix("--")
                .ok_or(format!("cannot understand `{word}`"))?;
            let value = if FLAGS.contains(&name) {
                "yes"
            } else {
                words.next().ok_or(format!("--{name} needs a value"))?
            };
            given.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self(given))
    }

    /// Refuses options that the command does not know.
    pub fn only(&self, known: &[&str]) -> Outcome {
        let stranger = self
            .0
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()));
        stranger.map_or(Ok(()), |(name, _)| {
            Err(format!("there is no option --{name} here"))
        })
    }

    /// All values of an option.
    pub fn all(&self, name: &str) -> Vec<String> {
        let given = self.0.iter().filter(|(known, _)| known == name);
        given.map(|(_, value)| value.clone()).collect()
    }

    /// The value of an option that may be there.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.all(name).pop()
    }

    /// The value of an option that has to be there.
    pub fn one(&self, name: &str) -> Outcome<String> {
        self.optional(name).ok_or(format!("--{name} is missing"))
    }

    /// Whether an option is there.
    pub fn flag(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }
}
