//! Transcripts of meetings: what was said, by whom and when.
//!
//! [`Transcript::parse`] reads what Microsoft Graph sends for a
//! [transcript's content](https://learn.microsoft.com/graph/api/calltranscript-get):
//!
//! - `text/vtt`: [WebVTT](https://www.w3.org/TR/webvtt1/) with the speaker as a voice, `<v Ada Example>Shall we begin?</v>`;
//! - `application/vnd.microsoft.graph.transcript+text`: no header, a line of times, a blank line and plain text, for tenants
//!   that do not let speakers be named.
//!
//! The reader takes what real files hold: times without leading zeros or before zero, any line ends, a missing `</v>`, damaged
//! bytes, cues out of order. Whatever it could not read is counted in [`Damage`]; the caller keeps the original, so nothing is
//! lost. Its time and memory grow with the length of the input only, whatever the input is.
//!
//! The `metadataContent` of a transcript, a WebVTT file whose texts are JSON objects, is not taken apart: the product does not
//! ask for it, it is refused whenever `text/vtt` is, and all it adds is the language and times of day. It reads as cues whose
//! text is that JSON.

mod blocks;
mod markup;
mod search;
mod time;
mod vtt;
mod wording;

use std::{borrow::Cow, collections::HashSet, ops::Range};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use time::Millis;
pub use wording::{MAX_UNREAD, Wording};

/// The most cues that are read: a day of meeting with a cue each second is fewer. Those beyond are counted in
/// [`Damage::dropped`].
pub const MAX_CUES: usize = 100_000;
/// The longest name of a speaker, in characters. A longer one is cut and counted in [`Damage::cut`].
pub const MAX_SPEAKER: usize = 256;
/// The longest text of a cue, in characters. A longer one is cut and counted in [`Damage::cut`].
pub const MAX_CUE_TEXT: usize = 20_000;

/// What was said in a meeting, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Transcript {
    cues: Vec<Cue>,
    damage: Damage,
}

/// A transcript as it may come from elsewhere, under no promise.
#[derive(Deserialize)]
struct Stored {
    cues: Vec<Cue>,
    damage: Damage,
}

impl From<Stored> for Transcript {
    fn from(Stored { cues, damage }: Stored) -> Self {
        let mut read = Self::new(cues);
        read.damage = Damage {
            dropped: damage.dropped.saturating_add(read.damage.dropped),
            cut: damage.cut.saturating_add(read.damage.cut),
            ..damage
        };
        read
    }
}

/// What one person said without a break. A cue of a file in which several people speak becomes several of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    pub start: Millis,
    /// Never before `start`.
    pub end: Millis,
    /// As Teams names the person, in one line; `@1`, `@2`, … for people whom it does not know. `None` when nobody is named.
    pub speaker: Option<String>,
    /// Plain text, never markup: one or more lines, none blank, no control characters but `\n`.
    pub text: String,
}

/// Whether the transcript says who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Attributed,
    /// There are cues and none of them names a speaker.
    Unattributed,
}

/// What the reader met and could not keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Some bytes were not UTF-8 and are now U+FFFD.
    pub not_utf8: bool,
    /// Blocks without readable times that are no comment, style or region either.
    pub skipped: usize,
    /// Cues beyond [`MAX_CUES`].
    pub dropped: usize,
    /// Names and texts that were too long.
    pub cut: usize,
}

/// The input is something else, an error page perhaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotATranscript {
    /// Not even the header is there. (A file with nothing but the header is a transcript: nobody spoke.)
    #[error("the transcript is empty")]
    Empty,
    /// Neither `WEBVTT` nor a line of times comes first, or the file names speakers, which the form without a header cannot.
    #[error("the transcript does not begin with WEBVTT or times")]
    NoHeader,
}

/// A place where a searched text was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index into [`Transcript::cues`].
    pub cue: usize,
    /// Where in the text of the cue, counted in characters.
    pub chars: Range<usize>,
}

