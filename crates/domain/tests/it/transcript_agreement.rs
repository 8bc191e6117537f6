//! Well-formed files are read as an independent parser reads them; see `../vtt/README.md`.

use std::{fs, path::Path};

use domain::transcript::{Damage, Transcript};
use serde_json::{Value, json};

fn as_json(transcript: &Transcript) -> Vec<Value> {
    let cues = transcript.cues().iter();
    cues.map(|cue| json!({ "start": cue.start, "end": cue.end, "speaker": cue.speaker, "text": cue.text }))
        .collect()
}

#[test]
fn well_formed_files_are_read_as_webvtt_py_reads_them() {
    let mut compared = 0;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vtt")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "vtt") {
            continue;
        }
        let expected: Vec<Value> = serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
        let transcript = Transcript::parse(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(as_json(&transcript), expected, "{}", path.display());
        assert_eq!(transcript.damage(), Damage::default(), "{}", path.display());
        let again = Transcript::parse(transcript.to_vtt().as_bytes()).unwrap();
        assert_eq!(again, transcript, "{}", path.display());
        compared += 1;
    }
    assert_eq!(compared, 8);
}
