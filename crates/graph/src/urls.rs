//! Addresses built by construction: no caller's text is ever pasted into a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::{ErrorKind, GraphError};

/// Everything but the unreserved characters of RFC 3986.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `{graph}/v1.0/{segments}`.
pub(crate) fn resource(graph: &Url, call: &'static str, segments: &[&str]) -> Result<Url, GraphError> {
    let mut url = below(graph, call, &[&["v1.0"], segments].concat())?;
    // `url` leaves these as they are; Graph's parser gives `'` and a leading `$` a meaning, and some gateways `+`.
    let path = url
        .path()
        .replace('\'', "%27")
        .replace('$', "%24")
        .replace('+', "%2B")
        .replace('=', "%3D")
        .replace('@', "%40");
    url.set_path(&path);
    Ok(url)
}

/// `{base}/{segments}`, keeping the path the base may have. An empty or dot segment would silently address the parent
/// collection and is refused.
pub(crate) fn below(base: &Url, call: &'static str, segments: &[&str]) -> Result<Url, GraphError> {
    if segments.iter().any(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(GraphError::new(ErrorKind::Invalid, call).with_message("an id is empty or not an id"));
    }
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    let not_a_base = |()| GraphError::new(ErrorKind::Invalid, call).with_message("the service URL cannot be a base");
    url.path_segments_mut()
        .map_err(not_a_base)?
        .pop_if_empty()
        .extend(segments);
    Ok(url)
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
}
