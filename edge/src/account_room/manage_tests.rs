use super::*;

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
fn flaws_are_told_by_property() {
    let flaws = Button::read(&Place::whole(&json!({"name": "", "whitelist": 7}))).unwrap_err();
    let trouble = Trouble::flawed(&flaws);
    assert_eq!((trouble.status, trouble.message), (400, "validation error"));
    assert_eq!(
        trouble.data["name"]["minLength"]["message"],
        "String must be at least 1 characters"
    );
    assert_eq!(
        trouble.data["extension"]["required"]["message"],
        "Field is required but missing"
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
