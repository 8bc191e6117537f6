//! Takes a file apart into cues: times and what stands beneath them.

use super::time::{Millis, timings};

/// A cue as it stands in the file.
pub(super) struct Block {
    pub start: Millis,
    pub end: Millis,
    /// Lines, each ended by `\n`; in WebVTT with markup.
    pub text: String,
}

impl Block {
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// Whether the file says that it is WebVTT. Anything may follow after a space.
pub(super) fn has_header(body: &str) -> bool {
    body.strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

pub(super) fn begins_with_times(body: &str) -> bool {
    lines(body).next().is_some_and(|line| timings(line).is_some())
}

/// Whether the first cue of a file without a header has a voice: then it is WebVTT that lost its beginning.
pub(super) fn names_speakers(body: &str) -> bool {
    lines(body)
        .skip(1)
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| {
            line.trim_start()
                .strip_prefix("<v")
                .is_some_and(|rest| rest.starts_with(['.', ' ', '\t', '>']))
        })
}

/// Reads the blocks of a WebVTT file and returns how many of them were none.
///
/// As in [WebVTT](https://www.w3.org/TR/webvtt1/#file-parsing) an empty line ends a block and a line of times starts a cue
/// wherever it stands. Unlike there, `-->` in a text that is no line of times is text.
pub(super) fn vtt(body: &str, mut found: impl FnMut(Block)) -> usize {
    enum State {
        Between,
        /// The header, a comment, a style, a region, or a block that was already counted as skipped.
        Ignored,
        /// One line, perhaps the name of a cue.
        Named,
        Cue(Block),
    }
    let mut skipped = 0;
    let mut state = State::Ignored;
    for line in lines(body).skip(1) {
        if let Some((start, end, _settings)) = timings(line) {
            let text = String::new();
            if let State::Cue(block) = std::mem::replace(&mut state, State::Cue(Block { start, end, text })) {
                found(block);
            }
            continue;
        }
        state = match state {
            State::Cue(block) if line.is_empty() => {
                found(block);
                State::Between
            }
            State::Cue(mut block) => {
                block.push(line);
                State::Cue(block)
            }
            State::Named if line.is_empty() => {
                skipped += 1;
                State::Between
            }
            _ if line.is_empty() => State::Between,
            State::Between if line.trim().is_empty() => State::Between,
            State::Between if is_aside(line) => State::Ignored,
            State::Between if !line.contains("-->") => State::Named,
            State::Between | State::Named => {
                skipped += 1;
                State::Ignored
            }
            State::Ignored => State::Ignored,
        };
    }
    match state {
        State::Cue(block) => found(block),
        State::Named => skipped += 1,
        State::Between | State::Ignored => {}
    }
    skipped
}

/// Reads the form without a header: a line of times, then text until the next one, blank lines or not. The body begins with
/// times.
pub(super) fn plain(body: &str, mut found: impl FnMut(Block)) {
    let mut open: Option<Block> = None;
    for line in lines(body) {
        if let Some((start, end, rest)) = timings(line) {
            let mut next = Block {
                start,
                end,
                text: String::new(),
            };
            // There are no settings in this form.
            next.push(rest);
            if let Some(block) = open.replace(next) {
                found(block);
            }
        } else if let Some(block) = &mut open {
            block.push(line);
        }
    }
    if let Some(block) = open {
        found(block);
    }
}

/// Comments, styles and regions: read over on purpose.
fn is_aside(line: &str) -> bool {
    let word = line.split([' ', '\t']).next();
    word == Some("NOTE") || matches!(line.trim_end(), "STYLE" | "REGION")
}

/// Lines ended by CR, LF or both.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let (line, after) = text.split_at(at);
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..));
        Some(line)
    })
}
