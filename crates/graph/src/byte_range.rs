use std::fmt;

/// One part of a file, as HTTP's `Range` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From the byte at `first`, counted from 0, to the one at `last` or to the end.
    From { first: u64, last: Option<u64> },
    /// So many bytes at the end.
    Last(u64),
}

/// What an answer with content holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// 200: the whole file. So Microsoft answers too if it does not heed the range.
    Whole,
    /// 206: the bytes at `first` to `last`, both included, of a file of `total` bytes, if told. They may be others or fewer
    /// than those asked for.
    Part { first: u64, last: u64, total: Option<u64> },
    /// 416: nothing, for the file ends before the range begins.
    OutOfRange { total: Option<u64> },
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::From { first, last: None } => write!(f, "bytes={first}-"),
            Self::From {
                first,
                last: Some(last),
            } => write!(f, "bytes={first}-{last}"),
            Self::Last(count) => write!(f, "bytes=-{count}"),
        }
    }
}

impl Extent {
    /// Reads the `Content-Range` of a 206.
    pub(crate) fn part(header: &str) -> Option<Self> {
        let (span, total) = range_and_total(header)?;
        let (first, last) = span.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        let fits = first <= last && last < u64::MAX && total.is_none_or(|total| last < total);
        fits.then_some(Self::Part { first, last, total })
    }

    /// Reads the `Content-Range` of a 416, which may be missing.
    pub(crate) fn out_of_range(header: Option<&str>) -> Self {
        let total = header.and_then(range_and_total).and_then(|(_, total)| total);
        Self::OutOfRange { total }
    }

    /// Bytes that come, if the extent tells.
    pub(crate) fn length(self) -> Option<u64> {
        match self {
            Self::Whole => None,
            Self::Part { first, last, .. } => Some(last - first + 1),
            Self::OutOfRange { .. } => Some(0),
        }
    }
}

fn range_and_total(header: &str) -> Option<(&str, Option<u64>)> {
    let (unit, rest) = header.trim().split_once(' ')?;
    let (span, total) = rest.split_once('/')?;
    let total = if total.trim() == "*" {
        None
    } else {
        Some(number(total)?)
    };
    unit.eq_ignore_ascii_case("bytes").then_some((span.trim(), total))
}

/// Digits only: `parse` would take a sign.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written() {
        for (range, expected) in [
            (
                ByteRange::From {
                    first: 0,
                    last: Some(0),
                },
                "bytes=0-0",
            ),
            (ByteRange::From { first: 7, last: None }, "bytes=7-"),
            (ByteRange::Last(500), "bytes=-500"),
        ] {
            assert_eq!(range.to_string(), expected);
        }
    }

    #[test]
    fn parts_are_read() {
        let part = |first, last, total| Some(Extent::Part { first, last, total });
        for (header, expected) in [
            ("bytes 0-3/10", part(0, 3, Some(10))),
            ("Bytes 5-9/*", part(5, 9, None)),
            (" bytes 0 - 0 / 1 ", part(0, 0, Some(1))),
            ("bytes 4-3/10", None),
            ("bytes 0-10/10", None),
            ("bytes +0-3/10", None),
            ("bytes 0-18446744073709551615/*", None),
            ("bytes 0-99999999999999999999/*", None),
            ("bytes */10", None),
            ("bytes -3/10", None),
            ("lines 0-3/10", None),
            ("bytes 0-3", None),
            ("bytes", None),
            ("", None),
        ] {
            assert_eq!(Extent::part(header), expected, "{header}");
        }
        assert_eq!(part(2, 5, None).and_then(Extent::length), Some(4));
    }

    #[test]
    fn the_total_of_what_is_out_of_range() {
        for (header, total) in [
            (Some("bytes */10"), Some(10)),
            (Some("bytes */*"), None),
            (Some("?"), None),
            (None, None),
        ] {
            assert_eq!(Extent::out_of_range(header), Extent::OutOfRange { total }, "{header:?}");
        }
    }
}
