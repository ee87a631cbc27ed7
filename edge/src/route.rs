//! Which request is for whom. Pure.

/// A route with what its path names. Ids are still unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// `GET /`: the demo page. Also `/demo`, where the assets have the page
    /// before anything is filled in.
    Demo,
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
    /// `POST /buttons/{buttonId}/calls`.
    PlaceCall(&'a str),
    /// `GET …/calls/{callId}`: CAMARA `getCall`.
    GetCall(&'a str),
    /// `DELETE …/calls/{callId}`: CAMARA `terminateCall`.
    TerminateCall(&'a str),
    /// `GET …/calls/{callId}/events`.
    Events(&'a str),
    /// `POST /operators/camara/calls/{callId}`: a CAMARA operator's CloudEvents.
    CamaraEvent(&'a str),
    /// `POST /clicktodial/v1/clicktodialstatusnotify/{callidentifier}`: China
    /// Mobile's notifications; the path is the operator's.
    ChinaMobileEvent(&'a str),
    /// `POST /operators/kazoo/{connection}/{secret}`: a Kazoo system's webhooks.
    KazooEvent(&'a str, &'a str),
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
const CALL_API: &[&str] = &["v0.2", "v0.2rc1", "v0.1"];

/// Finds the route of a request. Paths are compared as they were sent: nothing
/// is decoded, so nothing can be hidden in an encoding.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Route<'a>, NoRoute> {
    let asks_first = method == "OPTIONS";
    if asks_first && path.starts_with("/v2/") {
        return Ok(Route::Preflight);
    }
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let routes: &[(&'static str, Route<'a>)] = &match *segments.as_slice() {
        ["" | "demo"] => vec![("GET", Route::Demo)],
        ["healthz"] => vec![("GET", Route::Health)],
        ["operators", "check"] => vec![("GET", Route::OperatorCheck)],
        ["buttons", id] => vec![("GET", Route::Button(id))],
        ["buttons", id, "frame"] => {
            vec![("GET", Route::Frame(id)), ("POST", Route::RenewTicket(id))]
        }
        ["buttons", id, "calls"] => vec![("POST", Route::PlaceCall(id))],
        ["click-to-dial", version, "calls", id] if CALL_API.contains(&version) => {
            vec![
                ("GET", Route::GetCall(id)),
                ("DELETE", Route::TerminateCall(id)),
            ]
        }
        ["click-to-dial", version, "calls", id, "events"] if CALL_API.contains(&version) => {
            vec![("GET", Route::Events(id))]
        }
        ["oauth2", "token"] => vec![("POST", Route::Token)],
        ["oauth2", "jwks"] => vec![("GET", Route::Jwks)],
        [
            ".well-known",
            "openid-configuration" | "oauth-authorization-server",
        ] => vec![("GET", Route::Metadata)],
        ["operators", "camara", "calls", id] => vec![("POST", Route::CamaraEvent(id))],
        ["operators", "kazoo", connection, secret] => {
            vec![("POST", Route::KazooEvent(connection, secret))]
        }
        ["clicktodial", "v1", "clicktodialstatusnotify", id] => {
            vec![("POST", Route::ChinaMobileEvent(id))]
        }
        _ => return Err(NoRoute::NotFound),
    };
    if asks_first {
        return Ok(Route::Preflight);
    }
    // HEAD is GET without the body; the runtime leaves it out.
    let method = if method == "HEAD" { "GET" } else { method };
    let found = routes.iter().find(|(allowed, _)| *allowed == method);
    found
        .map(|(_, route)| route.clone())
        .ok_or(NoRoute::MethodNotAllowed(match routes {
            [("POST", _)] => "POST, OPTIONS",
            [("GET", _), ("POST", _)] => "GET, HEAD, POST, OPTIONS",
            [_, _] => "GET, HEAD, DELETE, OPTIONS",
            _ => "GET, HEAD, OPTIONS",
        }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn every_route_is_found_by_its_method() {
        assert_eq!(find("GET", "/"), Ok(Route::Demo));
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
        }
        assert_eq!(
            find("POST", "/operators/camara/calls/c"),
            Ok(Route::CamaraEvent("c"))
        );
        let notify = "/clicktodial/v1/clicktodialstatusnotify/A1";
        assert_eq!(find("POST", notify), Ok(Route::ChinaMobileEvent("A1")));
        let webhook = find("POST", "/operators/kazoo/main/secret");
        assert_eq!(webhook, Ok(Route::KazooEvent("main", "secret")));
        assert_eq!(find("OPTIONS", "/buttons/b/calls"), Ok(Route::Preflight));
        assert_eq!(find("POST", "/oauth2/token"), Ok(Route::Token));
        assert_eq!(find("GET", "/oauth2/jwks"), Ok(Route::Jwks));
        for document in ["openid-configuration", "oauth-authorization-server"] {
            let path = format!("/.well-known/{document}");
            assert_eq!(find("GET", &path), Ok(Route::Metadata));
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
