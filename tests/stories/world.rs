//! What most stories share: one edge with several accounts, one operator, one
//! server of foreign pages, one chromedriver.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use call::Number;
use serde_json::{Value, json};
use stories::harness::browser::{Browser, Driver};
use stories::harness::clients::hash;
use stories::harness::codes::{self, button_id, public_id};
use stories::harness::edge::Edge;
use stories::harness::keys::KeyPair;
use stories::harness::page::{Kind, Pages};
use stories::harness::visitor::Visitor;
use stories::lab::{Dialect, Lab, Settings, Turnstile};
use tokio::sync::OnceCell;

use crate::webhooks;

/// What both phones show.
pub const PLATFORM: &str = "+12025550199";
/// The enterprise's own number, behind every button.
pub const EXTENSION: &str = "+12025550142";

/// An account with its connection. Each has three buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// The built-in sandbox.
    Sandbox,
    /// The lab operator, speaking CAMARA.
    Camara,
    /// An operator where nobody listens.
    Down,
    /// The lab operator, with a secret that it does not know.
    WrongSecret,
    /// The sandbox, two calls a day.
    Limited,
    /// An operator whose tokens are about to expire as soon as they are given.
    ShortTokens,
    /// An operator whose tokens may not place calls.
    NoScope,
    /// The lab operator, speaking China Mobile's dialect.
    ChinaMobile,
    /// A further connection of the same application there.
    ChinaMobileToo,
    /// The lab operator, speaking Kazoo's.
    Kazoo,
}

impl Account {
    /// One for each operator that is asked over HTTP.
    pub const OPERATORS: [Self; 3] = [Self::Camara, Self::ChinaMobile, Self::Kazoo];

    /// One for each way to place calls.
    pub const EVERY: [Self; 4] = [Self::Sandbox, Self::Camara, Self::ChinaMobile, Self::Kazoo];

    const ALL: [Self; 10] = [
        Self::Sandbox,
        Self::Camara,
        Self::Down,
        Self::WrongSecret,
        Self::Limited,
        Self::ShortTokens,
        Self::NoScope,
        Self::ChinaMobile,
        Self::ChinaMobileToo,
        Self::Kazoo,
    ];

    fn id(self) -> String {
        format!("{:032x}", 0xacc0 + self as u32)
    }

    fn connection(self) -> &'static str {
        match self {
            Self::Sandbox | Self::Limited => "box",
            Self::Camara => "main",
            Self::Down => "down",
            Self::WrongSecret => "wrong",
            Self::ShortTokens => "short",
            Self::NoScope => "noscope",
            Self::ChinaMobile => "china",
            Self::ChinaMobileToo => "china-too",
            Self::Kazoo => "kazoo",
        }
    }

    /// The button that rings the contact first.
    pub fn button(self) -> String {
        button_id(&self.id(), CONTACT_FIRST)
    }

    /// The button that rings the enterprise first.
    pub fn extension_first(self) -> String {
        button_id(&self.id(), EXTENSION_FIRST)
    }

    /// The button whose calls are recorded.
    pub fn recorded(self) -> String {
        button_id(&self.id(), RECORDED)
    }

    /// The `client_id` of its API client that may do everything.
    pub fn client(self) -> String {
        public_id("client-id", &self.id(), CLIENT)
    }

    /// The `client_id` of the one that may only read calls.
    pub fn reader(self) -> String {
        public_id("client-id", &self.id(), READER)
    }

    /// The button that the edge's own pages may not use.
    pub fn foreign_only(self) -> String {
        button_id(&self.id(), FOREIGN_ONLY)
    }

    fn setting(self, origin: &str) -> Value {
        let button = |id: &str, dial_first: &str| {
            json!({
                "id": id, "name": "Sales", "extension": EXTENSION,
                "dial_first": dial_first, "origins": [origin, "self"], "auth_required": false,
            })
        };
        let mut foreign_only = button(FOREIGN_ONLY, "contact");
        foreign_only["origins"] = json!([origin]);
        foreign_only["theme"] = json!({"accent": "#7a2e8e", "scheme": "light"});
        foreign_only["fallback"] = json!({"number": PLATFORM, "text": "Better use your phone."});
        let mut recorded = button(RECORDED, "contact");
        recorded["recording"] = json!(true);
        let calls_per_day = if self == Self::Limited { 2 } else { 10_000 };
        json!({
            "id": self.id(),
            "connections": [self.connection()],
            "calls_per_day": calls_per_day,
            "minutes_per_day": 100_000,
            "simultaneous_calls": 1_000,
            "buttons": [
                button(CONTACT_FIRST, "contact"),
                button(EXTENSION_FIRST, "extension"),
                foreign_only,
                recorded,
            ],
            "api_clients": [
                {"id": CLIENT, "name": "CRM", "secrets": [
                    {"hash": hash(SECRET)}, {"hash": hash(OTHER_SECRET)},
                ], "keys": [es256().jwk, rs256().jwk], "sinks": ["hooks.example.com"]},
                {"id": READER, "name": "Wallboard", "scopes": [READ],
                    "secrets": [{"hash": hash(SECRET)}]},
            ],
            "embed_keys": [
                {"id": EMBED_KEY, "name": "CRM"}, {"id": NEXT_EMBED_KEY, "name": "CRM, next"},
            ],
        })
    }
}

