//! The policies of our pages that stand in frames of foreign ones (Content
//! Security Policy Level 3). Pure.

use crate::origin::OriginRule;

/// Only our own scripts, wasm, requests and frames; only text becomes markup.
const OF_APP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors";

/// The policy of the app as a page, for the origins of its button.
#[must_use]
pub fn of_app(origins: &[OriginRule]) -> String {
    let mut policy = String::from(OF_APP);
    if origins.is_empty() {
        policy.push_str(" 'none'");
    }
    push_sources(&mut policy, origins);
    policy
}

/// The policy of the captcha as a page: nothing but our script and what comes from
/// the captcha's own origin. Our own frame may have it, too.
#[must_use]
pub fn of_captcha(origins: &[OriginRule], foreign: &str) -> String {
    let mut policy = String::from("default-src 'none'");
    for directive in ["script-src 'self' ", "connect-src ", "frame-src "] {
        policy.push_str("; ");
        policy.push_str(directive);
        policy.push_str(foreign);
    }
    policy.push_str(
        "; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    push_sources(&mut policy, origins);
    policy
}

fn push_sources(policy: &mut String, origins: &[OriginRule]) {
    for rule in origins {
        policy.push(' ');
        policy.push_str(&rule.source());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(origins: &[&str]) -> Vec<OriginRule> {
        let rule = |origin: &&str| OriginRule::parse(origin).unwrap();
        origins.iter().map(rule).collect()
    }

    #[test]
    fn only_the_buttons_origins_may_frame_the_app() {
        let policy = of_app(&rules(&[
            "self",
            "https://crm.example.com",
            "http://127.0.0.1:*",
        ]));
        assert!(
            policy.ends_with("frame-ancestors 'self' https://crm.example.com http://127.0.0.1:*"),
            "{policy}"
        );
        assert!(of_app(&[]).ends_with("frame-ancestors 'none'"));
    }

    #[test]
    fn the_captcha_meets_exactly_one_foreign_origin() {
        assert_eq!(
            of_captcha(
                &rules(&["https://crm.example.com"]),
                "https://captcha.example"
            ),
            "default-src 'none'; script-src 'self' https://captcha.example; \
             connect-src https://captcha.example; frame-src https://captcha.example; \
             style-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'self' https://crm.example.com"
        );
    }

    #[test]
    fn nothing_inline_and_nothing_foreign_runs() {
        let policy = of_app(&[]);
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
