//! What the guide in this folder asks of every dialect.

use super::*;

#[test]
fn every_dialect_has_a_name_of_its_own() {
    let mut names: Vec<_> = Operator::ALL.iter().map(|it| it.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Operator::ALL.len(), "{names:?}");
}

#[test]
fn an_operator_is_known_by_the_call_or_names_it_itself() {
    for operator in Operator::ALL {
        let Some(path) = operator.tells_at() else {
            continue;
        };
        let first = path.split('/').find(|segment| segment.starts_with('{'));
        let of_the_call = first == Some("{callId}");
        let named = operator.habits().names_its_calls;
        assert_ne!(of_the_call, named, "{path}");
    }
}

/// `run_worker_first`: what is not listed there is looked for among the assets.
#[test]
fn whatever_operators_tell_reaches_the_worker() {
    let settings = include_str!("../../wrangler.toml");
    let listed = settings.lines().find(|line| line.starts_with("run_worker"));
    let listed: Vec<_> = listed.unwrap().split('"').collect();
    for path in Operator::ALL.iter().filter_map(|it| it.tells_at()) {
        let mut prefixes = listed.iter().filter_map(|entry| entry.strip_suffix('*'));
        assert!(prefixes.any(|prefix| path.starts_with(prefix)), "{path}");
    }
}
