//! Either worker, run by the workerd of `node_modules` itself: no proxy of any
//! development server in between, the same runtime and flags for both.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use stories::harness::edge::root;
use stories::harness::process::Group;
use stories::harness::wait::found_within;
use stories::lab::Dialect;

use crate::Outcome;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The worker of this project, as it is deployed.
    Ours,
    /// The plain-JavaScript twin.
    Twin,
    /// The worker of this project, with every row counted that it writes.
    Counted,
}

/// A running worker.
pub struct Worker {
    program: Group,
    pub address: SocketAddr,
}

/// Starting takes a second; the machine may be busy.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// The rooms of either worker, as `wrangler.toml` binds them.
const ROOMS: [(&str, &str); 3] = [
    ("CALL_ROOM", "CallRoom"),
    ("ACCOUNT_ROOM", "AccountRoom"),
    ("OPERATOR_CALL_ROOM", "OperatorCallRoom"),
];

/// The dialects that the twin has.
const TWIN_SPEAKS: [Dialect; 3] = [Dialect::Camara, Dialect::ChinaMobile, Dialect::Kazoo];

impl Kind {
    /// Whether it can place calls with such an operator.
    pub fn speaks(self, dialect: Dialect) -> bool {
        self != Self::Twin || TWIN_SPEAKS.contains(&dialect)
    }

    /// Where its modules lie.
    fn folders(self) -> Vec<PathBuf> {
        let bench = root().join("tests/bench/edge");
        match self {
            Self::Ours => vec![root().join("edge/build")],
            Self::Twin => vec![bench.join("twin")],
            Self::Counted => vec![root().join("edge/build"), bench.join("counting")],
        }
    }

    /// The module that is run.
    fn first(self) -> &'static str {
        match self {
            Self::Counted => "counting.js",
            _ => "index.js",
        }
    }
}

impl Worker {
    /// Starts it with these variables and its state in this folder.
    pub async fn start(kind: Kind, variables: &[(&str, String)], folder: &Path) -> Outcome<Self> {
        let config = lay_out(kind, variables, folder);
        let config = config.map_err(|error| format!("{kind:?}: {error}"))?;
        let workerd = root().join("node_modules/.bin/workerd");
        let words = ["serve", "--experimental", "--control-fd=1"].map(String::from);
        let mut program = vec![workerd.to_string_lossy().into_owned()];
        program.extend(words);
        program.push(config.to_string_lossy().into_owned());
        let program = Group::start(folder, &program, &[]);
        let port = found_within(START_PATIENCE, async || {
            program.must_run();
            program.said().lines().iter().find_map(|line| port(line))
        })
        .await;
        let Some(port) = port else {
            return Err(format!("{kind:?} is silent:\n{}", program.said().tail()));
        };
        Ok(Self {
            program,
            address: (Ipv4Addr::LOCALHOST, port).into(),
        })
    }

    /// The process group that it runs in.
    pub fn group(&self) -> u32 {
        self.program.id()
    }

    /// All that it has said so far.
    pub fn lines(&self) -> Vec<String> {
        self.program.said().lines()
    }

    /// The end of its log, for messages.
    pub fn log(&self) -> String {
        self.program.said().tail()
    }
}

/// The port, if this is the line in which workerd tells it.
fn port(line: &str) -> Option<u16> {
    let told: Value = serde_json::from_str(line).ok()?;
    u16::try_from(told.get("port")?.as_u64()?).ok()
}

/// Copies the modules and writes down what workerd has to know.
fn lay_out(kind: Kind, variables: &[(&str, String)], folder: &Path) -> std::io::Result<PathBuf> {
    fs::create_dir_all(folder.join("rooms"))?;
    let mut modules = Vec::new();
    for source in kind.folders() {
        for entry in fs::read_dir(&source)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            fs::copy(source.join(&name), folder.join(&name))?;
            let sort = if name.ends_with(".wasm") {
                "wasm"
            } else {
                "esModule"
            };
            modules.push(format!("(name = \"{name}\", {sort} = embed \"{name}\")"));
        }
    }
    // The first is the one that is run.
    modules.sort_by_key(|module| !module.contains(&format!("{:?}", kind.first())));
    let mut bindings: Vec<String> = Vec::new();
    for (name, value) in variables {
        bindings.push(format!("(name = \"{name}\", text = {value:?})"));
    }
    let mut rooms = Vec::new();
    for (binding, class) in ROOMS {
        bindings.push(format!(
            "(name = \"{binding}\", durableObjectNamespace = \"{class}\")"
        ));
        rooms.push(format!(
            "(className = \"{class}\", uniqueKey = \"{class}\", enableSql = true)"
        ));
    }
    let settings = fs::read_to_string(root().join("edge/wrangler.toml"))?;
    let setting = |name: &str| {
        let mut lines = settings.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        value.ok_or_else(|| std::io::Error::other(format!("edge/wrangler.toml has no {name}")))
    };
    let text = format!(
        r#"using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "internet", network = (allow = ["local"])),
    (name = "rooms", disk = (path = {rooms_folder:?}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  modules = [{modules}],
  bindings = [{bindings}],
  compatibilityDate = {date},
  compatibilityFlags = {flags},
  durableObjectNamespaces = [{rooms}],
  durableObjectStorage = (localDisk = "rooms"),
);
"#,
        rooms_folder = folder.join("rooms"),
        modules = modules.join(", "),
        bindings = bindings.join(", "),
        date = setting("compatibility_date")?,
        flags = setting("compatibility_flags")?,
        rooms = rooms.join(", "),
    );
    let config = folder.join("config.capnp");
    fs::write(&config, text)?;
    Ok(config)
}
