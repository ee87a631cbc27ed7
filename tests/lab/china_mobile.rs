//! The same operator, speaking China Mobile's dialect.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use call::{Reason, State};
use serde_json::{Value, json};
use stories::harness::http::{Answer, Ask, Http};
use stories::harness::wait::until;
use stories::lab::{Dialect, Fault, Lab, Settings};

use crate::client::number;
use crate::sink::Sink;

const CALLER: &str = "8613912345673";
const ANSWERED: &str = "8613810260100";
const BY_HAND: &str = "8613810260150";

struct Application {
    lab: Lab,
    http: Http,
}

impl Application {
    fn notified_at(sink: &Sink) -> Self {
        let lab = Lab::start(Settings {
            dialect: Dialect::ChinaMobile,
            app_server: Some(sink.server()),
            ..Settings::default()
        });
        let lab = lab.unwrap();
        lab.by_hand(&number(&format!("+{BY_HAND}")));
        Self {
            lab,
            http: Http::default(),
        }
    }

    fn authorization(&self) -> String {
        let plain = format!("{}:{}", self.lab.app_id(), self.lab.secret_key());
        format!("Basic {}", BASE64_STANDARD.encode(plain))
    }

    fn post(&self, path: &str) -> Ask {
        let url = format!("{}/{path}", self.lab.base_url());
        let ask = self.http.post(&url);
        ask.header("authorization", &self.authorization())
    }

    /// The document's own example, with another callee.
    fn example(&self, callee: &str) -> Value {
        json!({
            "APPID": self.lab.app_id(),
            "sponsor": "01052680000",
            "caller": CALLER,
            "callee": callee,
        })
    }

    async fn begin(&self, body: &Value) -> Answer {
        self.post("clicktodialbegin").json(body).send().await
    }

    async fn call(&self, callee: &str) -> String {
        let answer = self.begin(&self.example(callee)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.code(), "0000000");
        let id = &answer.json()["result"]["callidentifier"];
        id.as_str().unwrap().to_owned()
    }

    async fn release(&self, id: &str, operation: &str) -> Answer {
        let body = json!({"APPID": self.lab.app_id(), "operation": operation});
        let ask = self.post(&format!("clicktodialrelease/{id}"));
        ask.json(&body).send().await
    }
}

#[tokio::test]
async fn a_script_is_told_in_order_as_status_notifications() {
    let sink = Sink::failing(2).await;
    let application = Application::notified_at(&sink);
    let id = application.call(ANSWERED).await;
    let told = sink.until_told("Disconnected").await;
    assert_eq!(
        sink.states(),
        [
            "CallingCaller",
            "CallingCallee",
            "Connected",
            "Disconnected"
        ]
    );
    for event in &told {
        assert_eq!(
            event.path,
            format!("/clicktodial/v1/clicktodialstatusnotify/{id}")
        );
        assert_eq!(event.authorization, application.authorization());
        assert_eq!(event.content_type, "application/json");
        assert_eq!(event.body["APPID"], application.lab.app_id());
        assert_eq!(event.body["caller"], CALLER);
        assert_eq!(event.body["callee"], ANSWERED);
        let stamp = event.body["timeStamp"].as_str().unwrap();
        assert!(stamp.len() == 24 && stamp.ends_with('Z'), "{stamp}");
        let ended = event.state() == "Disconnected";
        for property in ["reason", "callDuration"] {
            assert_eq!(event.body.get(property).is_some(), ended, "{property}");
        }
    }
    let end = &told.last().unwrap().body;
    assert_eq!(
        (&end["reason"], &end["callDuration"]),
        (&json!("HangUp"), &json!("5"))
    );
}

#[tokio::test]
async fn only_the_application_itself_is_served() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    let begin = format!("{}/clicktodialbegin", application.lab.base_url());
    for authorization in ["", "Basic Zm9vOmJhcg==", "Bearer x"] {
        let ask = application.http.post(&begin);
        let ask = ask.header("authorization", authorization);
        let answer = ask.json(&application.example(ANSWERED)).send().await;
        assert_eq!(answer.refusal(), (401, "0001002".to_owned()));
        let words = answer.text("description");
        assert_eq!(words, "No authorization to invoke operation");
    }
    let mut other = application.example(ANSWERED);
    other["APPID"] = json!("87654321");
    let answer = application.begin(&other).await;
    assert_eq!(answer.refusal(), (403, "0001004".to_owned()));
    assert!(application.lab.calls().is_empty());
}

