//! What is wrong with a document, and where.

use std::fmt;

/// One thing that is wrong at one place of a document. Carries no value: many
/// are secrets or phone numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The property's path with dots, also for elements of lists:
    /// `whitelist.0`. Empty for the document itself.
    pub path: String,
    /// The rule that is broken: a keyword of JSON Schema where there is one,
    /// as Kazoo's error bodies name it, and otherwise `invalid`.
    pub rule: &'static str,
    /// For people.
    pub message: String,
}

/// All that is wrong with a document: whoever wrote it learns everything at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flaws(pub Vec<Flaw>);

impl Flaws {
    /// The value, or `None` with its flaw noted.
    pub fn keep<T>(&mut self, read: Result<T, Flaw>) -> Option<T> {
        read.map_err(|flaw| self.0.push(flaw)).ok()
    }
}

impl Flaws {
    /// The value, or `None` with its flaws noted.
    pub fn keep_all<T>(&mut self, read: Result<T, Self>) -> Option<T> {
        read.map_err(|flaws| self.0.extend(flaws.0)).ok()
    }
}

impl From<Flaw> for Flaws {
    fn from(flaw: Flaw) -> Self {
        Self(vec![flaw])
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, flaw) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "; " };
            write!(f, "{comma}{flaw}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}
