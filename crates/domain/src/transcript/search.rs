//! Finds text in cues.

use super::{Cue, Hit};

pub(super) fn search(cues: &[Cue], text: &str) -> Vec<Hit> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let needle = Folded::new(&words.join(" ")).text;
    if needle.is_empty() {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for (cue, text) in cues.iter().map(|cue| Folded::new(&cue.text)).enumerate() {
        let found = text.text.match_indices(&needle);
        hits.extend(found.map(|(at, _)| Hit {
            cue,
            chars: text.char_at(at)..text.char_at(at + needle.len() - 1) + 1,
        }));
    }
    hits
}

/// A text without regard to case: "Straße" is "strasse" and "ΟΔΟΣ" is "οδος". One character may become several.
struct Folded {
    text: String,
    /// Where each character of the original ends in `text`.
    ends: Vec<usize>,
}

impl Folded {
    fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let ends = original
            .chars()
            .map(|c| {
                if c.is_whitespace() {
                    text.push(' ');
                } else {
                    // To upper case first, because several lower-case letters share one: "σ" and "ς".
                    text.extend(c.to_uppercase().flat_map(char::to_lowercase));
                }
                text.len()
            })
            .collect();
        Self { text, ends }
    }

    /// The character of the original that a byte of `text` came from.
    fn char_at(&self, byte: usize) -> usize {
        self.ends.partition_point(|end| *end <= byte)
    }
}
