//! What a request wants of a file, and whether its conditions hold ([RFC 9110 §13](https://www.rfc-editor.org/rfc/rfc9110#section-13)).

use std::ops::Range;

use axum::http::{HeaderMap, HeaderName, Method, header};
use chrono::{DateTime, Utc};
use domain::ByteRange;

/// What a request says about parts and conditions.
pub struct Wish<'a> {
    /// The one part that is asked for.
    pub range: Option<ByteRange>,
    headers: &'a HeaderMap,
}

/// How it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Whole,
    Part {
        part: Range<u64>,
        size: u64,
    },
    /// The file has nothing of the part.
    Beyond {
        size: u64,
    },
    NotModified,
    PreconditionFailed,
}

impl<'a> Wish<'a> {
    pub fn of(method: &Method, headers: &'a HeaderMap) -> Self {
        let mut ranges = headers.get_all(header::RANGE).iter();
        // Several headers are as several parts: answered with the whole.
        let only = match (ranges.next(), ranges.next()) {
            (Some(range), None) if method == Method::GET => range.to_str().ok(),
            _ => None,
        };
        Self {
            range: only.and_then(ByteRange::parse),
            headers,
        }
    }

    /// The conditions in the order that the standard gives them. Dates are compared as they were given out.
    pub fn answer(&self, size: Option<u64>, tag: Option<&str>, modified: DateTime<Utc>) -> Answer {
        let date = http_date(modified);
        let is_this = |list: &str| tag.is_some_and(|tag| names(list, tag));
        if let Some(tags) = self.text(&header::IF_MATCH) {
            if tags.trim() != "*" && !is_this(&tags) {
                return Answer::PreconditionFailed;
            }
        } else if let Some(since) = self.text(&header::IF_UNMODIFIED_SINCE)
            && since.trim() != date
        {
            return Answer::PreconditionFailed;
        }
        if let Some(tags) = self.text(&header::IF_NONE_MATCH) {
            // Compared weakly, as the standard wants it here.
            if tags.trim() == "*" || is_this(&tags.replace("W/\"", "\"")) {
                return Answer::NotModified;
            }
        } else if self
            .text(&header::IF_MODIFIED_SINCE)
            .is_some_and(|since| since.trim() == date)
        {
            return Answer::NotModified;
        }
        let (Some(range), Some(size)) = (self.range, size) else {
            return Answer::Whole;
        };
        if let Some(known) = self.text(&header::IF_RANGE)
            && Some(known.trim()) != tag
            && known.trim() != date
        {
            return Answer::Whole;
        }
        match range.of(size) {
            Some(part) => Answer::Part { part, size },
            None => Answer::Beyond { size },
        }
    }

    fn text(&self, name: &HeaderName) -> Option<String> {
        let mut values = self.headers.get_all(name).iter().peekable();
        values.peek()?;
        let values: Vec<&str> = values.map(|value| value.to_str().unwrap_or_default()).collect();
        Some(values.join(","))
    }
}

/// Whether a list of tags has this one, which holds no comma.
fn names(list: &str, tag: &str) -> bool {
    list.split(',').any(|other| other.trim() == tag)
}

pub fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use chrono::TimeZone;

    use super::*;

    const DATE: &str = "Tue, 24 Nov 2026 14:02:03 GMT";

    fn answer(headers: &[(&'static str, &'static str)], size: Option<u64>, tag: Option<&str>) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let modified = Utc.with_ymd_and_hms(2026, 11, 24, 14, 2, 3).unwrap();
        Wish::of(&Method::GET, &map).answer(size, tag, modified)
    }

    #[test]
    fn conditions_and_parts() {
        let part = |part: Range<u64>| Answer::Part { part, size: 10 };
        let some = ("range", "bytes=2-3");
        for (headers, expected) in [
            (vec![], Answer::Whole),
            (vec![some], part(2..4)),
            (vec![("range", "bytes=-3")], part(7..10)),
            (vec![("range", "bytes=10-")], Answer::Beyond { size: 10 }),
            (vec![("range", "bytes=0-1,3-4")], Answer::Whole),
            (vec![some, ("range", "bytes=5-6")], Answer::Whole),
            (vec![("range", "pages=1")], Answer::Whole),
            (vec![some, ("if-range", "\"a\"")], part(2..4)),
            (vec![some, ("if-range", DATE)], part(2..4)),
            (vec![some, ("if-range", "\"b\"")], Answer::Whole),
            (vec![some, ("if-range", "W/\"a\"")], Answer::Whole),
            (vec![some, ("if-range", "Tue, 24 Nov 2026 14:02:04 GMT")], Answer::Whole),
            (vec![("range", "bytes=10-"), ("if-range", "\"b\"")], Answer::Whole),
            (vec![some, ("if-none-match", "\"a\"")], Answer::NotModified),
            (vec![("if-none-match", "\"b\", W/\"a\"")], Answer::NotModified),
            (
                vec![("if-none-match", "\"b\""), ("if-none-match", "\"a\"")],
                Answer::NotModified,
            ),
            (vec![("if-none-match", "*")], Answer::NotModified),
            (vec![("if-none-match", "a, \"b\"")], Answer::Whole),
            (vec![("if-modified-since", DATE)], Answer::NotModified),
            (
                vec![("if-modified-since", "Mon, 23 Nov 2026 14:02:03 GMT")],
                Answer::Whole,
            ),
            (
                vec![("if-modified-since", DATE), ("if-none-match", "\"b\"")],
                Answer::Whole,
            ),
            (vec![("if-match", "\"a\""), some], part(2..4)),
            (vec![("if-match", "*")], Answer::Whole),
            (vec![("if-match", "\"b\"")], Answer::PreconditionFailed),
            (vec![("if-match", "W/\"a\"")], Answer::PreconditionFailed),
            (vec![("if-unmodified-since", DATE)], Answer::Whole),
            (
                vec![("if-unmodified-since", "Mon, 23 Nov 2026 14:02:03 GMT")],
                Answer::PreconditionFailed,
            ),
        ] {
            assert_eq!(answer(&headers, Some(10), Some("\"a\"")), expected, "{headers:?}");
        }
        // Of what has no length no part can be named, and what has no tag is never the same.
        assert_eq!(answer(&[some], None, None), Answer::Whole);
        assert_eq!(answer(&[("if-none-match", "\"a\"")], None, None), Answer::Whole);
        assert_eq!(
            answer(&[("range", "bytes=0-")], Some(0), None),
            Answer::Beyond { size: 0 }
        );
    }

    #[test]
    fn a_range_is_for_get() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(Wish::of(&Method::HEAD, &headers).range, None);
        assert!(Wish::of(&Method::GET, &headers).range.is_some());
    }
}
