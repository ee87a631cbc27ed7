//! The worker's log: enough to find out what happened, and no more.

use call::State;
use stories::harness::codes;
use stories::harness::edge::Edge;
use stories::harness::visitor::{Visitor, key};
use stories::harness::wait::until;
use stories::lab::{Dialect, Fault, Settings};

use crate::world::{Account, EXTENSION, PLATFORM, contact, settings, start_lab};

#[tokio::test]
async fn no_full_number_and_no_secret_is_ever_in_the_log() {
    let (lab, origin) = (start_lab(Settings::default()), "http://127.0.0.1:8000");
    let china = start_lab(Settings {
        dialect: Dialect::ChinaMobile,
        ..Settings::default()
    });
    let accounts = [
        Account::Sandbox,
        Account::Camara,
        Account::Down,
        Account::WrongSecret,
        Account::ChinaMobile,
    ];
    let mut settings = settings(&accounts, &lab, origin);
    settings.push(("CONNECTION_CHINA", china.connection(PLATFORM).to_string()));
    let edge = Edge::start(&settings).await;
    china.notify(&edge.url(""));
    let visitor = Visitor::new(&edge.url(""), origin);
    let mut secrets = vec![
        ("the key", codes::KEY.to_owned()),
        ("the client's secret", lab.client_secret().to_owned()),
        ("the application's secret", china.secret_key().to_owned()),
        ("the wrong secret", "not-the-secret".to_owned()),
        ("the extension", EXTENSION[1..].to_owned()),
    ];

    // 1. Calls that work, a refusal, an unreadable answer, and a bad webhook.
    let cases = [
        (Account::Camara, "0100", None),
        (Account::Sandbox, "0100", None),
        (Account::Camara, "0108", None),
        (Account::Camara, "0150", Some(Fault::HtmlAnswer)),
        (Account::Camara, "0150", Some(Fault::ErrorAnswer(500))),
        (Account::Camara, "0150", Some(Fault::ErrorAnswer(503))),
        (Account::ChinaMobile, "0100", None),
        (Account::ChinaMobile, "0113", None),
        (Account::ChinaMobile, "0150", Some(Fault::HtmlAnswer)),
        (Account::Down, "0150", None),
        (Account::WrongSecret, "0150", None),
    ];
    for (account, ending, fault) in cases {
        let contact = contact(ending);
        if let Some(fault) = fault {
            lab.fault(&contact, fault);
            china.fault(&contact, fault);
        }
        let answer = visitor
            .dial(&account.button(), &key(), &contact)
            .send()
            .await;
        secrets.push(("a contact's number", contact.digits().to_owned()));
        if answer.status == 201 {
            secrets.push(("a token", answer.text("token")));
            secrets.push(("an events token", answer.text("eventsToken")));
            let call = stories::harness::visitor::Placed::read(&answer);
            visitor.follow(&call).await;
        }
    }
    for line in lab.calls() {
        let bearer = line.sink_bearer().unwrap().to_owned();
        let spoilt = visitor.http.post(line.sink().unwrap()).bearer(&bearer);
        spoilt
            .body("application/cloudevents+json", "{")
            .send()
            .await;
        line.tell(State::Connected);
        secrets.push(("a webhook's bearer", bearer));
    }
    for line in china.calls() {
        let authorization = line.authorization().unwrap();
        let spoilt = visitor.http.post(line.sink().unwrap());
        let spoilt = spoilt.header("authorization", authorization);
        spoilt.body("application/json", "{").send().await;
        line.forge();
        let code = authorization.trim_start_matches("Basic ");
        secrets.push(("a notification's credentials", code.to_owned()));
    }
    for asked in lab.asked() {
        assert!(asked.correlator.is_some() || !asked.path.ends_with("/calls"));
    }

    // 2. The log tells of all this, or it would prove nothing.
    let log = until("the log tells of the operator", async || {
        let log = edge.log().all();
        (log.contains("/calls") && log.contains("503")).then_some(log)
    })
    .await;
    for (what, secret) in secrets {
        assert!(!log.contains(&secret), "{what} is in the log:\n{log}");
    }
}
