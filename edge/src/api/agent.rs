//! The agent token that a click may bring.

use call::{Number, Party};
use serde_json::{Value, json};

use super::Asked;
use crate::account_room::words::Grant;
use crate::auth::agent_token::{self, Claims, NOT_OPENED, UNKNOWN_KEY};
use crate::auth::embed_key;
use crate::document::set;
use crate::error::Problem;
use crate::ids::{ButtonId, HexId};
use crate::keys::{Key, digest};
use crate::webcrypto;

/// An agent whose token is good, if its embed key still stands: that is for
/// the account's room to say, when it decides on the call.
pub struct Agent {
    claims: Claims,
    /// The document of the embed key.
    key: HexId,
}

impl Asked {
    /// The agent who asks for a call through this button, if the request
    /// brings a token. No room is touched.
    pub async fn agent(
        &self,
        key: &Key,
        button: ButtonId,
        name: &str,
    ) -> Result<Option<Agent>, Problem> {
        if self.header("authorization").is_none() {
            return Ok(None);
        }
        let token = self.bearer().ok_or(Problem::AgentToken(
            "The header Authorization has to be Bearer with an agent token.",
        ))?;
        let sealed = agent_token::read(key, &token).map_err(Problem::AgentToken)?;
        if sealed.key.account != button.account {
            return Err(Problem::AgentToken(UNKNOWN_KEY));
        }
        let secret = embed_key::secret(key, sealed.key);
        let associated = sealed.associated.as_bytes();
        let opened = webcrypto::open(&secret, &sealed.nonce, associated, &sealed.sealed).await;
        let opened = opened.map_err(|_| Problem::AgentToken(NOT_OPENED))?;
        let claims = agent_token::check(&opened, button.account, name, self.now)
            .map_err(Problem::AgentToken)?;
        Ok(Some(Agent {
            claims,
            key: sealed.key.document,
        }))
    }
}

impl Agent {
    /// Whom the agent calls: whom the token says, and otherwise whom the page says.
    pub fn contact(&self, by_page: Option<Number>) -> Result<Number, Problem> {
        match (&self.claims.contact, by_page) {
            (Some(fixed), None) => Ok(fixed.clone()),
            (Some(fixed), Some(other)) if *fixed == other => Ok(other),
            (Some(_), Some(_)) => Err(Problem::InvalidArgument(
                "The agent token says whom to call; the body may not name somebody else.",
            )),
            (None, Some(contact)) => Ok(contact),
            (None, None) => Err(Problem::InvalidArgument(
                "Neither the agent token nor the body says whom to call.",
            )),
        }
    }

    /// The agent's phone.
    pub fn extension(&self) -> &Party {
        &self.claims.extension
    }

    /// What the token says, apart from its name and its times.
    pub fn meaning(&self) -> String {
        let contact = self.claims.contact.as_ref().map_or("", Number::e164);
        format!("{} {contact}", self.claims.extension.as_str())
    }

    /// The page's description of itself, with the agent's name: kept with the call.
    pub fn signs(&self, page: Option<Value>) -> Option<Value> {
        let mut page = page.unwrap_or_else(|| json!({}));
        set(&mut page, "agent", self.claims.agent.as_str());
        Some(page)
    }

    /// What the account's room has to know.
    pub fn grant(&self) -> Grant {
        let Claims {
            contact, id, until, ..
        } = &self.claims;
        // Without a contact, the page may call several.
        let once = contact.is_some().then(|| {
            let names = [
                b"agent".as_slice(),
                &self.key.to_string().into_bytes(),
                id.as_bytes(),
            ];
            base16ct::lower::encode_string(&digest(&names))
        });
        Grant {
            key: self.key,
            once,
            until: *until,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use call::Millis;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn agent(contact: Option<&str>, id: &str) -> Agent {
        Agent {
            key: HexId::from([2; 16]),
            claims: Claims {
                agent: "ada".to_owned(),
                extension: Party::parse("2600").unwrap(),
                contact: contact.map(number),
                id: id.to_owned(),
                until: Millis(1),
            },
        }
    }

    #[test]
    fn the_token_has_the_last_word_on_who_is_called() {
        let fixed = agent(Some("+4930123456"), "1");
        assert_eq!(fixed.contact(None), Ok(number("+4930123456")));
        let same = fixed.contact(Some(number("+4930123456")));
        assert_eq!(same, Ok(number("+4930123456")));
        assert!(fixed.contact(Some(number("+4930123457"))).is_err());
        let free = agent(None, "1");
        let by_page = free.contact(Some(number("+4930123457")));
        assert_eq!(by_page, Ok(number("+4930123457")));
        assert!(free.contact(None).is_err());
    }

    #[test]
    fn a_token_with_a_contact_is_good_once_and_a_renewed_one_means_the_same() {
        let (one, next) = (
            agent(Some("+4930123456"), "1"),
            agent(Some("+4930123456"), "2"),
        );
        assert_ne!(one.grant().once, next.grant().once);
        assert_eq!(one.meaning(), next.meaning());
        assert_ne!(one.meaning(), agent(None, "1").meaning());
        assert_eq!(agent(None, "1").grant().once, None);
    }

    #[test]
    fn the_agents_name_is_kept_with_the_page() {
        let agent = agent(None, "1");
        assert_eq!(agent.signs(None), Some(json!({"agent": "ada"})));
        let page = json!({"url": "https://crm.example.com"});
        let signed = agent.signs(Some(page)).unwrap();
        assert_eq!(signed["url"], "https://crm.example.com");
    }
}
