//! The blocks of a transcript's document.

use domain::transcript::{Cue, Form, MAX_UNREAD, Millis, Transcript, Wording};
use proptest::prelude::*;
use serde_json::{Value, json};

const VTT: &str = "WEBVTT\n\n00:00:03.120 --> 00:00:06.480\n<v Ada Example>Shall we begin?</v>\n\n00:00:07.010 --> 00:00:11.900\nYes.\n";

fn read(blocks: Value) -> Wording {
    serde_json::from_value(blocks).unwrap()
}

#[test]
fn each_cue_is_a_block() {
    let wording = Wording::of_file(VTT.as_bytes());
    let blocks = json!([
        {"type": "paragraph", "props": {"start": 3120, "end": 6480, "speaker": "Ada Example"},
         "content": [{"type": "text", "text": "Shall we begin?", "styles": {}}]},
        {"type": "paragraph", "props": {"start": 7010, "end": 11900},
         "content": [{"type": "text", "text": "Yes.", "styles": {}}]},
    ]);
    assert_eq!(serde_json::to_value(&wording).unwrap(), blocks);
    assert_eq!(read(blocks), wording);
    assert_eq!(wording.form(), Form::Attributed);
}

#[test]
fn what_cannot_be_read_is_kept() {
    let wording = Wording::of_file(b"<html>\0Sorry</html>");
    assert_eq!(wording, Wording::Unread("<html>Sorry</html>".into()));
    assert_eq!(read(serde_json::to_value(&wording).unwrap()), wording);
    assert_eq!((wording.transcript(), wording.form()), (None, Form::Unattributed));
    let Wording::Unread(text) = Wording::of_file("x".repeat(MAX_UNREAD + 1).as_bytes()) else {
        panic!("no transcript");
    };
    assert_eq!(text.len(), MAX_UNREAD);
}

#[test]
fn nobody_spoke() {
    let wording = Wording::of_file(b"WEBVTT\n");
    assert_eq!(wording, Wording::Read(Transcript::default()));
    assert_eq!(serde_json::to_value(&wording).unwrap(), json!([]));
    assert_eq!(read(json!([])), wording);
}

#[test]
fn documents_of_the_peer_are_read() {
    let paragraph = |content: Value| {
        json!([{"id": "1", "type": "paragraph", "children": [], "content": content,
                "props": {"textColor": "default", "textAlignment": "left"}}])
    };
    let file = Wording::of_file(VTT.as_bytes());
    assert_eq!(
        read(paragraph(json!([{"type": "text", "text": VTT, "styles": {}}]))),
        file
    );
    assert_eq!(read(paragraph(json!(VTT))), file);
    for (content, text) in [
        (
            json!([{"type": "text", "text": "Notes"}, {"type": "link", "href": "x"}]),
            "Notes",
        ),
        (json!("Notes"), "Notes"),
    ] {
        assert_eq!(read(paragraph(content)), Wording::Unread(text.into()));
    }
    assert_eq!(
        read(paragraph(json!({"type": "tableContent"}))),
        Wording::Read(Transcript::default())
    );
    assert_eq!(read(json!([{"type": "image"}])), Wording::Read(Transcript::default()));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        cues in proptest::collection::vec((-5000i64..5000, 0i64..5000, proptest::option::of(".{0,12}"), ".{0,40}"), 0..20),
    ) {
        let cues = cues.into_iter().map(|(start, length, speaker, text)| Cue {
            start: Millis(start),
            end: Millis(start + length),
            speaker,
            text,
        });
        let wording = Wording::Read(Transcript::new(cues));
        let json = serde_json::to_string(&wording).unwrap();
        let again: Wording = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(
            again.transcript().map(Transcript::cues),
            wording.transcript().map(Transcript::cues)
        );
        prop_assert!(!json.contains("\\u0000"));
    }

    #[test]
    fn any_file_has_a_wording(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let wording = Wording::of_file(&bytes);
        let again: Wording = serde_json::from_str(&serde_json::to_string(&wording).unwrap()).unwrap();
        prop_assert_eq!(
            again.transcript().map(Transcript::cues),
            wording.transcript().map(Transcript::cues)
        );
    }
}
