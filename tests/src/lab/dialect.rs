//! The dialects that this operator speaks. One of them per operator: one line
//! in the list below, and a folder of its own, whose `mod.rs` has
//!
//! - `NAME`, as connections call the dialect, `BASE_PATH`, where its API begins,
//!   and `PLATFORM_NUMBER`, a number of its own;
//! - `router`: the API itself;
//! - `places`: whether a request asks for a call that involves a number;
//! - `connection`: the edge's connection to it.

use std::sync::Arc;

use axum::Router;
use call::Number;
use serde_json::Value;

use super::switchboard::{Asked, Switchboard};
use super::{camara, china_mobile, kazoo};

/// Makes the enum of a list `Name: module`, and asks the module of each.
macro_rules! dialects {
    ($($(#[$about:meta])* $Name:ident: $module:ident,)+) => {
        /// What an operator speaks.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Dialect {
            $($(#[$about])* $Name,)+
        }

        impl Dialect {
            /// All of them, for whoever does the same with each.
            pub const ALL: &[Self] = &[$(Self::$Name),+];

            /// How a connection names it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$Name => $module::NAME),+ }
            }

            /// A platform number of this operator.
            pub(super) fn platform_number(self) -> &'static str {
                match self { $(Self::$Name => $module::PLATFORM_NUMBER),+ }
            }

            pub(super) fn base_path(self) -> &'static str {
                match self { $(Self::$Name => $module::BASE_PATH),+ }
            }

            pub(super) fn router(self, board: &Arc<Switchboard>) -> Router {
                match self { $(Self::$Name => $module::router(board)),+ }
            }

            /// Whether a request asks for a call that involves this number.
            pub(super) fn places(self, asked: &Asked, number: &Number) -> bool {
                match self { $(Self::$Name => $module::places(asked, number)),+ }
            }

            /// The edge's connection to this operator, by which both phones show
            /// this number.
            pub(super) fn connection(
                self,
                server: &str,
                board: &Switchboard,
                platform_number: &str,
            ) -> Value {
                match self { $(Self::$Name => $module::connection(server, board, platform_number)),+ }
            }
        }
    };
}

dialects! {
    /// CAMARA Click to Dial 0.2.0-rc.1.
    #[default]
    Camara: camara,
    /// China Mobile Click to Dial 1.0.0.
    ChinaMobile: china_mobile,
    /// 2600Hz Kazoo 4.3.
    Kazoo: kazoo,
}

impl Dialect {
    /// The dialect as a connection names it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|dialect| dialect.name() == name)
    }
}
