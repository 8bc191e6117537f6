//! `Range: bytes=…`

use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// Never empty.
    Of(Range<u64>),
    Beyond,
}

/// A `Range` of one part. Several parts, other units and what does not parse are ignored, as HTTP allows.
pub(super) fn part(header: Option<&str>, whole: u64) -> Part {
    let Some((first, last)) = header
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>();
    let range = match (number(first), number(last)) {
        (Ok(first), Ok(last)) if last < first => return Part::Whole,
        (Ok(first), Ok(last)) => first..whole.min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..whole,
        (Err(_), Ok(count)) if first.trim().is_empty() => whole.saturating_sub(count)..whole,
        _ => return Part::Whole,
    };
    if range.is_empty() {
        Part::Beyond
    } else {
        Part::Of(range)
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, part};

    #[test]
    fn ranges() {
        for (header, expected) in [
            ("bytes=0-3", Part::Of(0..4)),
            ("bytes=4-", Part::Of(4..10)),
            ("bytes=8-99", Part::Of(8..10)),
            ("bytes=-3", Part::Of(7..10)),
            ("bytes=-99", Part::Of(0..10)),
            ("bytes=10-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=0-18446744073709551615", Part::Of(0..10)),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part(Some(header), 10), expected, "{header}");
        }
        assert_eq!(part(None, 10), Part::Whole);
    }
}
