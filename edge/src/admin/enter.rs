//! Who is asking, and `PUT /v2/api_auth`.

use serde_json::{Value, json};

use super::envelope::AUTH_TOKEN;
use super::manage::{Question, ask};
use super::read::body;
use crate::account_room::documents::Kind;
use crate::account_room::manage::{Verb, Who};
use crate::account_room::trouble::{Managed, Trouble};
use crate::api::Asked;
use crate::auth::api_key;
use crate::auth::kazoo_token::{self, Holder, Role};
use crate::clock;
use crate::config::Settings;
use crate::ids::HexId;
use crate::keys;

/// Characters of an API key.
const KEY_CHARS: usize = 64;

/// Gives a token for an API key.
pub async fn api_auth(asked: &mut Asked) -> Result<Managed, Trouble> {
    let data = body(asked).await?;
    let key = read_key(&data)?;
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    // Kazoo shows the key here; a key has no business in an answer.
    let unknown = || Trouble {
        data: json!({ "message": "bad identifier" }),
        ..Trouble::unknown("")
    };
    let account = api_key::account(&key).filter(|id| is_ours(&settings, *id));
    let account = account.ok_or_else(unknown)?;
    let question = Question {
        data: api_key::hash(&key).into(),
        ..Question::new(account, Who::Guest, Verb::Enter, Kind::ApiKey)
    };
    let found = ask(asked, question).await?;
    let id = found.data.get("id").and_then(Value::as_str);
    let id = id.and_then(HexId::parse).ok_or_else(unknown)?;
    let role = found.data.get("role").and_then(Value::as_str);
    let role = role.and_then(Role::parse).unwrap_or(Role::Admin);
    let holder = Holder {
        account,
        api_key: id,
        role,
    };
    let nonce = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let token = kazoo_token::make(&settings.key, holder, nonce, asked.now);
    let data = json!({
        AUTH_TOKEN: token, "account_id": account, "role": role.as_str(),
        "name": found.data.get("name"),
    });
    Ok(Managed {
        status: 201,
        ..Managed::ok(data)
    })
}

/// Kazoo's schema: exactly one property of exactly 64 characters.
fn read_key(data: &Value) -> Result<String, Trouble> {
    let wrong = |rule, message: &str| Err(Trouble::invalid("api_key", rule, message));
    let Some(key) = data.get("api_key") else {
        return wrong("required", "Field is required but missing");
    };
    let Some(key) = key.as_str() else {
        return wrong("type", "Value did not match type(s): string");
    };
    match key.chars().count() {
        KEY_CHARS => Ok(key.to_owned()),
        fewer if fewer < KEY_CHARS => wrong("minLength", "String must be at least 64 characters"),
        _ => wrong("maxLength", "String must not be more than 64 characters"),
    }
}

/// Whether there may be such an account: no room is made by a guess.
pub fn is_ours(settings: &Settings, account: HexId) -> bool {
    settings.seed(account).is_some() || account.is_account(&settings.key)
}

/// Who asks for something of this account. A token of another account's sees
/// nothing here, not even that it is not allowed to.
pub fn who(asked: &Asked, account: HexId) -> Result<Who, Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let token = asked.header("x-auth-token").or_else(|| asked.bearer());
    let token = token.ok_or(Trouble::STRANGER)?;
    if is_deployment(&settings, &token) {
        return if is_ours(&settings, account) {
            Ok(Who::Deployment)
        } else {
            Err(Trouble::unknown(&account.to_string()))
        };
    }
    let holder = kazoo_token::verify(&settings.key, &token, asked.now).ok_or(Trouble::STRANGER)?;
    if holder.account == account {
        Ok(Who::Key(holder.api_key))
    } else {
        Err(Trouble::unknown(&account.to_string()))
    }
}

/// Refuses everybody but whoever runs the deployment.
pub fn demand_deployment(asked: &Asked) -> Result<(), Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let token = asked.header("x-auth-token").or_else(|| asked.bearer());
    match token {
        Some(token) if is_deployment(&settings, &token) => Ok(()),
        Some(token) if kazoo_token::verify(&settings.key, &token, asked.now).is_some() => {
            Err(Trouble::FORBIDDEN)
        }
        _ => Err(Trouble::STRANGER),
    }
}

fn is_deployment(settings: &Settings, token: &str) -> bool {
    let key = settings.admin_key.as_deref();
    key.is_some_and(|key| keys::same(key.as_bytes(), token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_64_characters_and_is_not_shown_when_it_has_not() {
        for (key, rule) in [
            (json!({}), "required"),
            (json!({"api_key": 7}), "type"),
            (json!({"api_key": "s3cret"}), "minLength"),
            (json!({"api_key": "s3cret".repeat(20)}), "maxLength"),
        ] {
            let trouble = read_key(&key).unwrap_err();
            assert!(trouble.data["api_key"].get(rule).is_some(), "{rule}");
            assert!(!trouble.data.to_string().contains("s3cret"));
        }
        assert!(read_key(&json!({"api_key": "a".repeat(64)})).is_ok());
    }
}
