//! What the stories on admission share: an enterprise with its rules, and
//! visitors at addresses of their own.

use std::sync::atomic::{AtomicU32, Ordering};

use call::{Number, Reason};
use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::http::{Answer, Ask};
use stories::harness::visitor::{Placed, Visitor, contact_body, key};

use crate::answers::assert_refused;
use crate::world::{EXTENSION, World, world};

/// An account whose calls the lab operator places, with one button.
pub struct Shop {
    pub world: &'static World,
    pub admin: Admin,
    /// The button's id in its documents.
    pub id: String,
    /// The button's id in tags.
    pub button: String,
    visitor: Visitor,
}

/// A document with further properties.
fn with(mut document: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

impl Shop {
    /// Opens a shop with these rules of the account and of the button.
    pub async fn open(account: &Value, button: &Value) -> Self {
        let world = world().await;
        let plain = json!({ "name": "Shop", "connections": ["main"] });
        let admin = Admin::found(&world.edge.url(""), &with(plain, account)).await;
        let plain = json!({
            "name": "Sales", "extension": EXTENSION, "dial_first": "contact",
            "auth_required": false, "origins": [world.pages.origin()],
        });
        let (id, button) = admin.button(&with(plain, button)).await;
        Self {
            world,
            admin,
            id,
            button,
            visitor: world.visitor(),
        }
    }

    /// A click for this contact, by somebody of whom no address is known.
    pub fn dial(&self, contact: &Number) -> Ask {
        self.visitor().dial(&self.button, &key(), contact)
    }

    /// A click with these properties besides.
    pub fn dial_with(&self, contact: &Number, key: &str, more: &Value) -> Ask {
        let body = with(contact_body(contact.e164()), more);
        self.visitor().click(&self.button, key).json(&body)
    }

    /// A click by somebody at this address.
    pub fn dial_from(&self, address: &str, contact: &Number) -> Ask {
        self.dial(contact).header("cf-connecting-ip", address)
    }

    /// Somebody on a page that may use the button.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// A click that has to be admitted; its call is over in the end, after so
    /// many seconds of talk.
    pub async fn talked(&self, ask: Ask, contact: &Number, seconds: u32) -> Placed {
        self.world.lab.by_hand(contact);
        let call = Placed::read(&ask.send().await);
        let lines = self.world.lab.calls();
        let line = lines.iter().rfind(|line| line.involves(contact)).unwrap();
        line.end(Reason::HangUp, seconds);
        self.visitor().until(&call, "disconnected").await;
        call
    }

    /// The same for a call of a minute.
    pub async fn admitted(&self, ask: Ask, contact: &Number) -> Placed {
        self.talked(ask, contact, 60).await
    }

    /// A click that has to be refused, and reaches nobody.
    pub async fn refused(&self, ask: Ask, contact: &Number, status: u16, code: &str) -> Answer {
        let before = self.world.lab.placed(contact);
        let answer = ask.send().await;
        assert_refused(&answer, status, code, "refused");
        assert_eq!(self.world.lab.placed(contact), before);
        answer
    }

    /// What everybody may know of the button.
    pub async fn shown(&self) -> Value {
        let path = format!("/buttons/{}", self.button);
        let answer = self.visitor().ask("GET", &path).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }
}

/// An address that no other story uses (RFC 2544, for measuring).
pub fn address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("198.18.{}.{}", next / 256, next % 256)
}

/// A phone number.
pub fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}
