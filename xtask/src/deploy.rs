//! `cargo xtask deploy`: builds, keeps past releases, uploads.
//!
//! An upload replaces all assets, and a page that was opened before it still asks
//! for the files of its own release. So those of the last releases go along: they are
//! read from what is deployed, checked against its list of releases, and put beside
//! the new one.

use serde_json::Value;

use crate::build::{self, PREBUILT};
use crate::failure::{Failure, Outcome};
use crate::{paths, processes};

/// What is to be deployed where.
#[derive(Debug, PartialEq, Eq)]
struct Plan<'a> {
    /// Where it is deployed already; none the first time.
    url: Option<&'a str>,
    /// For wrangler.
    options: &'a [&'a str],
}

/// Builds, keeps, uploads, and prints the tag of this release.
pub fn deploy(words: &[&str]) -> Outcome {
    let plan = plan(words)?;
    build::build()?;
    if let Some(url) = plan.url {
        processes::run_aloud(
            "keeping past releases",
            processes::command("node")
                .arg(paths::root().join("xtask/src/deploy/keep.mjs"))
                .arg(url)
                .arg(paths::www()),
        )?;
    }
    processes::run_aloud(
        "wrangler deploy",
        processes::command(paths::npm_bin("wrangler"))
            .arg("deploy")
            .args(plan.options)
            // Where `wrangler.toml` is: its folders are told from there.
            .current_dir(paths::root().join("edge"))
            .env(PREBUILT, "1"),
    )?;
    println!("{}", tag(plan.url.unwrap_or("https://EDGE"))?);
    Ok(())
}

fn plan<'a>(words: &'a [&'a str]) -> Outcome<Plan<'a>> {
    let (own, options) = match words.iter().position(|word| *word == "--") {
        Some(at) => {
            let (own, rest) = words.split_at(at);
            (own, rest.get(1..).unwrap_or_default())
        }
        None => (words, Default::default()),
    };
    let url = match own {
        ["--first"] => None,
        ["--url", url] if url.starts_with("https://") => Some(url.trim_end_matches('/')),
        _ => {
            return Err(Failure::usage(
                "say where it is deployed, `--url https://…`, or `--first`",
            ));
        }
    };
    Ok(Plan { url, options })
}

/// The tag for pages that want this release and no other.
fn tag(edge: &str) -> Outcome<String> {
    let path = paths::www().join("releases.json");
    let releases: Value = serde_json::from_slice(&paths::read(&path)?)
        .map_err(|error| Failure::file("read", &path, error))?;
    let text = |place| releases.pointer(place).and_then(Value::as_str);
    let (Some(version), Some(sum)) = (text("/0/version"), text("/0/files/widget.js")) else {
        return Err(Failure::file("read", &path, "no release"));
    };
    Ok(format!(
        "<script async src=\"{edge}/widget/{version}/widget.js\" integrity=\"{sum}\" \
         crossorigin=\"anonymous\" data-button=\"BUTTON_ID\"></script>"
    ))
}

#[cfg(test)]
mod tests {
    use super::{Plan, plan};

    #[test]
    fn a_deploy_says_what_it_replaces() {
        let again = ["--url", "https://edge.example/", "--", "--env", "live"];
        assert_eq!(
            plan(&again).unwrap(),
            Plan {
                url: Some("https://edge.example"),
                options: &["--env", "live"]
            }
        );
        assert_eq!(plan(&["--first"]).unwrap().url, None);
        for bad in [
            &[][..],
            &["--url"],
            &["--url", "http://edge.example"],
            &["--url", "https://edge.example", "--first"],
        ] {
            assert!(plan(bad).is_err(), "{bad:?}");
        }
    }
}
