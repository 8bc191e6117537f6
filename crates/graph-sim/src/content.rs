//! The bytes of recordings and transcripts, and how they are sent.

mod range;
mod streamed;

use std::{ops::Range, sync::LazyLock};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    reply::{Body, Reply},
    request::Request,
};
use range::{Part, part};
pub(crate) use streamed::Streamed;
pub use streamed::open_transfers;

/// What a recording or a transcript holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Bytes(Bytes),
    /// This many bytes of which each follows from its offset, see [`Content::pattern_at`]: for recordings larger than memory.
    Pattern(u64),
}

impl Content {
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pattern(length) => *length,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The byte of a pattern at an offset.
    pub fn pattern_at(offset: u64) -> u8 {
        (offset % PERIOD) as u8
    }

    /// Bytes from an offset on: at most `limit`, fewer at the end and in a pattern.
    fn slice(&self, from: u64, limit: u64) -> Bytes {
        let rest = self.len().saturating_sub(from).min(limit);
        let (all, from, rest) = match self {
            Self::Bytes(bytes) => (bytes, from, rest),
            Self::Pattern(_) => (&*PATTERN, from % PERIOD, rest.min(PIECE)),
        };
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(all.len());
        all.slice(at(from)..at(from.saturating_add(rest)))
    }
}

impl<T: Into<Bytes>> From<T> for Content {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// Prime, so that no two blocks of a usual size are alike.
const PERIOD: u64 = 251;
/// The most that is sent at once.
const PIECE: u64 = 64 * 1024;
/// One piece, whatever offset it begins at.
static PATTERN: LazyLock<Bytes> = LazyLock::new(|| (0..PIECE + PERIOD).map(Content::pattern_at).collect());

/// How the bytes of a recording or a transcript are sent. Microsoft documents none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Transfer {
    /// `Transfer-Encoding: chunked` in place of `Content-Length`.
    pub without_length: bool,
    pub ranges: Ranges,
    /// The connection closes after this many bytes.
    pub cut_after: Option<u64>,
    /// Nothing comes after this many bytes, and the connection stays open.
    pub stall_after: Option<u64>,
    /// The bytes come in pieces of this size, each 10 milliseconds after the one before.
    pub slow: Option<u64>,
    /// 302 to this URL, without bytes.
    pub redirect: Option<String>,
}

/// What becomes of a request's `Range`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ranges {
    /// 206 with the one range asked for, 416 for one beyond the end.
    #[default]
    Honoured,
    /// 200 with all of it.
    Ignored,
    /// 416 for every one.
    Refused,
}

/// Content that a reply is to carry, before it is known which part of it and how.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub content_type: String,
    pub content: Content,
    pub transfer: Transfer,
}

/// A part of content, on its way.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    pub content_type: String,
    pub content: Content,
    pub range: Range<u64>,
    pub transfer: Transfer,
}

impl File {
    /// The answer to a request, delivered as a fault demands or else as the artifact does.
    pub fn answer(self, request: &Request, fault: Option<Transfer>) -> Reply {
        let transfer = fault.unwrap_or(self.transfer);
        if let Some(url) = transfer.redirect {
            return Reply::empty(302).with_header("Location", url);
        }
        let whole = self.content.len();
        let asked = part(request.header("range"), whole);
        let part = match (transfer.ranges, asked) {
            (Ranges::Ignored, _) => Part::Whole,
            (Ranges::Refused, Part::Of(_)) => Part::Beyond,
            (_, asked) => asked,
        };
        let (status, range, shown) = match part {
            Part::Whole => (200, 0..whole, None),
            Part::Of(range) => {
                let shown = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
                (206, range, Some(shown))
            }
            Part::Beyond => return Reply::empty(416).with_header("Content-Range", format!("bytes */{whole}")),
        };
        let sending = Sending {
            content_type: self.content_type,
            content: self.content,
            range,
            transfer,
        };
        let reply = Reply::new(status, Body::Sending(Box::new(sending)));
        match shown {
            Some(shown) => reply.with_header("Content-Range", shown),
            None => reply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, PIECE};

    #[test]
    fn a_pattern_has_the_same_bytes_however_it_is_cut() {
        let pattern = Content::Pattern(3 * PIECE + 5);
        for (from, limit) in [(0, 9), (250, 9), (PIECE - 1, 1 << 40), (3 * PIECE, 100)] {
            let slice = pattern.slice(from, limit);
            assert!(!slice.is_empty() && slice.len() as u64 <= limit.min(PIECE));
            for (at, byte) in slice.iter().enumerate() {
                assert_eq!(*byte, Content::pattern_at(from + at as u64));
            }
        }
        assert_eq!(pattern.slice(3 * PIECE, 100).len(), 5);
        assert!(pattern.slice(pattern.len(), 1).is_empty());
        assert_eq!(Content::from("abc").slice(1, 9), "bc");
    }
}
