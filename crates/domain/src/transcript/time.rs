//! Times of cues.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds since the transcription began; before zero when somebody was already speaking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// Hours have up to six digits, so that times fit wherever they are stored or counted.
    const MAX: Self = Self(1_000_000 * 3_600_000 - 1);

    pub(super) fn bounded(self) -> Self {
        self.clamp(Self(-Self::MAX.0), Self::MAX)
    }

    /// Reads `[-][h:]m:s[.fraction]`: leading zeros as one likes, digits after the milliseconds left out.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, milliseconds(fraction)?),
            None => (text, 0),
        };
        let mut parts = whole.rsplit(':');
        let seconds = number(parts.next()?, 2).filter(|seconds| *seconds < 60)?;
        let minutes = number(parts.next()?, 2).filter(|minutes| *minutes < 60)?;
        let hours = match parts.next() {
            Some(hours) => number(hours, 6)?,
            None => 0,
        };
        if parts.next().is_some() {
            return None;
        }
        let millis = ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction;
        Some(Self(if negative { -millis } else { millis }))
    }
}

/// `[-]HH:MM:SS.mmm`, as WebVTT writes times; hours grow beyond two digits.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let millis = self.0.unsigned_abs();
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        write!(f, "{sign}{hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    }
}

/// Reads a line of times, `start --> end`, and gives what follows them: settings, or text in the form without a header.
pub(super) fn timings(line: &str) -> Option<(Millis, Millis, &str)> {
    let (start, rest) = line.split_once("-->")?;
    let rest = rest.trim_start();
    let (end, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some((Millis::read(start.trim())?, Millis::read(end)?, rest))
}

fn number(digits: &str, most: usize) -> Option<i64> {
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || significant.len() > most || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if significant.is_empty() {
        Some(0)
    } else {
        significant.parse().ok()
    }
}

fn milliseconds(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(
        fraction
            .bytes()
            .chain(*b"00")
            .take(3)
            .fold(0, |millis, digit| millis * 10 + i64::from(digit - b'0')),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_padded_or_not() {
        for (text, millis) in [
            ("00:00:05.320", 5_320),
            ("0:0:5.320", 5_320),
            ("0:0:0.0", 0),
            ("1:2:3.4", 3_723_400),
            ("1:2:3.45", 3_723_450),
            ("00:05.320", 5_320),
            ("5:6.7", 306_700),
            ("59:59.999", 3_599_999),
            ("00:00:05", 5_000),
            ("00:00:05.3209999", 5_320),
            ("123:00:00.000", 442_800_000),
            ("0000000001:00:00.000", 3_600_000),
            ("999999:59:59.999", Millis::MAX.0),
            ("-00:00:01.500", -1_500),
            ("-0:0:1.5", -1_500),
            ("-00:00:00.000", 0),
        ] {
            assert_eq!(Millis::read(text), Some(Millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_guessed() {
        for text in [
            "",
            "5",
            "5.3",
            ":05.0",
            "00:",
            "00:60.000",
            "60:00.000",
            "00:100.000",
            "0:0:0:0.0",
            "00:00:05.",
            "00:00:05,320",
            "00:00:-5.320",
            "--00:05.000",
            "+00:05.000",
            "1000000:00:00.000",
            "00:0５.000",
            "aa:bb.ccc",
        ] {
            assert_eq!(Millis::read(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_written_as_webvtt_has_them() {
        assert_eq!(Millis(0).to_string(), "00:00:00.000");
        assert_eq!(Millis(3_723_004).to_string(), "01:02:03.004");
        assert_eq!(Millis(-1_500).to_string(), "-00:00:01.500");
        assert_eq!(Millis(442_800_000).to_string(), "123:00:00.000");
        assert_eq!(Millis(i64::MIN).to_string(), "-2562047788015:12:55.808");
    }

    #[test]
    fn a_line_of_times_gives_its_rest() {
        let line = timings("  0:0:1.0\t-->  00:02.500 align:start line:0");
        assert_eq!(line, Some((Millis(1_000), Millis(2_500), "align:start line:0")));
        assert_eq!(
            timings("00:01.000-->00:02.000"),
            Some((Millis(1_000), Millis(2_000), ""))
        );
        assert_eq!(timings("00:01.000 -> 00:02.000"), None);
        assert_eq!(timings("00:01.000 -->"), None);
        assert_eq!(timings("1 00:01.000 --> 00:02.000"), None);
    }
}
