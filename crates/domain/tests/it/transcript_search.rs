//! Finding a time or a word in a transcript.

use domain::transcript::{Cue, Millis, Transcript};

fn transcript(cues: &[(i64, i64, &str)]) -> Transcript {
    Transcript::new(cues.iter().map(|(start, end, text)| Cue {
        start: Millis(*start),
        end: Millis(*end),
        speaker: Some("Ada".into()),
        text: (*text).into(),
    }))
}

/// Cue and what was hit in it.
fn hits(texts: &[&str], searched: &str) -> Vec<(usize, String)> {
    let cues: Vec<(i64, i64, &str)> = texts.iter().map(|text| (0, 1, *text)).collect();
    let transcript = transcript(&cues);
    transcript
        .search(searched)
        .into_iter()
        .map(|hit| {
            let text = &transcript.cues()[hit.cue].text;
            (
                hit.cue,
                text.chars().skip(hit.chars.start).take(hit.chars.len()).collect(),
            )
        })
        .collect()
}

fn hit(cue: usize, text: &str) -> (usize, String) {
    (cue, text.to_owned())
}

#[test]
fn the_cue_at_a_time() {
    let transcript = transcript(&[
        (-500, 200, "a"),
        (1_000, 5_000, "b"),
        (2_000, 3_000, "c"),
        (6_000, 6_000, "d"),
    ]);
    for (time, cue) in [
        (-501, None),
        (-500, Some(0)),
        (199, Some(0)),
        (200, None),
        (1_000, Some(1)),
        (2_000, Some(2)),
        (2_999, Some(2)),
        (3_000, Some(1)),
        (5_000, None),
        (6_000, Some(3)),
        (6_001, None),
        (i64::MAX, None),
    ] {
        assert_eq!(transcript.cue_at(Millis(time)), cue, "{time}");
    }
    assert_eq!(Transcript::default().cue_at(Millis(0)), None);
}

#[test]
fn every_occurrence_is_found_in_order() {
    let texts = ["The backup failed.", "Which one?", "Backup, BACKUP and backups."];
    assert_eq!(
        hits(&texts, "backup"),
        [hit(0, "backup"), hit(2, "Backup"), hit(2, "BACKUP"), hit(2, "backup")]
    );
    assert_eq!(hits(&texts, "restore"), []);
    assert_eq!(hits(&["aaaa"], "aa"), [hit(0, "aa"), hit(0, "aa")]);
}

#[test]
fn a_blank_search_finds_nothing() {
    for blank in ["", " ", "\n\t"] {
        assert_eq!(hits(&["a b"], blank), []);
    }
}

#[test]
fn a_space_finds_a_line_break() {
    assert_eq!(
        hits(&["It failed twice\non Monday."], " twice  on\n"),
        [hit(0, "twice\non")]
    );
}

#[test]
fn case_does_not_matter_in_any_script() {
    assert_eq!(hits(&["die große Straße"], "STRASSE"), [hit(0, "Straße")]);
    assert_eq!(hits(&["GRÜSSE"], "grüße"), [hit(0, "GRÜSSE")]);
    assert_eq!(
        hits(&["ο δρόμος ΔΡΌΜΟΣ"], "δρόμοσ"),
        [hit(0, "δρόμος"), hit(0, "ΔΡΌΜΟΣ")]
    );
    assert_eq!(hits(&["МОСКВА"], "москва"), [hit(0, "МОСКВА")]);
    assert_eq!(hits(&["会議の議事録"], "議"), [hit(0, "議"), hit(0, "議")]);
}

#[test]
fn places_are_counted_in_characters_of_the_text() {
    // Both of these get longer without case.
    assert_eq!(hits(&["İİ ﬃ x"], "x"), [hit(0, "x")]);
    // Half a character is marked as the whole one.
    assert_eq!(hits(&["aß"], "as"), [hit(0, "aß")]);
    assert_eq!(hits(&["ßa"], "sa"), [hit(0, "ßa")]);
    let transcript = transcript(&[(0, 1, "👩‍💻 x")]);
    assert_eq!(transcript.search("X")[0].chars, 4..5);
}

#[test]
fn names_are_not_searched() {
    assert_eq!(hits(&["Hello"], "Ada"), []);
}
