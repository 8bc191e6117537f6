//! Writes WebVTT.

use std::fmt::Write;

use super::{Cue, Millis};

/// How it says who speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Speakers {
    Voices,
    /// In the text, where it is not who spoke before.
    Text,
}

pub(super) fn write(cues: &[Cue], speakers: Speakers) -> String {
    let mut vtt = String::from("WEBVTT\n");
    let mut before = None;
    for cue in cues {
        let (start, end) = (cue.start.max(Millis(0)), cue.end.max(Millis(0)));
        let text = escape(&cue.text);
        // Writing to a string cannot fail.
        let _ = match &cue.speaker {
            Some(speaker) if speakers == Speakers::Text && before != Some(speaker) => {
                write!(vtt, "\n{start} --> {end}\n{}: {text}\n", escape(speaker))
            }
            Some(speaker) if speakers == Speakers::Voices => {
                write!(vtt, "\n{start} --> {end}\n<v {}>{text}</v>\n", escape(speaker))
            }
            _ => write!(vtt, "\n{start} --> {end}\n{text}\n"),
        };
        before = cue.speaker.as_ref();
    }
    vtt
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}
