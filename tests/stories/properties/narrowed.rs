//! The API reference, narrowed by what only this deployment knows: what it has,
//! and what nobody has here. So whatever the rest of it allows has to be taken.

use serde_json::{Map, Value, json};

/// The host that the API client's events may be sent to.
pub const SINK_HOST: &str = "hooks.example.com";
/// The connection that the account has.
pub const CONNECTION: &str = "box";

/// The reference with these places replaced.
pub fn narrowed(mut document: Value) -> Value {
    let hosts = SINK_HOST.replace('.', "\\.");
    let sink = format!("^https://{hosts}(:443)?([/?][!$-;=?-Z\\[\\]_a-z~]*)?$");
    for (schema, place, value) in [
        (
            "Clicktocall",
            "/properties/connection",
            json!({"enum": [CONNECTION, null]}),
        ),
        // The sandbox has no extensions, and can be told to record.
        (
            "Clicktocall",
            "/properties/extension/pattern",
            json!("^\\+[1-9][0-9]{4,14}$"),
        ),
        // There is no verifier of captchas.
        (
            "Clicktocall",
            "/properties/captcha",
            json!({"enum": [false, null]}),
        ),
        // Of the time zones that there are, the runtime knows.
        (
            "Hours",
            "/properties/timeZone",
            json!({"enum": ["Europe/Berlin", "America/New_York"]}),
        ),
        ("Sink", "/pattern", json!(sink)),
        // Two of them say as much as all, in less time.
        ("SinkAddress", "/pattern", json!(sink)),
        ("Country", "/enum", json!(["DE", "US"])),
        (
            "PrivateKeyJWTCredential",
            "/properties/tokenUri/pattern",
            json!(sink),
        ),
        // Until when a credential holds, and that a span does not end where it
        // begins, is no schema's to say.
        (
            "AccessTokenCredential",
            "/properties/accessTokenExpiresUtc",
            json!({"enum": ["2099-01-01T00:00:00Z"]}),
        ),
        ("Hours", "/properties/week", week()),
        // Nobody has an agent's token, which could stand for the contact.
        ("PlaceCallRequest", "/required", json!(["contact"])),
    ] {
        let schema = document.pointer_mut(&format!("/components/schemas/{schema}"));
        put(schema.expect("a schema"), place, value);
    }
    // A contact stands in the query or in the body: here in the body.
    let connect = "/paths/~1v2~1accounts~1{ACCOUNT_ID}~1clicktocall~1{C2C_ID}~1connect/post";
    let connect = document.pointer_mut(connect).expect("an operation");
    connect["requestBody"]["required"] = json!(true);
    let parameters = connect["parameters"].as_array_mut().expect("parameters");
    parameters.retain(|parameter| parameter["name"] != "contact");
    let request = "/components/schemas/ConnectRequest/properties/data";
    put(
        document.pointer_mut(request).expect("a schema"),
        "/required",
        json!(["contact"]),
    );
    document
}

fn week() -> Value {
    let clock = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let span = json!({
        "type": "array",
        "prefixItems": [clock("^0[0-9]:[0-5][0-9]$"), clock("^1[0-9]:[0-5][0-9]$")],
        "items": false, "minItems": 2, "maxItems": 2,
    });
    let day = json!({"type": "array", "items": span, "maxItems": 8});
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let days: Map<String, Value> = days
        .map(|name| (name.to_owned(), day.clone()))
        .into_iter()
        .collect();
    json!({"type": "object", "properties": days, "additionalProperties": false})
}

/// Puts a value at a place whose last name may be new.
fn put(schema: &mut Value, place: &str, value: Value) {
    let (parent, name) = place.rsplit_once('/').expect("a pointer");
    schema.pointer_mut(parent).expect("a place")[name] = value;
}
