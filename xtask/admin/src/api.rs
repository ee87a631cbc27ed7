//! The deployment's `/v2` API. Its errors become one line for a person.

use serde_json::{Value, json};
use ureq::Agent;

use crate::Outcome;

/// An open door to the API.
pub struct Api {
    agent: Agent,
    base: String,
    token: String,
}

impl Api {
    /// With a token that is known already.
    pub fn new(url: &str, token: &str) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build();
        Self {
            agent: agent.into(),
            base: format!("{}/v2", url.trim_end_matches('/')),
            token: token.to_owned(),
        }
    }

    /// With a token for this API key; what is asked is about its account.
    pub fn enter(url: &str, key: &str) -> Outcome<Self> {
        let api = Self::new(url, "");
        let entered = api.ask("api_auth", &json!({ "api_key": key }))?;
        let text = |name: &str| {
            let text = entered.pointer(name).and_then(Value::as_str);
            text.map(str::to_owned)
                .ok_or("this is no deployment of Click to Dial".to_owned())
        };
        let (token, account) = (text("/auth_token")?, text("/data/account_id")?);
        Ok(Self {
            base: format!("{}/accounts/{account}", api.base),
            token,
            ..api
        })
    }

    /// Makes a document, and gives it back.
    pub fn put(&self, path: &str, data: &Value) -> Outcome<Value> {
        let made = self.ask(path, data)?;
        Ok(made.get("data").cloned().unwrap_or_default())
    }

    fn ask(&self, path: &str, data: &Value) -> Outcome<Value> {
        let url = format!("{}/{path}", self.base);
        let request = self.agent.put(&url).header("x-auth-token", &self.token);
        let mut answer = request
            .send_json(json!({ "data": data }))
            .map_err(|error| format!("cannot reach the deployment: {error}"))?;
        let status = answer.status().as_u16();
        let body: Value = answer.body_mut().read_json().unwrap_or_default();
        if status == 201 {
            return Ok(body);
        }
        Err(problem(status, &body))
    }
}

/// What a refusal says, for people.
fn problem(status: u16, body: &Value) -> String {
    let data = body.get("data").and_then(Value::as_object);
    let said = data.into_iter().flatten().filter_map(|(property, rules)| {
        let rule = rules.as_object()?.values().next()?;
        let message = rule.get("message")?.as_str()?;
        Some(format!("{property}: {message}"))
    });
    let said: Vec<String> = said.collect();
    match (status, said.is_empty()) {
        (_, false) => said.join("; "),
        (401 | 404, _) => "the key is not known there".to_owned(),
        (403, _) => "the key may not do this".to_owned(),
        _ => format!("the deployment answered with status {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_by_property() {
        let body = json!({"data": {
            "extension": {"required": {"message": "Field is required but missing"}},
            "name": {"minLength": {"message": "String must be at least 1 characters"}},
        }});
        let said = problem(400, &body);
        assert!(said.contains("extension: Field is required"), "{said}");
        assert!(said.contains("name: String must"), "{said}");
        let unknown = json!({"data": {"message": "bad identifier"}});
        assert_eq!(problem(404, &unknown), "the key is not known there");
    }
}
