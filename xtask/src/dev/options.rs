//! The command line of `cargo xtask dev`.

use crate::failure::{Failure, Outcome};

/// Wrangler's own default, so what people know.
const PORT: u16 = 8787;

/// The built-in script.
pub const SANDBOX: &str = "sandbox";
/// Who can place the calls, as connections call the dialect: all but the first
/// is the lab operator, speaking it.
const OPERATORS: [&str; 4] = [SANDBOX, "camara", "china-mobile", "kazoo"];

/// What the developer wants.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// Who places the calls: the dialect's name.
    pub operator: &'static str,
    /// The port that is tried first.
    pub port: u16,
    /// The base that operators use for webhooks.
    pub public_url: Option<String>,
}

/// Reads the words after `dev`. An option's value is the next word or follows `=`.
pub fn parse(words: &[&str]) -> Outcome<Options> {
    let mut options = Options {
        operator: SANDBOX,
        port: PORT,
        public_url: None,
    };
    let mut words = words.iter().flat_map(|word| match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => vec![name, value],
        _ => vec![*word],
    });
    while let Some(name) = words.next() {
        let value = words.next();
        match (name, value) {
            ("--operator", value) => {
                match OPERATORS.into_iter().find(|known| Some(*known) == value) {
                    Some(operator) => options.operator = operator,
                    None => return wrong(&format!("--operator takes {}", OPERATORS.join(", "))),
                }
            }
            ("--port", Some(value)) => match value.parse() {
                Ok(port) if port > 0 => options.port = port,
                _ => return wrong("--port takes a number from 1 to 65535"),
            },
            ("--public-url", Some(value)) if value.starts_with("http") => {
                options.public_url = Some(value.trim_end_matches('/').to_owned());
            }
            ("--public-url", _) => {
                return wrong("--public-url takes a URL such as https://dial.example.com");
            }
            ("--port", None) => return wrong("--port takes a number from 1 to 65535"),
            _ => {
                return wrong(&format!(
                    "dev has no option `{name}`; `cargo xtask` lists them"
                ));
            }
        }
    }
    Ok(options)
}

fn wrong(message: &str) -> Outcome<Options> {
    Err(Failure::usage(message))
}

#[cfg(test)]
mod tests {
    use super::{OPERATORS, PORT, SANDBOX, parse};

    #[test]
    fn nothing_said_means_the_sandbox_on_the_usual_port() {
        let options = parse(&[]).unwrap();
        assert_eq!(options.operator, SANDBOX);
        assert_eq!(options.port, PORT);
        assert_eq!(options.public_url, None);
    }

    #[test]
    fn every_option_is_read_in_both_spellings() {
        let words = [
            "--operator",
            "camara",
            "--port=9000",
            "--public-url",
            "https://x.example/",
        ];
        let options = parse(&words).unwrap();
        assert_eq!(options.operator, "camara");
        assert_eq!(options.port, 9000);
        assert_eq!(options.public_url.as_deref(), Some("https://x.example"));
    }

    #[test]
    fn every_operator_is_known_by_its_name() {
        for operator in OPERATORS {
            let options = parse(&["--operator", operator]).unwrap();
            assert_eq!(options.operator, operator);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for words in [
            &["--operator", "pigeon"] as &[&str],
            &["--operator"],
            &["--port", "0"],
            &["--port", "many"],
            &["--port"],
            &["--public-url", "x"],
            &["--loud"],
            &["sandbox"],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }
}
