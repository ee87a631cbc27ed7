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
    for rule in origins {
        policy.push(' ');
        policy.push_str(&rule.source());
    }
    policy
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
    fn nothing_inline_and_nothing_foreign_runs() {
        let policy = of_app(&[]);
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