/// The secrets of every account's API clients.
pub const SECRET: &str = "c2VjcmV0LW9mLWV2ZXJ5LWNsaWVudC1pbi10ZXN0cw";
/// Another secret of the first of them.
pub const OTHER_SECRET: &str = "YW5vdGhlci1zZWNyZXQtb2YtdGhlLWZpcnN0LW9uZQ";
/// All that a client may do.
pub const ALL_SCOPES: &str = "click-to-dial:calls:create click-to-dial:calls:read \
     click-to-dial:calls:delete click-to-dial:recordings:read";
/// All that the second client may do.
pub const READ: &str = "click-to-dial:calls:read";

/// The key pairs of every account's first API client.
pub fn es256() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(|| KeyPair::new("ES256"))
}

/// See [`es256`].
pub fn rs256() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(|| KeyPair::new("RS256"))
}

const CLIENT: &str = "c11e0000000000000000000000000001";
const READER: &str = "c11e0000000000000000000000000002";
const EMBED_KEY: &str = "e3bed000000000000000000000000001";
const NEXT_EMBED_KEY: &str = "e3bed000000000000000000000000002";
const CONTACT_FIRST: &str = "b0770000000000000000000000000001";
const EXTENSION_FIRST: &str = "b0770000000000000000000000000002";
const FOREIGN_ONLY: &str = "b0770000000000000000000000000003";
const RECORDED: &str = "b0770000000000000000000000000004";

pub struct World {
    pub edge: Edge,
    pub lab: Lab,
    pub short_tokens: Lab,
    pub no_scope: Lab,
    pub china_mobile: Lab,
    pub kazoo: Lab,
    pub turnstile: Turnstile,
    pub pages: Pages,
}

/// The shared world; the first story that needs it starts it.
pub async fn world() -> &'static World {
    static WORLD: OnceCell<World> = OnceCell::const_new();
    WORLD.get_or_init(World::start).await
}

/// A browser with a desktop's window.
pub async fn browser() -> Browser {
    driver().await.browser(1440, 900).await
}

/// What opens browsers.
pub async fn driver() -> &'static Driver {
    static DRIVER: OnceCell<Driver> = OnceCell::const_new();
    DRIVER.get_or_init(Driver::start).await
}

impl World {
    async fn start() -> Self {
        let lab = start_lab(Settings::default());
        let short_tokens = start_lab(Settings {
            token_seconds: SHORT_TOKEN_SECONDS,
            ..Settings::default()
        });
        let no_scope = start_lab(Settings {
            scopes: vec!["click-to-dial:calls:read"],
            ..Settings::default()
        });
        let china_mobile = start_lab(Settings {
            dialect: Dialect::ChinaMobile,
            ..Settings::default()
        });
        let kazoo = start_lab(Settings {
            dialect: Dialect::Kazoo,
            ..Settings::default()
        });
        let turnstile = Turnstile::start().expect("a verifier");
        let pages = Pages::start().expect("a server of pages");
        let mut settings = settings(&Account::ALL, &lab, &pages.origin());
        settings.extend([
            (
                "CONNECTION_SHORT",
                short_tokens.connection(PLATFORM).to_string(),
            ),
            (
                "CONNECTION_NOSCOPE",
                no_scope.connection(PLATFORM).to_string(),
            ),
            (
                "CONNECTION_CHINA",
                china_mobile.connection(PLATFORM).to_string(),
            ),
            ("CONNECTION_CHINA_TOO", {
                let mut connection = china_mobile.connection("+861052680001");
                connection["send_direction"] = json!("BOTH");
                connection.to_string()
            }),
            ("CONNECTION_KAZOO", kazoo.connection(PLATFORM).to_string()),
        ]);
        settings.extend(turnstile.settings());
        let edge = Edge::start(&settings).await;
        china_mobile.notify(&edge.url(""));
        webhooks::subscribe(&kazoo, &edge, Account::Kazoo.connection()).await;
        Self {
            edge,
            lab,
            short_tokens,
            no_scope,
            china_mobile,
            kazoo,
            turnstile,
            pages,
        }
    }

