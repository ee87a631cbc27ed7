//! The dialect of 2600Hz Kazoo.
//!
//! Source: the code of Kazoo 4.3 to 5 (`cb_clicktocall`, `cb_channels`,
//! `webhooks_channel_util`), which its documents do not always match. A Kazoo
//! system dials through stored documents, so one is made for every pair of a
//! button's own number and the order of dialling. It tells of all its channels
//! through webhooks, among them those of our calls.

mod answer;
mod channel;
mod conversation;
mod event;
mod number;
mod placing;
mod recording;

use call::Number;

use super::{Dialect, Envelope, Habits, Memory, Reply, Right, Told, Want};
use crate::document::{Flaw, Place};
use crate::error::Problem;
use crate::ids::HexId;
use crate::keys::{digest, same};
use conversation::Conversation;
use event::read_event;

/// Characters of an API key (Kazoo's schema for `api_auth`).
const API_KEY_LENGTH: usize = 64;
/// Fewest characters of the secret in the webhooks' address: 96 bits in base64.
const SHORTEST_SECRET: usize = 16;
/// The custom variable in which a call carries our own id.
const OUR_CALL: &str = "c2d_call";
/// How Kazoo's names for the first legs of such calls begin.
const NAME_PREFIX: &str = "c2c-";
/// The longest name that we take; Kazoo's own have 47 characters.
const LONGEST_NAME: usize = 128;

/// An account at a Kazoo system. Has no `Debug`: it holds secrets.
#[derive(Clone)]
pub struct Connection {
    /// What both phones show.
    platform_number: Number,
    /// Base of the API, up to and with `/v2`.
    base_url: String,
    account_id: HexId,
    api_key: String,
    webhook_secret: String,
}

impl Dialect for Connection {
    type Conversation<'a> = Conversation<'a>;

    const NAME: &'static str = "kazoo";
    const HABITS: Habits = Habits {
        can_ask: true,
        names_its_calls: true,
        records_by_itself: true,
        has_extensions: true,
        ..Habits::NONE
    };
    /// To end a call that is not there is asked of its channel, as reading is.
    const HARMLESS: &'static [Right] = &[Right::Place, Right::Read];
    const TELLS_AT: Option<&'static str> = Some("/operators/kazoo/{connection}/{secret}");

    fn read(place: &Place<'_>, loopback: bool) -> Result<Self, Flaw> {
        place.only(&[
            "dialect",
            "platform_number",
            "base_url",
            "account_id",
            "api_key",
            "webhook_secret",
            "allow_http",
        ])?;
        let http = loopback
            || place
                .optional("allow_http")?
                .map_or(Ok(false), |at| at.flag())?;
        let account_id = place.field("account_id")?;
        let api_key = place.field("api_key")?;
        if api_key.text()?.len() != API_KEY_LENGTH || !is_word(api_key.text()?) {
            return Err(api_key.wrong("is not 64 letters and digits"));
        }
        let secret = place.field("webhook_secret")?;
        if secret.text()?.len() < SHORTEST_SECRET || !is_word(secret.text()?) {
            return Err(secret.wrong("is not 16 or more letters, digits, - and _"));
        }
        Ok(Self {
            platform_number: place.field("platform_number")?.number()?,
            base_url: place
                .field("base_url")?
                .url(http)?
                .trim_end_matches('/')
                .to_owned(),
            account_id: HexId::parse(account_id.text()?)
                .ok_or_else(|| account_id.wrong("is not 32 hexadecimal characters"))?,
            api_key: api_key.text()?.to_owned(),
            webhook_secret: secret.text()?.to_owned(),
        })
    }

    fn platform_number(&self) -> &Number {
        &self.platform_number
    }

    fn converse<'a>(&'a self, want: &'a Want, memory: Memory) -> Conversation<'a> {
        Conversation::new(self, want, memory)
    }

    fn cache_name(&self) -> String {
        let account = self.account_id.to_string();
        let parts = [&self.base_url, &account, &self.api_key];
        base16ct::lower::encode_string(&digest(&parts.map(|part| part.as_bytes())))
    }

    fn is_authorized(&self, name: &str, envelope: &Envelope<'_>) -> bool {
        let [connection, secret, _] = envelope.names;
        connection == name && same(secret.as_bytes(), self.webhook_secret.as_bytes())
    }

    fn read_event(
        _connection: Option<&Self>,
        _envelope: &Envelope<'_>,
        body: &str,
    ) -> Result<Told, Problem> {
        let unreadable = Problem::InvalidArgument("The body is neither JSON nor a form.");
        read_event(body).ok_or(unreadable)
    }

    /// Anything but 200 counts as a failure there, and after a few failures the
    /// system switches the webhook off for all calls.
    fn taken() -> Reply {
        Reply::empty(200)
    }

    /// So whatever is readable is answered with 200. A problem of ours has been
    /// logged; sent again, the event would meet it again.
    fn refusal(problem: &Problem) -> Option<Reply> {
        let is_senders = problem.info().status < 500 || *problem == Problem::NotConfigured;
        (!is_senders).then(Self::taken)
    }
}

impl Connection {
    /// An address within the account.
    fn url(&self, path: &str) -> String {
        format!("{}/accounts/{}/{path}", self.base_url, self.account_id)
    }
}

/// What is safe in a path and in a header.
fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

/// Whether it is Kazoo's name for the first leg of such a call. Also what makes
/// it safe in a path and as a room's name.
fn is_name(text: &str) -> bool {
    text.starts_with(NAME_PREFIX) && text.len() <= LONGEST_NAME && is_word(text)
}

#[cfg(test)]
mod tests;
