//! Writes WebVTT.

use std::fmt::Write;

use super::{Cue, Millis};

pub(super) fn write(cues: &[Cue]) -> String {
    let mut vtt = String::from("WEBVTT\n");
    for cue in cues {
        let (start, end) = (cue.start.max(Millis(0)), cue.end.max(Millis(0)));
        let text = escape(&cue.text);
        // Writing to a string cannot fail.
        let _ = match &cue.speaker {
            Some(speaker) => write!(vtt, "\n{start} --> {end}\n<v {}>{text}</v>\n", escape(speaker)),
            None => write!(vtt, "\n{start} --> {end}\n{text}\n"),
        };
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
