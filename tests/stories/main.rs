//! What Click to Dial promises, told against workerd, a lab operator and
//! headless Chromium. Every module is a chapter, every test a story.
//!
//! The build outputs must exist: `cargo xtask test` makes them first.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story fails by panicking"
)]

mod admin_api;
mod admin_cli;
mod admin_connect;
mod admin_limits;
mod admission;
mod admission_attack;
mod admission_captcha;
mod admission_leases;
mod admission_limits;
mod admission_moments;
mod admission_numbers;
mod agent_attacks;
mod agent_clicks;
mod agent_page;
mod answers;
mod bad_clicks;
mod bad_notifications;
mod bad_tokens;
mod bad_webhooks;
mod busy_day;
mod call_api_examples;
mod camara;
mod camara_api;
mod china_mobile;
mod conformance;
mod course;
mod credentials;
mod credentials_by_key;
mod faults;
mod firefox;
mod gallery;
mod idempotency;
mod kazoo;
mod listening;
mod log;
mod oauth_attacks;
mod oauth_clients;
mod oauth_tokens;
mod operator_cli;
mod pictures;
mod properties;
mod recordings;
mod reference;
mod restart;
mod sinks;
mod webhooks;
mod widget_answers;
mod widget_axe;
mod widget_call;
mod widget_captcha;
mod widget_csp;
mod widget_display;
mod widget_embed;
mod widget_endings;
mod widget_frame;
mod widget_hostile;
mod widget_keyboard;
mod widget_line;
mod widget_page;
mod widget_release;
mod widget_returns;
mod widget_styles;
mod widget_terms;
mod widget_ticket;
mod widget_visitor;
mod world;
