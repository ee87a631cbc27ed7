use super::*;
use crate::document::Button;
use crate::origin::OriginRule;

const KEY: &str = "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f";

fn read(settings: &[(&str, &str)]) -> Result<Settings, SettingError> {
    let names: Vec<String> = settings
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    Settings::read(&names, |name| {
        let found = settings.iter().find(|(setting, _)| *setting == name);
        found
            .map(|(_, value)| (*value).to_owned())
            .or_else(|| (name == "CTD_KEY").then(|| KEY.to_owned()))
    })
}

fn problem(settings: &[(&str, &str)]) -> String {
    read(settings).err().expect("should be refused").to_string()
}

fn account(connection: &str) -> String {
    format!(
        r#"[{{"id":"{id}","connections":["{connection}"],"buttons":[{{"id":"{id}","name":"Sales",
        "extension":"+12025550142","dial_first":"contact","origins":["https://crm.example.com"]}}]}}]"#,
        id = "0123456789abcdef0123456789abcdef",
    )
}

#[test]
fn a_fresh_deployment_has_a_demo_button_at_the_sandbox() {
    let settings = read(&[]).ok().unwrap();
    let (buttons, connection) = settings.demo_buttons().unwrap();
    assert_eq!(connection.operator().name(), SANDBOX);
    let (_, document) = &settings.seed(buttons[0].account).unwrap().buttons[0];
    let button = Button::read(&Place::whole(document)).unwrap();
    assert_eq!(button.origins, vec![OriginRule::Own]);
}

#[test]
fn without_a_key_nothing_works_and_the_error_says_what_to_do() {
    let none = Settings::read(&[], |_| None).err().unwrap();
    assert!(none.to_string().contains("CTD_KEY: is missing"), "{none}");
}

#[test]
fn without_a_platform_number_a_connection_is_refused() {
    let connection = r#"{"dialect":"camara","base_url":"https://operator.example/c2d","token_url":"https://operator.example/t","client_id":"id","client_secret":"hush"}"#;
    let problem = problem(&[
        ("ACCOUNTS", &account("main")),
        ("CONNECTION_MAIN", connection),
    ]);
    assert!(
        problem.contains("CONNECTION_MAIN") && problem.contains("platform_number"),
        "{problem}"
    );
}

#[test]
fn plain_http_is_refused_unless_the_connection_allows_it() {
    let connection = |allow: &str| {
        format!(
            r#"{{"dialect":"camara","platform_number":"+12025550199","base_url":"http://operator.example/c2d","token_url":"https://operator.example/t","client_id":"id","client_secret":"hush"{allow}}}"#
        )
    };
    let accounts = account("main");
    let problem = problem(&[
        ("ACCOUNTS", &accounts),
        ("CONNECTION_MAIN", &connection("")),
    ]);
    assert!(problem.contains("base_url"), "{problem}");
    let allowed = connection(r#","allow_http":true"#);
    assert!(read(&[("ACCOUNTS", &accounts), ("CONNECTION_MAIN", &allowed)]).is_ok());
}

#[test]
fn a_missing_connection_is_named() {
    assert!(problem(&[("ACCOUNTS", &account("main"))]).contains("CONNECTION_MAIN: is missing"));
}

#[test]
fn an_error_never_shows_the_value() {
    let secret = "s3cr3t-that-nobody-may-see";
    let wrong_places = [
        ("CTD_KEY", secret.to_owned()),
        ("ACCOUNTS", format!(r#""{secret}""#)),
        ("ACCOUNTS", account("main").replace("+12025550142", secret)),
        ("ACCOUNTS", account("main").replace("contact", secret)),
        ("SANDBOX_TIME_SCALE", secret.to_owned()),
        ("RETENTION_SECONDS", secret.to_owned()),
        ("SILENCE_SECONDS", secret.to_owned()),
    ];
    for (setting, value) in &wrong_places {
        let problem = problem(&[(setting, value)]);
        assert!(
            problem.contains(setting) && !problem.contains(secret),
            "{problem}"
        );
    }
    for value in [
        format!(r#"{{"dialect":"{secret}"}}"#),
        format!(r#"{{"dialect":"camara","client_secret":["{secret}"]}}"#),
    ] {
        let problem = problem(&[("ACCOUNTS", &account("main")), ("CONNECTION_MAIN", &value)]);
        assert!(!problem.contains(secret), "{problem}");
    }
}

#[test]
fn the_public_address_is_an_origin() {
    let url = |text: &str| read(&[("PUBLIC_URL", text)]).map(|settings| settings.public_url);
    let good = Some("https://edge.example.com".to_owned());
    assert_eq!(url("https://edge.example.com/").ok().unwrap(), good);
    for bad in [
        "edge.example.com",
        "http://edge.example.com",
        "https://",
        "https://edge.example.com/path",
        "https://user@edge.example.com",
        "https://edge.example.com?x",
    ] {
        let problem = problem(&[("PUBLIC_URL", bad)]);
        assert!(problem.starts_with("setting PUBLIC_URL: "), "{problem}");
    }
    let local = [("LOOPBACK", "1"), ("PUBLIC_URL", "http://127.0.0.1:8787")];
    assert!(read(&local).is_ok());
}

#[test]
fn the_first_buttons_hours_are_in_zones_that_there_are() {
    let hours = r#""hours":{"timeZone":"Europe/Berlni","week":{"mon":[["09:00","17:00"]]}},"name""#;
    let accounts = account(SANDBOX).replacen(r#""name""#, hours, 1);
    let settings = read(&[("ACCOUNTS", &accounts)]).ok().unwrap();
    assert_eq!(settings.check_zones(|_| true), Ok(()));
    let problem = settings.check_zones(|zone| zone == "Europe/Berlin");
    let problem = problem.unwrap_err().to_string();
    assert!(
        problem.contains("hours.timeZone of button 0123"),
        "{problem}"
    );
}
