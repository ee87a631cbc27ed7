//! What the worker's log says of requests to one address, and what it must not.

use stories::harness::codes;
use stories::harness::wait::until;

use super::scene::{Place, Scene};
use crate::world::EXTENSION;

/// What a line says of a request: how it begins, and what else is in it.
pub type Wanted = (String, &'static str);

/// Waits until the log has a line for each of these, and sees that it has no
/// other: every line is a request that was sent.
pub async fn assert_says(scene: &Scene, url: &str, wanted: &[Wanted]) {
    let lines = until(&format!("the log tells all of {url}"), async || {
        let lines = lines_of(scene, url);
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
fn lines_of(scene: &Scene, url: &str) -> Vec<String> {
    let request = format!("POST {url} ");
    let lines = scene.edge.log().lines();
    let said = lines.iter().filter_map(|line| line.split_once(&request));
    said.map(|(_, said)| said.to_owned()).collect()
}

/// No number, no secret and no token is in the log, although operators say
/// them all in their refusals.
pub fn assert_discreet(scene: &Scene, place: &Place, mut secrets: Vec<String>) {
    secrets.extend([
        codes::KEY.to_owned(),
        EXTENSION[1..].to_owned(),
        place.lab.client_secret().to_owned(),
        place.lab.secret_key().to_owned(),
    ]);
    for line in place.lab.calls() {
        let authorization = line.authorization().unwrap_or_default();
        secrets.extend(authorization.split(' ').nth(1).map(str::to_owned));
    }
    let log = scene.edge.log().all();
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
    for scheme in ["Bearer ", "Basic "] {
        for (_, shown) in log.match_indices(scheme).map(|(at, _)| log.split_at(at)) {
            let shown = &shown[scheme.len()..];
            assert!(shown.starts_with("[hidden]"), "{scheme}is shown:\n{log}");
        }
    }
}
