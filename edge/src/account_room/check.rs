//! Whether a document may be stored: what its reading, the account's other
//! documents and the deployment's settings say.

use serde_json::{Map, Value, json};

use super::documents::Kind;
use super::manage::{Manage, Manager};
use crate::admission::ButtonRules;
use crate::admission::hours::Hours;
use crate::auth::client::ApiClient;
use crate::auth::embed_key::EmbedKey;
use crate::document::{Account, ApiKey, Button, Flaw, Flaws, Place};
use crate::sinks::{Sink, host, is_allowed};
use crate::zone::Zone;

impl Manager<'_> {
    pub(super) fn check(&self, ask: &Manage, body: &Value) -> Result<(), Flaws> {
        let place = Place::whole(body);
        match ask.kind {
            Kind::Account => {
                let account = Account::read(&place)?;
                self.check_connections(&place, &account.connections)?;
                Ok(self.check_sink(&place, account.sink.as_ref())?)
            }
            Kind::Clicktocall => {
                let button = Button::read(&place)?;
                Ok(self.check_button(ask, &place, &button)?)
            }
            Kind::ApiKey => ApiKey::read(&place).map(|_| ()),
            Kind::ApiClient => Ok(ApiClient::read(&place).map(|_| ())?),
            Kind::EmbedKey => Ok(EmbedKey::read(&place).map(|_| ())?),
        }
    }

    fn check_connections(&self, place: &Place<'_>, names: &[String]) -> Result<(), Flaw> {
        let unknown = |name: &&String| self.settings.connection(name).is_none();
        if names.iter().any(|name| unknown(&name)) {
            let place = place.field("connections")?;
            return Err(place.wrong("names a connection that the deployment does not have"));
        }
        Ok(())
    }

    /// Whether this deployment may tell the account's sink.
    fn check_sink(&self, place: &Place<'_>, sink: Option<&Sink>) -> Result<(), Flaw> {
        let public = self.settings.public_url.as_deref().unwrap_or_default();
        let own = [host(public); 2];
        match sink {
            Some(sink) if !is_allowed(sink, own, self.settings.loopback) => {
                let url = place.field("sink")?.field("url")?;
                Err(url.wrong("has to begin with https:// and must not be our own address"))
            }
            _ => Ok(()),
        }
    }

    /// What a button's document alone cannot tell: whether its connection is
    /// the account's, and takes such an extension.
    fn check_button(&self, ask: &Manage, place: &Place<'_>, button: &Button) -> Result<(), Flaw> {
        let id = ask.account.to_string();
        let account = self.documents.read(Kind::Account, &id).ok().flatten();
        let account = account.and_then(|it| Account::read(&Place::whole(&it.body)).ok());
        let wanted = button.connection.as_deref();
        let name = account.as_ref().and_then(|it| it.connection(wanted));
        let Some(connection) = name.and_then(|name| self.settings.connection(name)) else {
            let field = place.optional("connection")?;
            let problem = "is none of the account's connections";
            return Err(field.map_or_else(|| place.wrong(problem), |at| at.wrong(problem)));
        };
        let internal = button.extension.number().is_none();
        let habits = connection.operator().habits();
        if internal && !habits.has_extensions {
            let problem = "has to be a phone number such as +4930123456: the connection's operator has no extensions";
            return Err(place.field("extension")?.wrong(problem));
        }
        place.optional_or("get_connect", false, Place::flag)?;
        if button.record && habits.records_by_itself {
            let problem =
                "cannot be asked for there: the connection's operator records by its own settings";
            return Err(place.field("recording")?.wrong(problem));
        }
        self.check_rules(place, &button.rules)
    }

    /// What of a button's rules only the runtime and the settings can tell.
    fn check_rules(&self, place: &Place<'_>, rules: &ButtonRules) -> Result<(), Flaw> {
        let unknown = |hours: &Hours| Zone::named(&hours.time_zone).is_none();
        if rules.hours.as_ref().is_some_and(unknown) {
            let zone = place.field("hours")?.field("timeZone")?;
            return Err(zone.wrong("is no time zone that is known, such as Europe/Berlin"));
        }
        if rules.captcha && self.settings.turnstile.is_none() {
            let problem = "needs a captcha, which the deployment does not have";
            return Err(place.field("captcha")?.wrong(problem));
        }
        Ok(())
    }
}

/// What a change brings and is not kept as it comes still has to be right: what
/// is no list must not pass for an empty one.
pub(super) fn check_unkept(ask: &Manage, new: &Map<String, Value>) -> Result<(), Flaws> {
    let given = |name: &str| new.get(name).filter(|value| !value.is_null());
    if let (Kind::ApiClient, Some(secrets)) = (ask.kind, given("secrets")) {
        let client = json!({ "name": "-", "secrets": secrets });
        ApiClient::read(&Place::whole(&client))?;
    }
    if let (Kind::Account, Some(connections)) = (ask.kind, given("connections")) {
        let account = json!({ "connections": connections });
        Account::read(&Place::whole(&account))?;
    }
    Ok(())
}