#[tokio::test]
async fn what_the_document_does_not_allow_is_refused() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    for property in ["APPID", "sponsor", "caller", "callee"] {
        let mut body = application.example(ANSWERED);
        body.as_object_mut().unwrap().remove(property);
        let answer = application.begin(&body).await;
        assert_eq!(answer.refusal(), (400, "0001001".to_owned()));
        let words = format!("Expected property is missing: {property}");
        assert_eq!(answer.text("description"), words);
    }
    for (property, value) in [("caller", "+8613912345673"), ("record", "yes"), ("x", "y")] {
        let mut body = application.example(ANSWERED);
        body[property] = json!(value);
        let answer = application.begin(&body).await;
        assert_eq!(answer.refusal(), (400, "0001001".to_owned()), "{property}");
    }
    let plain = application
        .post("clicktodialbegin")
        .body("text/plain", "{}");
    assert_eq!(plain.send().await.status, 400);
    let unknown = application.release("A010B020", "EndCall").await;
    assert_eq!(unknown.status, 400);
    let url = format!("{}/clicktodialbegin", application.lab.base_url());
    assert_eq!(application.http.get(&url).send().await.status, 405);
    assert!(application.lab.calls().is_empty());
}

#[tokio::test]
async fn a_call_is_released_and_only_once() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    let id = application.call(BY_HAND).await;
    let line = application.lab.calls().pop().unwrap();
    line.tell(State::Connected);
    assert_eq!(application.release(&id, "Dance").await.status, 400);
    assert_eq!(application.release(&id, "Continue").await.status, 200);
    let answer = application.release(&id, "EndCall").await;
    assert_eq!((answer.status, answer.code()), (200, "0000000".to_owned()));
    let told = sink.until_told("Disconnected").await;
    assert_eq!(told.last().unwrap().body["reason"], "HangUp");
    assert_eq!(application.release(&id, "EndCall").await.status, 400);
}

#[tokio::test]
async fn a_recorded_call_can_be_listened_to_after_its_end() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    let mut body = application.example(BY_HAND);
    body["record"] = json!("1");
    assert_eq!(application.begin(&body).await.status, 200);
    let line = application.lab.calls().pop().unwrap();
    line.tell(State::Connected);
    line.end(Reason::HangUp, 3);
    let told = sink.until_told("Disconnected").await;
    let end = &told.last().unwrap().body;
    assert_eq!(end["recordingResult"], "Success");
    let download = async |recording: &Value| {
        let ask = application.post(&format!("recordingdownload/{}", line.id()));
        let body = json!({"APPID": application.lab.app_id(), "recordingId": recording});
        ask.json(&body).send().await
    };
    let file = download(&end["recordingId"]).await.text("filedata");
    let file = BASE64_STANDARD.decode(file).unwrap();
    assert!(file.starts_with(b"RIFF"));
    assert_eq!(file.len(), 844);
    for wrong in [json!("REC-1"), Value::Null] {
        let answer = download(&wrong).await;
        assert_eq!(answer.status, 400);
        let words = "Expected property is missing: recordingId";
        assert_eq!(answer.text("description"), words);
    }
}

#[tokio::test]
async fn its_refusals_are_worded_as_in_the_document() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    let callee = number(&format!("+{BY_HAND}"));
    for (fault, status, code) in [
        (Fault::AccountSuspended, 403, "0001003"),
        (Fault::PermissionDenied, 403, "0001004"),
        (Fault::CredentialsRefused, 401, "0001002"),
        (Fault::ErrorAnswer(500), 500, "0000001"),
        (Fault::ErrorAnswer(503), 503, "0000002"),
    ] {
        application.lab.fault(&callee, fault);
        let answer = application.begin(&application.example(BY_HAND)).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{fault:?}");
        application.lab.mend(&callee);
    }
    assert!(application.lab.calls().is_empty());
}

#[tokio::test]
async fn what_it_is_answered_is_kept_and_a_forgery_shows_the_wrong_credentials() {
    let sink = Sink::new().await;
    let application = Application::notified_at(&sink);
    application.call(BY_HAND).await;
    let line = application.lab.calls().pop().unwrap();
    line.forge();
    line.tell(State::CallingCaller);
    until("both are answered", async || {
        (line.deliveries().len() == 2).then_some(())
    })
    .await;
    let told = sink.told();
    assert_ne!(told[0].authorization, application.authorization());
    assert_eq!(told[1].authorization, application.authorization());
    for delivery in line.deliveries() {
        assert_eq!((delivery.status, delivery.answer.as_str()), (204, ""));
    }
}
