//! An edge of its own, so that its log tells of these faults and of nothing else.

use serde_json::{Value, json};
use stories::harness::codes::{self, button_id};
use stories::harness::edge::Edge;
use stories::harness::visitor::Visitor;
use stories::lab::{Dialect, Lab, Settings};
use tokio::sync::OnceCell;

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
    /// What follows the base address where calls are asked for.
    path: &'static str,
}

impl Place {
    fn new(settings: Settings, number: u32, path: &'static str) -> Self {
        Self {
            lab: start_lab(settings),
            button: button_id(&account(number), CLICKTOCALL),
            nobodys_button: button_id(&account(number + 1), CLICKTOCALL),
            path,
        }
    }

    /// Where the operator is asked for calls.
    pub fn url(&self) -> String {
        format!("{}{}", self.lab.base_url(), self.path)
    }

    /// The same where nobody listens.
    pub fn nobodys_url(&self) -> String {
        let url = self.url();
        let path = url.splitn(4, '/').last().unwrap();
        format!("{NOBODY}/{path}")
    }
}

/// Everything that these stories need.
pub struct Scene {
    pub edge: Edge,
    pub camara: Place,
    pub china_mobile: Place,
    /// A CAMARA operator whose token is asked for with every call.
    pub tokens: Place,
}

/// The shared scene; the first story that needs it starts it.
pub async fn scene() -> &'static Scene {
    static SCENE: OnceCell<Scene> = OnceCell::const_new();
    SCENE.get_or_init(Scene::start).await
}

impl Scene {
    async fn start() -> Self {
        let camara = Place::new(Settings::default(), 0, "/calls");
        let china_mobile = Settings {
            dialect: Dialect::ChinaMobile,
            ..Settings::default()
        };
        let china_mobile = Place::new(china_mobile, 2, "/clicktodialbegin");
        let tokens = Settings {
            token_seconds: SHORT_TOKEN_SECONDS,
            ..Settings::default()
        };
        let tokens = Place::new(tokens, 4, "/calls");

        // 1. An account for each operator, and one for its address elsewhere.
        let connections = [
            ("CONNECTION_C0", camara.lab.connection(PLATFORM)),
            ("CONNECTION_C1", elsewhere(&camara, "base_url")),
            ("CONNECTION_C2", china_mobile.lab.connection(PLATFORM)),
            ("CONNECTION_C3", elsewhere(&china_mobile, "base_url")),
            ("CONNECTION_C4", tokens.lab.connection(PLATFORM)),
            ("CONNECTION_C5", elsewhere(&tokens, "token_url")),
        ];
        let accounts: Vec<Value> = (0..6).map(setting).collect();
        let mut settings = vec![
            ("CTD_KEY", codes::KEY.to_owned()),
            ("LOOPBACK", "1".to_owned()),
            ("ACCOUNTS", json!(accounts).to_string()),
        ];
        settings.extend(connections.map(|(name, value)| (name, value.to_string())));
        // 2. The edge.
        let edge = Edge::start(&settings).await;
        china_mobile.lab.notify(&edge.url(""));
        Self {
            edge,
            camara,
            china_mobile,
            tokens,
        }
    }

    /// Somebody on a page that may use the buttons.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.edge.url(""), ORIGIN)
    }
}

/// The connection to an operator of which one address leads nowhere.
fn elsewhere(place: &Place, address: &str) -> Value {
    let mut connection = place.lab.connection(PLATFORM);
    let url = connection[address].as_str().unwrap().to_owned();
    let path = url.splitn(4, '/').last().unwrap();
    connection[address] = json!(format!("{NOBODY}/{path}"));
    connection
}

fn account(number: u32) -> String {
    format!("{:032x}", 0xfa17_0000_u32 + number)
}

fn setting(number: u32) -> Value {
    json!({
        "id": account(number),
        "connection": format!("c{number}"),
        "calls_per_day": 10_000,
        "buttons": [{
            "id": CLICKTOCALL, "name": "Sales", "extension": EXTENSION,
            "dial_first": "contact", "origins": [ORIGIN],
        }],
    })
}
