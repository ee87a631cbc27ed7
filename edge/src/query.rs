//! Reading a URL without the crate that would double the worker's size. Pure.

/// The origin of a URL as the runtime spells it: `scheme://host[:port]`.
#[must_use]
pub fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// The value of a query parameter. Values here are tokens and numbers, which
/// need no decoding; what is encoded all the same simply does not match.
#[must_use]
pub fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        assert_eq!(origin("https://edge.example/a?b"), "https://edge.example");
        assert_eq!(origin("http://127.0.0.1:8787/"), "http://127.0.0.1:8787");
        assert_eq!(origin("https://edge.example?x=/"), "https://edge.example");
    }

    #[test]
    fn a_parameter_is_found_by_its_whole_name() {
        let url = "https://e/x?eventsToken=1.a-_&after=7#f";
        assert_eq!(parameter(url, "eventsToken"), Some("1.a-_"));
        assert_eq!(parameter(url, "after"), Some("7"));
        assert_eq!(parameter(url, "Token"), None);
        assert_eq!(parameter("https://e/x", "after"), None);
    }
}
