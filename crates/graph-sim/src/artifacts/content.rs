//! The bytes of recordings and transcripts.

use std::ops::Range;

use bytes::Bytes;

use crate::{reply::Reply, request::Request};

/// All of it with 200, or the one range asked for with 206.
pub(super) fn video(content: &Bytes, request: &Request) -> Result<Reply, Reply> {
    request.only_query("")?;
    let whole = content.len();
    Ok(match part(request.header("range"), whole) {
        Part::Whole => Reply::bytes(200, "video/mp4", content.clone()),
        Part::Of(range) => {
            let shown = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
            Reply::bytes(206, "video/mp4", content.slice(range)).with_header("Content-Range", shown)
        }
        Part::Beyond => Reply::empty(416).with_header("Content-Range", format!("bytes */{whole}")),
    })
}

pub(super) fn text(content: &Bytes, request: &Request) -> Result<Reply, Reply> {
    let format = request.only_query("$format")?;
    let accept = format
        .as_deref()
        .or_else(|| request.header("accept"))
        .unwrap_or("text/vtt");
    let takes_vtt = accept
        .split(',')
        .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
        .any(|kind| ["text/vtt", "text/*", "*/*"].contains(&kind.as_str()));
    if !takes_vtt {
        return Err(Reply::refusal(
            406,
            "NotAcceptable",
            format!("The simulator has no transcript in the format '{accept}'."),
        ));
    }
    Ok(Reply::bytes(200, "text/vtt", content.clone()))
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// Never empty.
    Of(Range<usize>),
    Beyond,
}

/// A `Range` of one part. Several parts, other units and what does not parse are ignored, as HTTP allows.
fn part(header: Option<&str>, whole: usize) -> Part {
    let Some((first, last)) = header
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<usize>();
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
