//! Which request is for whom. Pure.

use crate::operator::Operator;
use crate::path::{self, Names};

/// A route with what its path names. Ids are still unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// `GET /`: the demo page, by its name in the assets. Also `/demo` itself,
    /// where the assets have the page before anything is filled in; and others.
    Demo(&'static str),
    /// `GET /healthz`.
    Health,
    /// `GET /operators/check`: for developers.
    OperatorCheck,
    /// `GET /buttons/{buttonId}`.
    Button(&'a str),
    /// `GET /buttons/{buttonId}/frame`: the app as a page of our own.
    Frame(&'a str),
    /// `POST /buttons/{buttonId}/frame`: a new ticket for it.
    RenewTicket(&'a str),
    /// `GET /buttons/{buttonId}/captcha`: the captcha as a page of our own.
    Captcha(&'a str),
    /// `POST /buttons/{buttonId}/calls`.
    PlaceCall(&'a str),
    /// `POST …/calls`: CAMARA `createCall`.
    CreateCall,
    /// `GET …/calls/{callId}`: CAMARA `getCall`.
    GetCall(&'a str),
    /// `DELETE …/calls/{callId}`: CAMARA `terminateCall`.
    TerminateCall(&'a str),
    /// `GET …/calls/{callId}/events`.
    Events(&'a str),
    /// `GET …/calls/{callId}/recording`: CAMARA `getRecording`.
    Recording(&'a str),
    /// `POST` where an operator of this dialect tells of calls, and what its
    /// path has in the places of the pattern (`Dialect::TELLS_AT`).
    OperatorEvent(Operator, Names<'a>),
    /// `POST /oauth2/token` (RFC 6749, section 3.2).
    Token,
    /// `GET /oauth2/jwks`: the keys that verify what the token endpoint gives.
    Jwks,
    /// `GET /.well-known/openid-configuration` (OpenID Connect Discovery) and
    /// `/.well-known/oauth-authorization-server` (RFC 8414).
    Metadata,
    /// `OPTIONS` of any of these: a browser asks before it sends.
    Preflight,
}

/// Why there is no route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// No such path.
    NotFound,
    /// The path exists for the methods listed here.
    MethodNotAllowed(&'static str),
}

/// Versions of the call API; the same handlers serve all.
pub const CALL_API: &[&str] = &["v0.2", "v0.2rc1", "v0.1"];
/// How the paths of the call API begin; what follows is one of the versions.
const CALL_API_PATHS: &str = "/click-to-dial/{version}/";

/// What a path's names are for.
type Make = for<'a> fn(Names<'a>) -> Route<'a>;

/// Every route but those of operators: its method, its path as the API reference has it, what it is.
const TABLE: &[(&str, &str, Make)] = &[
    ("GET", "/", |_| Route::Demo("demo")),
    ("GET", "/demo", |_| Route::Demo("demo")),
    ("GET", "/three", |_| Route::Demo("three")),
    ("GET", "/gallery", |_| Route::Demo("gallery")),
    ("GET", "/healthz", |_| Route::Health),
    ("GET", "/operators/check", |_| Route::OperatorCheck),
    ("GET", "/buttons/{buttonId}", |[id, ..]| Route::Button(id)),
    ("GET", "/buttons/{buttonId}/frame", |[id, ..]| {
        Route::Frame(id)
    }),
    ("POST", "/buttons/{buttonId}/frame", |[id, ..]| {
        Route::RenewTicket(id)
    }),
    ("GET", "/buttons/{buttonId}/captcha", |[id, ..]| {
        Route::Captcha(id)
    }),
    ("POST", "/buttons/{buttonId}/calls", |[id, ..]| {
        Route::PlaceCall(id)
    }),
    ("POST", "/click-to-dial/{version}/calls", |_| {
        Route::CreateCall
    }),
    (
        "GET",
        "/click-to-dial/{version}/calls/{callId}",
        |[_, id, _]| Route::GetCall(id),
    ),
    (
        "DELETE",
        "/click-to-dial/{version}/calls/{callId}",
        |[_, id, _]| Route::TerminateCall(id),
    ),
    (
        "GET",
        "/click-to-dial/{version}/calls/{callId}/events",
        |[_, id, _]| Route::Events(id),
    ),
    (
        "GET",
        "/click-to-dial/{version}/calls/{callId}/recording",
        |[_, id, _]| Route::Recording(id),
    ),
    ("POST", "/oauth2/token", |_| Route::Token),
    ("GET", "/oauth2/jwks", |_| Route::Jwks),
    ("GET", "/.well-known/openid-configuration", |_| {
        Route::Metadata
    }),
    ("GET", "/.well-known/oauth-authorization-server", |_| {
        Route::Metadata
    }),
];

/// The path at which operators of each dialect tell of calls, by `POST`.
fn operators() -> impl Iterator<Item = (Operator, &'static str)> {
    let all = Operator::ALL.iter();
    all.filter_map(|operator| Some((*operator, operator.tells_at()?)))
}

/// Finds the route of a request.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Route<'a>, NoRoute> {
    let asks_first = method == "OPTIONS";
    if asks_first && path.starts_with("/v2/") {
        return Ok(Route::Preflight);
    }
    // HEAD is GET without the body; the runtime leaves it out.
    let wanted = if method == "HEAD" { "GET" } else { method };
    let here = || {
        let ours = TABLE
            .iter()
            .filter_map(|(method, pattern, make)| Some((*method, make(names(pattern, path)?))));
        let of_operators = operators().filter_map(|(operator, pattern)| {
            let names = path::names(pattern, path)?;
            Some(("POST", Route::OperatorEvent(operator, names)))
        });
        ours.chain(of_operators)
    };
    for (method, route) in here() {
        if asks_first {
            return Ok(Route::Preflight);
        }
        if method == wanted {
            return Ok(route);
        }
    }
    let takes = |method: &str| here().any(|(known, _)| known == method);
    Err(match (takes("GET"), takes("POST"), takes("DELETE")) {
        (false, false, false) => NoRoute::NotFound,
        (false, ..) => NoRoute::MethodNotAllowed("POST, OPTIONS"),
        (true, true, _) => NoRoute::MethodNotAllowed("GET, HEAD, POST, OPTIONS"),
        (true, _, true) => NoRoute::MethodNotAllowed("GET, HEAD, DELETE, OPTIONS"),
        _ => NoRoute::MethodNotAllowed("GET, HEAD, OPTIONS"),
    })
}

/// Every operation, as the API reference names it.
#[cfg(test)]
pub fn operations() -> impl Iterator<Item = String> {
    let ours = TABLE.iter().map(|(method, path, _)| (*method, *path));
    let of_operators = operators().map(|(_, path)| ("POST", path));
    ours.chain(of_operators)
        .map(|(method, path)| format!("{method} {path}"))
}

/// What a path has in the places of a pattern; of the call API only in its versions.
fn names<'a>(pattern: &str, path: &'a str) -> Option<Names<'a>> {
    let names = path::names(pattern, path)?;
    let known = !pattern.starts_with(CALL_API_PATHS) || CALL_API.contains(&names.first()?);
    known.then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn every_route_is_found_by_its_method() {
        assert_eq!(find("GET", "/"), Ok(Route::Demo("demo")));
        assert_eq!(find("GET", "/gallery"), Ok(Route::Demo("gallery")));
        assert_eq!(find("HEAD", "/healthz"), Ok(Route::Health));
        assert_eq!(find("GET", "/operators/check"), Ok(Route::OperatorCheck));
        assert_eq!(find("GET", "/buttons/b"), Ok(Route::Button("b")));
        assert_eq!(find("GET", "/buttons/b/frame"), Ok(Route::Frame("b")));
        assert_eq!(
            find("POST", "/buttons/b/frame"),
            Ok(Route::RenewTicket("b"))
        );
        assert_eq!(find("POST", "/buttons/b/calls"), Ok(Route::PlaceCall("b")));
        for version in CALL_API {
            let path = format!("/click-to-dial/{version}/calls/c");
            assert_eq!(find("GET", &path), Ok(Route::GetCall("c")));
            assert_eq!(find("DELETE", &path), Ok(Route::TerminateCall("c")));
            assert_eq!(
                find("GET", &format!("{path}/events")),
                Ok(Route::Events("c"))
            );
            let recording = format!("{path}/recording");
            assert_eq!(find("GET", &recording), Ok(Route::Recording("c")));
        }
        assert_eq!(find("OPTIONS", "/buttons/b/calls"), Ok(Route::Preflight));
        assert_eq!(find("POST", "/oauth2/token"), Ok(Route::Token));
        assert_eq!(find("GET", "/oauth2/jwks"), Ok(Route::Jwks));
        for document in ["openid-configuration", "oauth-authorization-server"] {
            let path = format!("/.well-known/{document}");
            assert_eq!(find("GET", &path), Ok(Route::Metadata));
        }
    }

    /// Operators have been given these addresses.
    #[test]
    fn operators_are_heard_where_they_always_were() {
        for (path, operator, names) in [
            ("/operators/camara/calls/c", Operator::Camara, ["c", "", ""]),
            (
                "/clicktodial/v1/clicktodialstatusnotify/A1",
                Operator::ChinaMobile,
                ["A1", "", ""],
            ),
            (
                "/operators/kazoo/main/secret",
                Operator::Kazoo,
                ["main", "secret", ""],
            ),
        ] {
            let route = Route::OperatorEvent(operator, names);
            assert_eq!(find("POST", path), Ok(route));
            let not_allowed = NoRoute::MethodNotAllowed("POST, OPTIONS");
            assert_eq!(find("GET", path), Err(not_allowed));
        }
    }

    #[test]
    fn a_wrong_method_is_told_the_right_ones() {
        let not_allowed = |method, path| match find(method, path) {
            Err(NoRoute::MethodNotAllowed(allowed)) => allowed,
            other => panic!("{other:?}"),
        };
        assert_eq!(not_allowed("PUT", "/buttons/b/calls"), "POST, OPTIONS");
        assert_eq!(
            not_allowed("POST", "/click-to-dial/v0.2/calls/c"),
            "GET, HEAD, DELETE, OPTIONS"
        );
        assert_eq!(
            not_allowed("PUT", "/buttons/b/frame"),
            "GET, HEAD, POST, OPTIONS"
        );
        assert_eq!(not_allowed("POST", "/healthz"), "GET, HEAD, OPTIONS");
    }

    #[test]
    fn nothing_hides_in_a_path() {
        for path in [
            "/buttons",
            "/buttons/a/b/calls",
            "//buttons/b",
            "/buttons/b/calls/",
            "/click-to-dial/v9/calls/c",
            "/Healthz",
            "/%68ealthz",
        ] {
            assert_eq!(find("GET", path), Err(NoRoute::NotFound), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(method: String, path: String) {
            prop_assert_eq!(find(&method, &path), find(&method, &path));
        }
    }
}
