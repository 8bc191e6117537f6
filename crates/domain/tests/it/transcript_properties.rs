//! What holds for every transcript and every input.

use domain::transcript::{Cue, Damage, MAX_CUES, Millis, Transcript};
use proptest::prelude::*;

fn cue() -> impl Strategy<Value = Cue> {
    let speaker = prop::option::of(prop_oneof![
        "[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}",
        "@[1-9]",
        any::<String>(),
        markup()
    ]);
    let text = prop_oneof!["[a-zäöü ,.\n]{1,60}", any::<String>(), markup()];
    (-10_000i64..200_000_000, -5_000i64..60_000, speaker, text).prop_map(|(start, length, speaker, text)| Cue {
        start: Millis(start),
        end: Millis(start + length),
        speaker,
        text,
    })
}

/// Pieces that mean something to the reader, in any order.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "WEBVTT",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        " ",
        "\t",
        "NOTE",
        "STYLE",
        "REGION",
        "-->",
        "--&gt;",
        "<v Ada>",
        "<v",
        "<v.a ",
        "</v>",
        "<i>",
        "</i>",
        "<00:00:01.000>",
        "<3",
        "<",
        ">",
        "&",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#10;",
        "&#0;",
        ";",
        "00:01.000",
        "00:00:01.000 --> 00:00:02.500",
        "-0:0:1.0 --> 0:0:1.0 line:0",
        "Ada",
        "Grüße",
        "\u{FEFF}",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "سارة",
        "{\"spokenText\":\"x\"}",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let text = |header: &'static str| markup().prop_map(move |rest| format!("{header}{rest}").into_bytes());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        text(""),
        text("WEBVTT\n\n"),
        text("00:00:01.500 --> 00:00:04.000\n\n"),
        prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| [
            b"WEBVTT\n\n00:01.000 --> 00:02.000\n",
            &bytes[..]
        ]
        .concat()),
    ]
}

fn is_clean(transcript: &Transcript) -> bool {
    let line = |line: &str| !line.is_empty() && line == line.trim() && !line.chars().any(char::is_control);
    let cues = transcript.cues();
    cues.is_sorted_by_key(|cue| cue.start)
        && cues.len() <= MAX_CUES
        && cues.iter().all(|cue| {
            cue.start <= cue.end && cue.text.split('\n').all(line) && cue.speaker.as_deref().is_none_or(line)
        })
}

/// The cues as WebVTT can hold them.
fn from_zero(transcript: &Transcript) -> Vec<Cue> {
    let cues = transcript.cues().iter().cloned();
    cues.map(|cue| Cue {
        start: cue.start.max(Millis(0)),
        end: cue.end.max(Millis(0)),
        ..cue
    })
    .collect()
}