impl Transcript {
    /// Reads a transcript in either form.
    ///
    /// Times before zero are kept: transcription that begins while somebody speaks makes them. An end before its start becomes
    /// the start. Cues are put in the order of their starts; those that start together stay as they stood. Cues that hold no
    /// text go.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotATranscript> {
        let text = String::from_utf8_lossy(bytes);
        let mut reader = Reader::default();
        reader.damage.not_utf8 = matches!(text, Cow::Owned(_));
        let body = text.strip_prefix('\u{FEFF}').unwrap_or(&text).trim_start();
        if body.is_empty() {
            return Err(NotATranscript::Empty);
        }
        if blocks::has_header(body) {
            reader.damage.skipped = blocks::vtt(body, |block| {
                markup::voices(&block.text, |speaker, text| {
                    reader.add(block.start, block.end, speaker, text);
                });
            });
        } else if blocks::begins_with_times(body) && !blocks::names_speakers(body) {
            blocks::plain(body, |block| reader.add(block.start, block.end, None, &block.text));
        } else {
            return Err(NotATranscript::NoHeader);
        }
        Ok(reader.finish())
    }

    /// Makes a transcript of cues from elsewhere, a database perhaps, under the rules and limits of [`Transcript::parse`].
    pub fn new(cues: impl IntoIterator<Item = Cue>) -> Self {
        let mut reader = Reader::default();
        for cue in cues {
            reader.add(cue.start, cue.end, cue.speaker.as_deref(), &cue.text);
        }
        reader.finish()
    }

    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    pub fn into_cues(self) -> Vec<Cue> {
        self.cues
    }

    pub fn damage(&self) -> Damage {
        self.damage
    }

    pub fn form(&self) -> Form {
        if !self.cues.is_empty() && self.cues.iter().all(|cue| cue.speaker.is_none()) {
            Form::Unattributed
        } else {
            Form::Attributed
        }
    }

    /// Everybody who is named, in the order in which they first speak.
    pub fn speakers(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.cues
            .iter()
            .filter_map(|cue| cue.speaker.as_deref())
            .filter(|speaker| seen.insert(*speaker))
            .collect()
    }

    /// The index of the cue that is spoken at `time`: from its start until before its end. Of several, the one that started
    /// last.
    pub fn cue_at(&self, time: Millis) -> Option<usize> {
        let started = self.cues.partition_point(|cue| cue.start <= time);
        self.cues
            .get(..started)?
            .iter()
            .rposition(|cue| time < cue.end || time == cue.start)
    }

    /// Every place where `text` was said, without regard to case, in the order of time. Lines are no borders: a space finds a
    /// line break too. Names of speakers are not searched. Nothing is found by a blank `text`.
    pub fn search(&self, text: &str) -> Vec<Hit> {
        search::search(&self.cues, text)
    }

    /// The same by a clock that began earlier by `by`, or later if that is negative: the recording's in place of the transcription's.
    #[must_use]
    pub fn shifted(mut self, by: Millis) -> Self {
        let shift = |time: Millis| Millis(time.0.saturating_add(by.0)).bounded();
        for cue in &mut self.cues {
            (cue.start, cue.end) = (shift(cue.start), shift(cue.end));
        }
        self
    }

    /// Writes the transcript as WebVTT. What [`Transcript::parse`] makes of it are the same cues, but WebVTT has no times before
    /// zero, so these become zero.
    pub fn to_vtt(&self) -> String {
        vtt::write(&self.cues, vtt::Speakers::Voices)
    }

    /// Writes WebVTT that is shown over the recording. Browsers do not show who speaks, so the name stands in the text where it is
    /// another one; what was said before the recording began is left out.
    pub fn to_captions(&self) -> String {
        let first = self
            .cues
            .iter()
            .position(|cue| cue.end > Millis(0))
            .unwrap_or(self.cues.len());
        vtt::write(self.cues.get(first..).unwrap_or_default(), vtt::Speakers::Text)
    }
}

/// Collects cues and keeps the promises of [`Cue`].
#[derive(Default)]
struct Reader {
    cues: Vec<Cue>,
    damage: Damage,
}

impl Reader {
    fn add(&mut self, start: Millis, end: Millis, speaker: Option<&str>, text: &str) {
        let text = self.bound(clean_lines(text), MAX_CUE_TEXT);
        if text.is_empty() {
            return;
        }
        if self.cues.len() == MAX_CUES {
            self.damage.dropped += 1;
            return;
        }
        let speaker = speaker
            .map(clean_line)
            .filter(|speaker| !speaker.is_empty())
            .map(|speaker| self.bound(speaker, MAX_SPEAKER));
        let start = start.bounded();
        self.cues.push(Cue {
            start,
            end: end.bounded().max(start),
            speaker,
            text,
        });
    }

    fn bound(&mut self, mut text: String, max: usize) -> String {
        if let Some((at, _)) = text.char_indices().nth(max) {
            text.truncate(at);
            text.truncate(text.trim_end().len());
            self.damage.cut += 1;
        }
        text
    }

    fn finish(mut self) -> Transcript {
        self.cues.sort_by_key(|cue| cue.start);
        Transcript {
            cues: self.cues,
            damage: self.damage,
        }
    }
}

fn clean_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = line.len();
        line.extend(word.chars().filter(|c| !c.is_control()));
        if line.len() > before && before > 0 {
            line.insert(before, ' ');
        }
    }
    line
}

fn clean_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.split(['\n', '\r']) {
        let line: String = line
            .chars()
            .map(|c| if c.is_control() && c.is_whitespace() { ' ' } else { c })
            .filter(|c| !c.is_control())
            .collect();
        let line = line.trim();
        if !line.is_empty() {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(line);
        }
    }
    lines
}