    /// Somebody on a page that may use the buttons.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.edge.url(""), &self.pages.origin())
    }

    /// The lab operator that places an account's calls.
    pub fn lab_of(&self, account: Account) -> &Lab {
        match account {
            Account::ChinaMobile | Account::ChinaMobileToo => &self.china_mobile,
            Account::Kazoo => &self.kazoo,
            Account::ShortTokens => &self.short_tokens,
            Account::NoScope => &self.no_scope,
            _ => &self.lab,
        }
    }

    /// Asserts that the worker has not panicked so far.
    pub fn assert_no_panic(&self) {
        let log = self.edge.log().all();
        for word in ["panicked", "RuntimeError", "Reinitializing"] {
            assert!(!log.contains(word), "the worker panicked:\n{log}");
        }
    }

    /// The foreign page with this button.
    pub fn page(&self, button: &str) -> String {
        let path = Pages::path(&self.edge.url(""), button);
        format!("{}{path}", self.pages.origin())
    }

    /// A foreign page of another kind with this button.
    pub fn page_of(&self, kind: Kind<'_>, button: &str) -> String {
        let path = Pages::path_to(&self.edge.url(""), button, kind);
        format!("{}{path}", self.pages.origin())
    }
}

pub fn start_lab(settings: Settings) -> Lab {
    Lab::start(settings).expect("a lab operator")
}

/// A token is renewed half a minute before it expires, so that this one is
/// never fresh.
const SHORT_TOKEN_SECONDS: i64 = 20;

/// The settings of an edge with these accounts.
pub fn settings(accounts: &[Account], lab: &Lab, origin: &str) -> Vec<(&'static str, String)> {
    let main = lab.connection(PLATFORM);
    let mut wrong = main.clone();
    wrong["client_secret"] = json!("not-the-secret");
    let mut down = main.clone();
    // The discard port: nobody listens there.
    down["base_url"] = json!("http://127.0.0.1:9/click-to-dial/v0.2");
    down["token_url"] = json!("http://127.0.0.1:9/oauth2/token");
    let accounts: Vec<Value> = accounts.iter().map(|a| a.setting(origin)).collect();
    let sandbox = json!({"dialect": "sandbox", "platform_number": PLATFORM});
    vec![
        ("CTD_KEY", codes::KEY.to_owned()),
        ("CTD_ADMIN_KEY", codes::ADMIN_KEY.to_owned()),
        ("LOOPBACK", "1".to_owned()),
        ("ACCOUNTS", json!(accounts).to_string()),
        ("CONNECTION_BOX", sandbox.to_string()),
        ("CONNECTION_MAIN", main.to_string()),
        ("CONNECTION_WRONG", wrong.to_string()),
        ("CONNECTION_DOWN", down.to_string()),
        ("SANDBOX_TIME_SCALE", "0.05".to_owned()),
        ("HEARTBEAT_SECONDS", "1".to_owned()),
        ("SILENCE_SECONDS", "1".to_owned()),
        ("SINK_PAUSE_SECONDS", "1".to_owned()),
    ]
}

/// A number that no other story uses, ending in these four digits.
pub fn contact(last_four: &str) -> Number {
    static NEXT: AtomicU32 = AtomicU32::new(10_000);
    let middle = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = format!("+4930{middle}{last_four}");
    Number::parse(&text).expect("a phone number")
}
