//! Placing a call through a Kazoo system: a stored document to dial through,
//! found by its name or made, and then the call. What is sent is put together
//! as text: digits, words and ids need no escaping, and the worker stays smaller.

use call::Failure;

use super::OUR_CALL;
use super::answer::Answer;
use super::conversation::{Conversation, Sent, refused};
use super::number::dialled;
use crate::document::DialFirst;
use crate::keys::digest;
use crate::operator::{Order, Outcome, Step, Want};

/// Seconds that the first phone rings: Kazoo's own default.
const RING_S: u64 = 30;
/// Only whole numbers may be dialled: extensions of the enterprise are none of
/// a visitor's business. As it stands in JSON.
const WHITELIST: &str = r"^\\+[1-9][0-9]{4,14}$";
/// Bytes of the digest in a document's name: far from any collision.
const NAME_BYTES: usize = 16;
/// Documents that are remembered: an account's buttons, both ways round.
const MOST_DOCUMENTS: usize = 256;

impl Conversation<'_> {
    pub(super) fn find_document(&mut self, answer: &Answer, order: &Order) -> Step {
        if !answer.is_yes() {
            return refused(answer.failure());
        }
        match answer.document_named(&self.document_name(order)) {
            Some(id) => self.dial_through(Some(id), answer, order),
            None => {
                let (name, content) = (self.document_name(order), self.document_content(order));
                let body = format!(r#"{{"data":{{"name":"{name}",{content}}}}}"#);
                self.send(Sent::Document, "PUT", "clicktocall", Some(body))
            }
        }
    }

    pub(super) fn dial_through(
        &mut self,
        id: Option<String>,
        answer: &Answer,
        order: &Order,
    ) -> Step {
        match id {
            Some(id) if answer.is_yes() => {
                let name = self.document_name(order);
                let documents = &mut self.memory.documents;
                documents.truncate(MOST_DOCUMENTS - 1);
                documents.insert(0, (name, id.clone()));
                self.connect(&id, order)
            }
            _ => refused(answer.failure()),
        }
    }

    /// Somebody has deleted the document that we knew.
    pub(super) fn remake_document(&mut self) -> Step {
        self.remade = true;
        if let Want::Place(order) = self.want {
            let name = self.document_name(order);
            self.memory.documents.retain(|(known, _)| *known != name);
        }
        self.request()
    }

    pub(super) fn known_document(&self, order: &Order) -> Option<String> {
        let name = self.document_name(order);
        let mut known = self.memory.documents.iter();
        let (_, id) = known.find(|(known, _)| *known == name)?;
        Some(id.clone())
    }

    /// A name for all that the document says: another content is another document.
    pub(super) fn document_name(&self, order: &Order) -> String {
        let hash = digest(&[self.document_content(order).as_bytes()]);
        let short = hash.get(..NAME_BYTES).unwrap_or(&hash);
        format!("c2d-{}", base16ct::lower::encode_string(short))
    }

    /// A document without its name.
    pub(super) fn document_content(&self, order: &Order) -> String {
        let (extension, _) = order.extension_and_contact();
        let extension = dialled(extension);
        let dial_first = match order.dial_first {
            DialFirst::Extension => "extension",
            DialFirst::Contact => "contact",
        };
        let manner = &order.manner;
        let number = |own: &Option<String>| {
            let platform = self.connection.platform_number.digits();
            let own = own.as_deref().map(|own| own.trim_start_matches('+'));
            quoted(own.unwrap_or(platform))
        };
        let (caller, callee) = (
            number(&manner.caller_id_number),
            number(&manner.outbound_callee_id_number),
        );
        let name = manner.outbound_callee_id_name.as_deref();
        let name = name.map_or_else(String::new, |name| {
            format!(r#""outbound_callee_id_name":{},"#, quoted(name))
        });
        let ring = manner.timeout_s.unwrap_or(RING_S);
        format!(
            r#""extension":"{extension}","dial_first":"{dial_first}","auth_required":true,"caller_id_number":{caller},{name}"outbound_callee_id_number":{callee},"timeout":{ring},"whitelist":["{WHITELIST}"]"#
        )
    }

    /// Dials. A ring without `auto_answer=false` would be an intercom's.
    pub(super) fn connect(&mut self, document: &str, order: &Order) -> Step {
        let (_, contact) = order.extension_and_contact();
        let (contact, call) = (dialled(contact), &order.call);
        let body = format!(
            r#"{{"data":{{"contact":"{contact}","custom_application_vars":{{"{OUR_CALL}":"{call}"}}}}}}"#
        );
        let path = format!("clicktocall/{document}/connect?auto_answer=false");
        self.send(Sent::Connect, "POST", &path, Some(body))
    }
}

/// The answer to a connect. It dials while it still checks, so that an error
/// of the server's says nothing about whether a phone rings.
pub(super) fn placed(answer: &Answer) -> Outcome {
    match answer.name() {
        Some(name) if answer.is_yes() => Outcome::Placed(name),
        _ if answer.is_yes() => Outcome::Unsure(Failure::OperatorUnreadable),
        _ if answer.status == 0 || answer.status >= 500 => Outcome::Unsure(answer.failure()),
        _ => Outcome::Refused(answer.failure()),
    }
}

/// A text of the admin's as JSON: it may hold anything.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
