//! An edge of its own, so that its log tells of these faults and of nothing else.

use serde_json::{Value, json};
use stories::harness::codes::{self, button_id};
use stories::harness::edge::Edge;
use stories::harness::visitor::Visitor;
use stories::lab::{Dialect, Lab, Settings};
use tokio::sync::OnceCell;

use crate::webhooks;
use crate::world::{EXTENSION, PLATFORM, start_lab};

const ORIGIN: &str = "http://127.0.0.1:8000";
const CLICKTOCALL: &str = "fa170000000000000000000000000001";
/// The discard port: nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9";
/// A token is renewed half a minute before it expires: this one for every call.
const SHORT_TOKEN_SECONDS: i64 = 20;

/// An operator, and the buttons that lead to it.
pub struct Place {
    pub lab: Lab,
    /// Leads to the operator.
    pub button: String,
    /// Leads to an address where nobody listens.
    pub nobodys_button: String,
    /// Where it is asked for calls.
    pub calls: Address,
    /// What is asked first where nobody listens.
    pub nobodys: Address,
    /// Where it is asked for tokens, if it is.
    pub tokens: Option<Address>,
}

/// Where something is asked for: the beginning of the address and its end, with
/// the method before them. In between are names that the operator gives.
#[derive(Clone, Debug)]
pub struct Address {
    pub begins: String,
    pub ends: &'static str,
}

impl Address {
    fn new(method: &str, url: &str, ends: &'static str) -> Self {
        let begins = format!("{method} {url}");
        Self { begins, ends }
    }
}

impl Place {
    /// `number`: of its account; the next is that of the address elsewhere.
    fn new(settings: Settings, number: u32) -> Self {
        let lab = start_lab(settings.clone());
        let (base, nowhere) = (lab.base_url(), elsewhere(&lab.base_url()));
        let (calls, nobodys, tokens) = match settings.dialect {
            Dialect::Camara => {
                let tokens = Address::new("POST", &lab.token_url(), "");
                let calls = |base| Address::new("POST", base, "/calls");
                (calls(&base), calls(&nowhere), Some(tokens))
            }
            Dialect::ChinaMobile => {
                let calls = |base| Address::new("POST", base, "/clicktodialbegin");
                (calls(&base), calls(&nowhere), None)
            }
            Dialect::Kazoo => {
                let tokens = |base| Address::new("PUT", base, "/api_auth");
                let calls = Address::new("POST", &base, "/connect");
                (calls, tokens(&nowhere), Some(tokens(&base)))
            }
        };
        Self {
            lab,
            button: button_id(&account(number), CLICKTOCALL),
            nobodys_button: button_id(&account(number + 1), CLICKTOCALL),
            calls,
            nobodys,
            tokens,
        }
    }

    /// The connection to it, and the same with one address that leads nowhere.
    fn connections(&self, address: &str) -> [Value; 2] {
        let here = self.lab.connection(PLATFORM);
        let mut nowhere = here.clone();
        nowhere[address] = json!(elsewhere(here[address].as_str().unwrap()));
        [here, nowhere]
    }
}

/// Everything that these stories need.
pub struct Scene {
    pub edge: Edge,
    pub camara: Place,
    pub china_mobile: Place,
    pub kazoo: Place,
    /// A CAMARA operator whose token is asked for with every call.
    pub tokens: Place,
    /// A Kazoo system whose every token is the first.
    pub kazoo_tokens: Place,
}

/// The shared scene; the first story that needs it starts it.
pub async fn scene() -> &'static Scene {
    static SCENE: OnceCell<Scene> = OnceCell::const_new();
    SCENE.get_or_init(Scene::start).await
}

impl Scene {
    async fn start() -> Self {
        let place = |dialect, number| {
            let settings = Settings {
                dialect,
                ..Settings::default()
            };
            Place::new(settings, number)
        };
        let camara = place(Dialect::Camara, 0);
        let china_mobile = place(Dialect::ChinaMobile, 2);
        let kazoo = place(Dialect::Kazoo, 4);
        let tokens = Settings {
            token_seconds: SHORT_TOKEN_SECONDS,
            ..Settings::default()
        };
        let tokens = Place::new(tokens, 6);
        let kazoo_tokens = place(Dialect::Kazoo, 8);

        // 1. An account for each operator, and one for its address elsewhere.
        let connections = [
            camara.connections("base_url"),
            china_mobile.connections("base_url"),
            kazoo.connections("base_url"),
            tokens.connections("token_url"),
            kazoo_tokens.connections("base_url"),
        ];
        let names: Vec<String> = (0..10).map(|n| format!("CONNECTION_C{n}")).collect();
        let accounts: Vec<Value> = (0..10).map(setting).collect();
        let mut settings = vec![
            ("CTD_KEY", codes::KEY.to_owned()),
            ("LOOPBACK", "1".to_owned()),
            ("ACCOUNTS", json!(accounts).to_string()),
        ];
        let connections = connections.iter().flatten().map(Value::to_string);
        settings.extend(names.iter().map(String::as_str).zip(connections));
        // 2. The edge.
        let edge = Edge::start(&settings).await;
        china_mobile.lab.notify(&edge.url(""));
        webhooks::subscribe(&kazoo.lab, &edge, "c4").await;
        webhooks::subscribe(&kazoo_tokens.lab, &edge, "c8").await;
        Self {
            edge,
            camara,
            china_mobile,
            kazoo,
            tokens,
            kazoo_tokens,
        }
    }

    /// Somebody on a page that may use the buttons.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.edge.url(""), ORIGIN)
    }
}

/// The same address where nobody listens.
fn elsewhere(url: &str) -> String {
    let path = url.splitn(4, '/').last().unwrap();
    format!("{NOBODY}/{path}")
}

fn account(number: u32) -> String {
    format!("{:032x}", 0xfa17_0000_u32 + number)
}

fn setting(number: u32) -> Value {
    json!({
        "id": account(number),
        "connections": [format!("c{number}")],
        "calls_per_day": 10_000,
        "buttons": [{
            "id": CLICKTOCALL, "name": "Sales", "extension": EXTENSION,
            "dial_first": "contact", "origins": [ORIGIN], "auth_required": false,
        }],
    })
}
