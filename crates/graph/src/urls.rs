//! Addresses built by construction: no caller's text is ever pasted into a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::{ErrorKind, GraphError};

/// Everything but the unreserved characters of RFC 3986.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// In a function call the quotes of a literal and the colons of a time stand as in Graph's reference. Quotes inside of a literal
/// are doubled.
const LITERAL: &AsciiSet = &STRICT.remove(b'\'').remove(b':');

/// `{graph}/v1.0/{segments}`.
pub(crate) fn resource(graph: &Url, call: &'static str, segments: &[&str]) -> Result<Url, GraphError> {
    below(graph, call, &[&["v1.0"], segments].concat())
}

/// `{base}/{segments}`, keeping the path the base may have. An empty or dot segment would silently address the parent
/// collection and is refused.
///
/// The segments are encoded here, not by `url`, which drops line ends and tabs and leaves `'`, `$` and `+`, to which Graph
/// and some gateways give a meaning.
pub(crate) fn below(base: &Url, call: &'static str, segments: &[&str]) -> Result<Url, GraphError> {
    let invalid = |message: &str| GraphError::new(ErrorKind::Invalid, call).with_message(message);
    if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(invalid("an id is empty or not an id"));
    }
    if base.cannot_be_a_base() {
        return Err(invalid("the service URL cannot be a base"));
    }
    let mut path = base.path().trim_end_matches('/').to_owned();
    for segment in segments {
        path.push('/');
        path.extend(utf8_percent_encode(segment, STRICT));
    }
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.set_path(&path);
    Ok(url)
}

/// `{url}/{name}({parameters}){/rest}`. Names are ours and sent as they are, with the signs of a function call around them;
/// what could be taken for such a sign inside of a value is percent-encoded.
pub(crate) fn function(mut url: Url, name: &str, parameters: &[(&str, String)], rest: &[&str]) -> Url {
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, LITERAL)))
        .collect();
    let call = format!("{}/{name}({})", url.path(), parameters.join(","));
    url.set_path(&[&[call.as_str()], rest].concat().join("/"));
    url
}

/// Replaces the query. Names are ours and sent as they are (`$filter`); values are percent-encoded, space as `%20`.
pub(crate) fn set_query(url: &mut Url, pairs: &[(&str, &str)]) {
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, STRICT)))
        .collect();
    url.set_query(Some(&query.join("&")));
}

/// An `OData` string literal: in quotes, quotes inside doubled.
pub(crate) fn odata_string(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> Url {
        "https://graph.example/base/".parse().unwrap()
    }

    #[test]
    fn segments_are_encoded() {
        let url = resource(&graph(), "t", &["users", "$o'br#ien/+=?%41@x.example", "events"]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://graph.example/base/v1.0/users/%24o%27br%23ien%2F%2B%3D%3F%2541%40x.example/events"
        );
    }

    #[test]
    fn segments_that_would_address_the_parent_are_refused() {
        for id in ["", ".", ".."] {
            let error = resource(&graph(), "t", &["users", id, "events"]).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Invalid, "{id:?}");
        }
        // `url` itself would drop the line end and then see the dots.
        let url = resource(&graph(), "t", &["users", ".\n.", "\t"]).unwrap();
        assert_eq!(url.path(), "/base/v1.0/users/.%0A./%09");
        // Encoded dots are text: they stay one segment.
        let url = resource(&graph(), "t", &["users", "%2e%2e", "events"]).unwrap();
        assert_eq!(url.path(), "/base/v1.0/users/%252e%252e/events");
    }

    #[test]
    fn query_values_are_encoded_and_quotes_doubled() {
        let mut url = graph();
        set_query(
            &mut url,
            &[(
                "$filter",
                &format!("JoinWebUrl eq {}", odata_string("https://t/19%3am'x?a=b&c")),
            )],
        );
        assert_eq!(
            url.query().unwrap(),
            "$filter=JoinWebUrl%20eq%20%27https%3A%2F%2Ft%2F19%253am%27%27x%3Fa%3Db%26c%27"
        );
    }

    #[test]
    fn function_calls() {
        let url = resource(&graph(), "t", &["users", "o"]).unwrap();
        let parameters = [
            ("id", odata_string("a'),b/c?")),
            ("at", "2026-11-24T00:00:00Z".to_owned()),
        ];
        let url = function(url, "all", &parameters, &["delta"]);
        assert_eq!(
            url.as_str(),
            "https://graph.example/base/v1.0/users/o/all(id='a''%29%2Cb%2Fc%3F',at=2026-11-24T00:00:00Z)/delta"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_id_stays_one_segment(id in ".+") {
            proptest::prop_assume!(id != "." && id != "..");
            let url = resource(&graph(), "t", &["users", &id, "events"]).unwrap();
            let path = url.path().strip_prefix("/base/v1.0/users/").unwrap().strip_suffix("/events").unwrap();
            proptest::prop_assert!(!path.contains(['/', '?', '#', '\'', '+', '=', '@', '$']), "{}", path);
            // Decoded once, it is what it was, and a copy of the address says the same.
            proptest::prop_assert_eq!(percent_encoding::percent_decode_str(path).decode_utf8().unwrap(), id.as_str());
            proptest::prop_assert_eq!((url.query(), url.fragment()), (None, None));
            proptest::prop_assert_eq!(Url::parse(url.as_str()).unwrap(), url);
        }

        #[test]
        fn any_text_stays_one_literal(text in ".*") {
            let mut url = graph();
            set_query(&mut url, &[("$filter", &format!("x eq {}", odata_string(&text))), ("$top", "1")]);
            let (filter, top) = url.query().unwrap().split_once('&').unwrap();
            proptest::prop_assert_eq!(top, "$top=1");
            let filter = percent_encoding::percent_decode_str(filter.strip_prefix("$filter=").unwrap()).decode_utf8().unwrap();
            let literal = filter.strip_prefix("x eq '").unwrap().strip_suffix('\'').unwrap();
            proptest::prop_assert!(literal.split("''").all(|part| !part.contains('\'')));
            proptest::prop_assert_eq!(literal.replace("''", "'"), text);
        }
    }
}
