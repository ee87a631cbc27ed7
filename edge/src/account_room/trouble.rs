//! How an account's room answers admins: Kazoo's statuses, messages and data.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::document::{Flaws, set};

/// The room's answer to an admin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Managed {
    /// The HTTP status.
    pub status: u16,
    /// Kazoo's message, where it is a no.
    pub message: Option<String>,
    /// The envelope's `data`.
    pub data: Value,
    /// The document's revision.
    pub revision: Option<u64>,
    /// Where the next page starts.
    pub next: Option<String>,
}

impl Managed {
    /// A yes.
    #[must_use]
    pub fn ok(data: Value) -> Self {
        Self {
            status: 200,
            message: None,
            data,
            revision: None,
            next: None,
        }
    }

    /// A part of a list.
    #[must_use]
    pub fn page(rows: Vec<Value>, next: Option<String>) -> Self {
        Self {
            next,
            ..Self::ok(Value::Array(rows))
        }
    }

    /// The same, of a document with this revision.
    #[must_use]
    pub fn with_revision(self, revision: u64) -> Self {
        Self {
            revision: Some(revision),
            ..self
        }
    }
}

impl From<Trouble> for Managed {
    fn from(trouble: Trouble) -> Self {
        Self {
            status: trouble.status,
            message: Some(trouble.message.to_owned()),
            ..Self::ok(trouble.data)
        }
    }
}

/// Why an admin is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// The HTTP status.
    pub status: u16,
    /// Kazoo's message.
    pub message: &'static str,
    /// Kazoo's data; filled in from the message where it is null.
    pub data: Value,
}

impl Trouble {
    /// No token, or one that opens nothing here.
    pub const STRANGER: Self = Self::bare(401, "invalid_credentials");
    /// A token that may not do this.
    pub const FORBIDDEN: Self = Self::bare(403, "forbidden");
    /// Another change came first, or there are too many documents.
    pub const CONFLICT: Self = Self::bare(409, "datastore_conflict");
    /// No such path.
    pub const NOT_FOUND: Self = Self::bare(404, "not_found");
    /// The path takes other methods.
    pub const METHOD: Self = Self::bare(405, "invalid_method");
    /// Our own fault; the log says what.
    pub const INTERNAL: Self = Self::bare(500, "unspecified_fault");
    /// The deployment lacks a setting; the log says which.
    pub const NOT_CONFIGURED: Self = Self::bare(503, "not_configured");

    const fn bare(status: u16, message: &'static str) -> Self {
        Self {
            status,
            message,
            data: Value::Null,
        }
    }

    /// There is no such account or document.
    #[must_use]
    pub fn unknown(id: &str) -> Self {
        Self {
            data: json!({ "cause": id, "message": "bad identifier" }),
            ..Self::bare(404, "bad_identifier")
        }
    }

    /// A document breaks rules: which, by property.
    #[must_use]
    pub fn flawed(flaws: &Flaws) -> Self {
        let mut data = Map::new();
        for flaw in &flaws.0 {
            // The document as a whole has no name; Kazoo calls it so.
            let path = if flaw.path.is_empty() {
                "data"
            } else {
                &flaw.path
            };
            let rules = data.entry(path).or_insert_with(|| json!({}));
            set(rules, flaw.rule, json!({ "message": flaw.message }));
        }
        Self {
            data: Value::Object(data),
            ..Self::bare(400, "validation error")
        }
    }

    /// One property breaks one rule.
    #[must_use]
    pub fn invalid(path: &str, rule: &str, message: &str) -> Self {
        Self {
            data: json!({ path: { rule: { "message": message } } }),
            ..Self::bare(400, "validation error")
        }
    }

    /// A paging key that this list has not given.
    #[must_use]
    pub fn bad_start_key() -> Self {
        Self::invalid("start_key", "invalid", "is no key of this list")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Button, Place};

    #[test]
    fn flaws_are_told_by_property() {
        let flaws = Button::read(&Place::whole(&json!({"name": "", "whitelist": 7}))).unwrap_err();
        let trouble = Trouble::flawed(&flaws);
        assert_eq!((trouble.status, trouble.message), (400, "validation error"));
        assert_eq!(
            trouble.data["name"]["minLength"]["message"],
            "String must be at least 1 characters"
        );
        assert_eq!(
            trouble.data["extension"]["required"]["message"],
            "Field is required but missing"
        );
    }
}
