//! Stored documents, in the order in which they were made.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::access::random_id;

pub(super) type Document = Map<String, Value>;

/// The documents of one kind.
#[derive(Debug, Default)]
pub(super) struct Documents(Mutex<Vec<Document>>);

impl Documents {
    pub(super) fn all(&self) -> Vec<Document> {
        self.lock().clone()
    }

    pub(super) fn find(&self, id: &str) -> Option<Document> {
        self.lock().iter().find(|known| is(known, id)).cloned()
    }

    /// Keeps a new document under a new id.
    pub(super) fn add(&self, mut document: Document) -> Document {
        document.insert("id".into(), json!(random_id()));
        self.lock().push(document.clone());
        document
    }

    /// Changes a document; nothing where there is none.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Document)) -> Option<Document> {
        let mut all = self.lock();
        let known = all.iter_mut().find(|known| is(known, id))?;
        change(known);
        known.insert("id".into(), json!(id));
        Some(known.clone())
    }

    pub(super) fn remove(&self, id: &str) -> Option<Document> {
        let mut all = self.lock();
        let at = all.iter().position(|known| is(known, id))?;
        Some(all.remove(at))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Document>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is(document: &Document, id: &str) -> bool {
    document.get("id").and_then(Value::as_str) == Some(id)
}

/// A property that is a text; nothing where it is none.
pub(super) fn text(document: &Document, name: &str) -> String {
    let text = document.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// What a PATCH does: `null` removes.
pub(super) fn merge(document: &mut Document, patch: Document) {
    for (name, value) in patch {
        if value.is_null() {
            document.remove(&name);
        } else {
            document.insert(name, value);
        }
    }
}
