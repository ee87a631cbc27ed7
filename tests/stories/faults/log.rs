//! What the worker's log says of requests to one address, and what it must not.

use call::Failure;
use stories::harness::codes;
use stories::harness::wait::until;

use super::scene::{Address, Place, Scene};
use crate::world::{EXTENSION, PLATFORM};

/// What a line says of a request: how it begins, and what else is in it.
pub type Wanted = (String, &'static str);

/// Waits until the log has a line for each of these, and sees that it has no
/// other: every line is a request that was sent.
pub async fn assert_says(scene: &Scene, address: &Address, wanted: &[Wanted]) {
    let lines = until(&format!("the log tells all of {address:?}"), async || {
        let lines = lines_of(scene, address);
        (lines.len() >= wanted.len()).then_some(lines)
    })
    .await;
    let mut unmatched = lines;
    // What is said in more words finds its line first.
    let mut wanted = wanted.to_vec();
    wanted.sort_by_key(|(begins, says)| std::cmp::Reverse((says.len(), begins.len())));
    for (begins, says) in &wanted {
        let found = unmatched
            .iter()
            .position(|line| line.starts_with(begins) && line.contains(says));
        let Some(found) = found else {
            panic!("no line \"{begins}…{says}\" among {unmatched:#?}");
        };
        unmatched.remove(found);
    }
    assert!(unmatched.is_empty(), "more was sent: {unmatched:#?}");
}

/// What follows the address, for every request that was sent there.
fn lines_of(scene: &Scene, address: &Address) -> Vec<String> {
    let lines = scene.edge.log().lines();
    let said = lines.iter().filter_map(|line| {
        let (_, rest) = line.split_once(&address.begins)?;
        let (path, said) = rest.split_once(' ')?;
        path.ends_with(address.ends).then(|| said.to_owned())
    });
    said.collect()
}

/// What the visitor is not told is told here, even of a no that came with 200.
pub fn assert_names_the_failures(scene: &Scene) {
    let log = scene.edge.log().all();
    for failure in [
        Failure::AccountSuspended,
        Failure::CredentialsRefused,
        Failure::OperatorDown,
        Failure::OperatorUnreadable,
        Failure::NotApplicable,
        Failure::CalleeUnavailable,
    ] {
        let said = format!("the operator's answer means {failure}");
        assert!(log.contains(&said), "no {failure}:\n{log}");
    }
}

/// No number, no secret and no token is in the log, although operators say
/// them all in their refusals.
pub fn assert_discreet(scene: &Scene, place: &Place, mut secrets: Vec<String>) {
    secrets.extend([codes::KEY.to_owned(), EXTENSION[1..].to_owned()]);
    let connection = place.lab.connection(PLATFORM);
    let names = ["client_secret", "secret_key", "api_key", "webhook_secret"];
    let named = names.iter().filter_map(|name| connection[*name].as_str());
    secrets.extend(named.map(str::to_owned));
    for line in place.lab.calls() {
        let authorization = line.authorization().unwrap_or_default();
        secrets.extend(authorization.split(' ').nth(1).map(str::to_owned));
    }
    let log = the_workers(scene);
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
    // What operators repeat of the credentials that they were shown.
    for repeated in [
        ", with Bearer ",
        ", with Basic ",
        ", with e",
        r#"api_key\":\""#,
    ] {
        for (at, _) in log.match_indices(repeated) {
            let shown = &log[at + repeated.len()..];
            assert!(shown.starts_with("[hidden]"), "{repeated} is shown:\n{log}");
        }
    }
}

/// What the worker itself has said. The runner adds a line for each request,
/// with its address: a Kazoo system's has a secret in it.
fn the_workers(scene: &Scene) -> String {
    let lines = scene.edge.log().lines();
    let own = lines.iter().filter(|line| !line.contains("[http:info]"));
    own.map(|line| format!("{line}\n")).collect()
}