proptest! {
    #[test]
    fn any_input_is_answered_and_what_comes_out_is_clean(file in file()) {
        if let Ok(transcript) = Transcript::parse(&file) {
            prop_assert!(is_clean(&transcript), "{transcript:?}");
            let text: usize = transcript.cues().iter().map(|cue| cue.text.len()).sum();
            // A byte that is no text becomes three.
            prop_assert!(text <= 3 * file.len());
        }
    }

    #[test]
    fn what_was_written_is_read_back(cues in prop::collection::vec(cue(), 0..12)) {
        let transcript = Transcript::new(cues);
        prop_assert!(is_clean(&transcript), "{transcript:?}");
        let again = Transcript::parse(transcript.to_vtt().as_bytes()).unwrap();
        prop_assert_eq!(again.cues(), from_zero(&transcript));
        prop_assert_eq!(again.damage(), Damage::default());
    }

    #[test]
    fn what_was_read_can_be_written(file in file()) {
        if let Ok(transcript) = Transcript::parse(&file) {
            let again = Transcript::parse(transcript.to_vtt().as_bytes()).unwrap();
            prop_assert_eq!(again.cues(), from_zero(&transcript));
            prop_assert_eq!(again.damage(), Damage::default());
        }
    }

    #[test]
    fn line_ends_do_not_matter(rest in markup(), ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n"]), 1..8)) {
        let text = format!("WEBVTT\n\n{rest}").replace("\r\n", "\n").replace('\r', "\n");
        let expected = Transcript::parse(text.as_bytes());
        let mut ends = ends.into_iter().cycle();
        let mixed: String = text.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
            Some(line) => line.to_owned() + ends.next().unwrap_or("\n"),
            None => line.to_owned(),
        }).collect();
        prop_assert_eq!(&Transcript::parse(mixed.as_bytes()), &expected);
        // All alike, because `\r` before `\n` would be one end.
        prop_assert_eq!(&Transcript::parse(text.replace('\n', "\r").as_bytes()), &expected);
    }

    #[test]
    fn later_times_are_read_as_later(a in 0i64..400_000_000, b in 0i64..400_000_000, shape in 0usize..4) {
        let write = |millis: i64| {
            let (h, m, s, f) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
            match shape {
                0 => Millis(millis).to_string(),
                1 => format!("{h}:{m}:{s}.{f:03}"),
                2 if h == 0 => format!("{m:02}:{s:02}.{f:03}"),
                2 => format!("{h:05}:{m:02}:{s:02}.{f:03}"),
                _ => format!("{h}:{m:02}:{s:02}.{f:03}9999"),
            }
        };
        let (a, b) = (a.min(b), a.max(b));
        let file = format!("WEBVTT\n\n{} --> {}\nx\n\n-{} --> -{}\ny", write(a), write(b), write(b), write(a));
        let cues = Transcript::parse(file.as_bytes()).unwrap().into_cues();
        let times: Vec<(i64, i64, &str)> = cues.iter().map(|cue| (cue.start.0, cue.end.0, cue.text.as_str())).collect();
        let mut expected = [(a, b, "x"), (-b, -a, "y")];
        expected.sort_by_key(|cue| cue.0);
        prop_assert_eq!(times, expected);
    }

    #[test]
    fn hits_lie_within_their_cues(cues in prop::collection::vec(cue(), 0..6), searched in "\\PC{0,3}", at in any::<prop::sample::Index>()) {
        let transcript = Transcript::new(cues);
        for hit in transcript.search(&searched) {
            let length = transcript.cues()[hit.cue].text.chars().count();
            prop_assert!(hit.chars.start < hit.chars.end && hit.chars.end <= length);
        }
        // Whatever word is there is found.
        let words: Vec<(usize, &str)> = transcript.cues().iter().enumerate()
            .flat_map(|(cue, at)| at.text.split_whitespace().map(move |word| (cue, word)))
            .collect();
        if !words.is_empty() {
            let (cue, word) = words[at.index(words.len())];
            prop_assert!(transcript.search(&word.to_uppercase()).iter().any(|hit| hit.cue == cue), "{word:?}");
        }
    }

    #[test]
    fn the_cue_at_a_time_is_the_latest_that_lasts(cues in prop::collection::vec(cue(), 0..12), time in -20_000i64..200_100_000) {
        let transcript = Transcript::new(cues);
        let time = Millis(time);
        let lasts = |cue: &Cue| cue.start == time || (cue.start < time && time < cue.end);
        prop_assert_eq!(transcript.cue_at(time), transcript.cues().iter().rposition(lasts));
    }
}

/// Each of these is thousands of beginnings of something that never ends, or of nothing.
#[test]
fn long_input_of_one_kind_is_read_to_its_end() {
    let head = "WEBVTT\n\n00:01.000 --> 00:02.000\n";
    for piece in [
        "<",
        "<v ",
        "<v Ada",
        "<3",
        "<00:",
        "</",
        "&",
        "&amp",
        "&#x",
        "<v &",
        "-->",
        "00:00:01.000 --> ",
        "0",
        ":",
        "\n",
        "\r",
        " \n",
        "\u{0}",
        "x\n",
        "NOTE\n",
        "a\n\n",
        "<v A>",
        "<v A>x",
        "</v>",
    ] {
        let pieces = piece.repeat((64 << 10) / piece.len());
        for file in [
            [head, &pieces].concat(),
            [head, &pieces, ">;"].concat(),
            ["00:01.000 --> 00:02.000\n\nx", &pieces].concat(),
        ] {
            let transcript = Transcript::parse(file.as_bytes()).unwrap();
            assert!(is_clean(&transcript), "{piece:?}");
        }
    }
}

#[test]
fn a_day_of_talk_is_searched_in_one_go() {
    let text = "and the backup ran aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let cues = (0..5_000).map(|n| Cue {
        start: Millis(n * 1000),
        end: Millis(n * 1000 + 900),
        speaker: Some(format!("@{n}")),
        text: text.into(),
    });
    let transcript = Transcript::new(cues);
    assert_eq!(transcript.speakers().len(), 5_000);
    assert_eq!(transcript.search("BACKUP").len(), 5_000);
    assert_eq!(transcript.search(&"a".repeat(40)).len(), 5_000);
    assert_eq!(transcript.search(&("a".repeat(59) + "b")), []);
}
