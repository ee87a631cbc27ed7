use super::*;
use crate::account_room::paging::Page;

fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn a_patch_goes_into_objects_and_null_takes_away() {
    let mut old = json!({"name": "Sales", "theme": {"accent": "#123456", "radius": "1px"}});
    let new = json!({"name": "Support", "theme": {"accent": null, "scheme": "dark"}});
    merge(&mut old, new);
    assert_eq!(
        old,
        json!({"name": "Support", "theme": {"radius": "1px", "scheme": "dark"}})
    );
}

#[test]
fn nobody_writes_what_is_ours_to_say() {
    let data = json!({
        "id": "x", "name": "Sales", "_read_only": {}, "pvt_secret": 1, "pvt_hashes": ["h"],
    });
    assert_eq!(incoming(&data, false), map(json!({"name": "Sales"})));
    assert_eq!(
        incoming(&data, true),
        map(json!({"name": "Sales", "pvt_hashes": ["h"]}))
    );
}

#[test]
fn numbers_and_booleans_may_be_spelled_as_texts() {
    let mut body = map(json!({
        "timeout": "30", "auth_required": "false", "throttle": "many", "name": "42",
    }));
    coerce(&mut body);
    assert_eq!(
        body,
        map(json!({"timeout": 30, "auth_required": false, "throttle": "many", "name": "42"}))
    );
}

#[test]
fn secrets_are_taken_away_by_people_and_added_by_the_worker() {
    let known = || vec![json!({"hash": "a"}), json!({"hash": "b"})];
    let keep = |secrets: Value, data: Value| {
        let mut body = map(json!({"name": "x", "secrets": secrets}));
        keep_secrets(&mut body, known(), &data);
        body["secrets"].clone()
    };
    assert_eq!(
        keep(json!([{"hash": "b"}, {"hash": "mine"}]), json!({})),
        json!([{"hash": "b"}])
    );
    assert_eq!(
        keep(json!(known()), json!({ NEW_SECRET: "c" })),
        json!([{"hash": "a"}, {"hash": "b"}, {"hash": "c"}])
    );
}

fn change(verb: Verb, data: Value) -> Manage {
    let account = HexId::from([1; 16]);
    Manage {
        account,
        who: Who::Key(HexId::from([2; 16])),
        verb,
        kind: Kind::Account,
        id: account.to_string(),
        data,
        revision: None,
        page: Page::default(),
    }
}

#[test]
fn a_sinks_token_is_shown_to_nobody_and_stays_with_its_address() {
    let sink = |url: &str, token: &str| json!({ "url": url, "token": token });
    let old = map(json!({"connections": ["main"], "sink": sink("https://a.example", "old")}));
    let after = |verb: Verb, sink: Value| {
        let ask = change(verb, json!({ "sink": sink }));
        changed(&ask, &old, incoming(&ask.data, false)).remove(SINK)
    };
    for verb in [Verb::Patch, Verb::Replace] {
        let read_back = json!({"url": "https://a.example"});
        assert_eq!(
            after(verb, read_back),
            Some(sink("https://a.example", "old"))
        );
        let elsewhere = json!({"url": "https://b.example"});
        assert_eq!(after(verb, elsewhere.clone()), Some(elsewhere));
        let new = sink("https://b.example", "new");
        assert_eq!(after(verb, new.clone()), Some(new));
        let without = json!({"url": "https://a.example", "token": null});
        assert_eq!(
            after(verb, without),
            Some(json!({"url": "https://a.example"}))
        );
        assert_eq!(after(verb, Value::Null), None);
    }
}

#[test]
fn only_who_runs_the_deployment_says_where_an_account_spends() {
    let old = map(json!({"name": "Acme", "connections": ["main"]}));
    let data = json!({"name": "Acme Ltd", "connections": ["expensive"]});
    let mut ask = change(Verb::Replace, data);
    let after = |ask: &Manage| changed(ask, &old, incoming(&ask.data, false));
    let names = |connection: &str| map(json!({"name": "Acme Ltd", "connections": [connection]}));
    assert_eq!(after(&ask), names("main"));
    ask.who = Who::Deployment;
    assert_eq!(after(&ask), names("expensive"));
}
