//! Whatever is stored as the transcript of a meeting: read, searched, written and read again.
#![no_main]

use domain::transcript::{Cue, Damage, Millis, Transcript};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let Ok(transcript) = Transcript::parse(file) else {
        return;
    };
    for cue in transcript.cues() {
        check(cue);
    }
    assert!(transcript.cues().is_sorted_by_key(|cue| cue.start));
    let middle = transcript.cues().get(transcript.cues().len() / 2);
    if let Some(cue) = middle {
        assert!(transcript.cue_at(cue.start).is_some());
        let word = cue.text.split_whitespace().next().unwrap_or_default();
        assert!(!transcript.search(word).is_empty());
    }
    transcript.speakers();

    let again = Transcript::parse(transcript.to_vtt().as_bytes()).expect("what was written");
    assert_eq!(again.damage(), Damage::default());
    assert!(again.cues().iter().eq(&from_zero(&transcript)));
});

fn check(cue: &Cue) {
    assert!(cue.start <= cue.end);
    assert!(cue.text.split('\n').all(is_line));
    assert!(cue.speaker.as_deref().is_none_or(is_line));
}

fn is_line(line: &str) -> bool {
    !line.is_empty() && line == line.trim() && !line.chars().any(char::is_control)
}

/// WebVTT has no times before zero.
fn from_zero(transcript: &Transcript) -> Vec<Cue> {
    let cues = transcript.cues().iter().cloned();
    cues.map(|cue| Cue {
        start: cue.start.max(Millis(0)),
        end: cue.end.max(Millis(0)),
        ..cue
    })
    .collect()
}
