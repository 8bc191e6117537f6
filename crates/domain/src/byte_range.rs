//! Which part of a file is asked for, as [HTTP's `Range`](https://www.rfc-editor.org/rfc/rfc9110#section-14.2) says it.

use std::ops::Range;

/// One part of a file whose length need not be known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From the byte at `first`, counted from 0, to the one at `last` or to the end. `last` is not before `first`.
    From { first: u64, last: Option<u64> },
    /// So many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// Reads the header. `None` for what HTTP lets a server ignore, so that it answers with the whole file: other units, several parts,
    /// and what makes no sense.
    pub fn parse(header: &str) -> Option<Self> {
        let (unit, range) = header.split_once('=')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        // An empty element of a list counts for nothing.
        let mut parts = range.split(',').map(str::trim).filter(|part| !part.is_empty());
        let (part, None) = (parts.next()?, parts.next()) else {
            return None;
        };
        let (first, last) = part.split_once('-')?;
        match (first.trim_end(), last.trim_start()) {
            ("", "") => None,
            ("", count) => number(count).map(Self::Last),
            (first, "") => number(first).map(|first| Self::From { first, last: None }),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From {
                    first,
                    last: Some(last),
                })
            }
        }
    }

    /// The bytes of a file of this length, never none; `None` if the file has none of them.
    pub fn of(self, length: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From { first, last } => first..last.map_or(length, |last| last.saturating_add(1).min(length)),
            Self::Last(count) => length.saturating_sub(count)..length,
        };
        (!range.is_empty()).then_some(range)
    }
}

/// Digits only: `parse` would take a sign. One that is larger than any file is as good as the largest.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn from(first: u64, last: impl Into<Option<u64>>) -> ByteRange {
        let last = last.into();
        ByteRange::From { first, last }
    }

    #[test]
    fn headers_are_read() {
        for (header, expected) in [
            ("bytes=0-0", Some(from(0, 0))),
            ("bytes=0-499", Some(from(0, 499))),
            ("bytes=500-", Some(from(500, None))),
            ("bytes=-500", Some(ByteRange::Last(500))),
            ("bytes=-0", Some(ByteRange::Last(0))),
            ("Bytes = 1 - 2 ", Some(from(1, 2))),
            ("bytes=,1-2,", Some(from(1, 2))),
            ("bytes=0-99999999999999999999", Some(from(0, u64::MAX))),
            ("bytes=99999999999999999999-", Some(from(u64::MAX, None))),
            ("bytes=2-1", None),
            ("bytes=0-1,2-3", None),
            ("bytes=-", None),
            ("bytes=", None),
            ("bytes", None),
            ("", None),
            ("lines=0-1", None),
            ("bytes=a-b", None),
            ("bytes=+1-2", None),
            ("bytes=1-+2", None),
            ("bytes=--1", None),
            ("bytes=1--2", None),
            ("bytes=0x1-2", None),
            ("bytes=1", None),
            ("bytes=١-٢", None),
        ] {
            assert_eq!(ByteRange::parse(header), expected, "{header}");
        }
    }

    #[test]
    fn parts_of_a_file() {
        for (header, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=0-9", Some(0..10)),
            ("bytes=3-99", Some(3..10)),
            ("bytes=9-", Some(9..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=10-", None),
            ("bytes=10-11", None),
            ("bytes=-0", None),
        ] {
            assert_eq!(ByteRange::parse(header).unwrap().of(10), expected, "{header}");
        }
        assert_eq!(ByteRange::Last(5).of(0), None);
        assert_eq!(ByteRange::parse("bytes=0-").unwrap().of(0), None);
    }

    proptest! {
        #[test]
        fn anything_is_read_or_ignored(header in ".{0,40}", length in any::<u64>()) {
            if let Some(part) = ByteRange::parse(&header).and_then(|range| range.of(length)) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }

        #[test]
        fn what_is_written_is_read(first in any::<u64>(), more in any::<u64>(), length in 1..u64::MAX) {
            let last = first.saturating_add(more);
            let part = ByteRange::parse(&format!("bytes={first}-{last}")).unwrap().of(length);
            let expected = (first < length).then(|| first..last.min(length - 1) + 1);
            prop_assert_eq!(part, expected);
            let rest = ByteRange::parse(&format!("bytes={first}-")).unwrap().of(length);
            prop_assert_eq!(rest, (first < length).then_some(first..length));
            let tail = ByteRange::parse(&format!("bytes=-{more}")).unwrap().of(length);
            prop_assert_eq!(tail, (more > 0).then(|| length.saturating_sub(more)..length));
        }
    }
}
