//! The dialects that this operator speaks. One of them per operator: one line
//! here each, and a folder of its own.

use std::sync::Arc;

use axum::Router;
use call::Number;
use serde_json::Value;

use super::switchboard::{Asked, Switchboard};
use super::{camara, china_mobile, kazoo};

/// What an operator speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// CAMARA Click to Dial 0.2.0-rc.1.
    #[default]
    Camara,
    /// China Mobile Click to Dial 1.0.0.
    ChinaMobile,
    /// 2600Hz Kazoo 4.3.
    Kazoo,
}

impl Dialect {
    /// All of them, for whoever does the same with each.
    pub const ALL: &[Self] = &[Self::Camara, Self::ChinaMobile, Self::Kazoo];

    /// The dialect as a connection names it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|dialect| dialect.name() == name)
    }

    /// How a connection names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Camara => "camara",
            Self::ChinaMobile => "china-mobile",
            Self::Kazoo => "kazoo",
        }
    }

    pub(super) fn base_path(self) -> &'static str {
        match self {
            Self::Camara => camara::BASE_PATH,
            Self::ChinaMobile => china_mobile::BASE_PATH,
            Self::Kazoo => kazoo::BASE_PATH,
        }
    }

    pub(super) fn router(self, board: &Arc<Switchboard>) -> Router {
        match self {
            Self::Camara => camara::router(board),
            Self::ChinaMobile => china_mobile::router(board),
            Self::Kazoo => kazoo::router(board),
        }
    }

    /// Whether a request asks for a call that involves this number.
    pub(super) fn places(self, asked: &Asked, number: &Number) -> bool {
        match self {
            Self::Camara => camara::places(asked, number),
            Self::ChinaMobile => china_mobile::places(asked, number),
            Self::Kazoo => kazoo::places(asked, number),
        }
    }

    /// What somebody has to know to use this operator, beside its address.
    pub(super) fn directions(self, server: &str, board: &Switchboard) -> Value {
        match self {
            Self::Camara => camara::directions(server, board),
            Self::ChinaMobile => china_mobile::directions(server, board),
            Self::Kazoo => kazoo::directions(server, board),
        }
    }

    /// The edge's connection to this operator.
    pub(super) fn connection(
        self,
        server: &str,
        board: &Switchboard,
        platform_number: &str,
    ) -> Value {
        match self {
            Self::Camara => camara::connection(server, board, platform_number),
            Self::ChinaMobile => china_mobile::connection(server, board, platform_number),
            Self::Kazoo => kazoo::connection(server, board, platform_number),
        }
    }
}
