//! What real files look like, one by one.

use domain::transcript::{Cue, Damage, Form, MAX_CUE_TEXT, MAX_CUES, MAX_SPEAKER, Millis, NotATranscript, Transcript};

fn parse(text: &str) -> Transcript {
    Transcript::parse(text.as_bytes()).unwrap()
}

/// Start, end, speaker (empty for nobody), text.
fn cues(transcript: &Transcript) -> Vec<(i64, i64, &str, &str)> {
    transcript
        .cues()
        .iter()
        .map(|cue| {
            (
                cue.start.0,
                cue.end.0,
                cue.speaker.as_deref().unwrap_or(""),
                cue.text.as_str(),
            )
        })
        .collect()
}

fn skipped(text: &str) -> usize {
    parse(text).damage().skipped
}

#[test]
fn a_file_as_teams_writes_it() {
    let transcript = parse(
        "WEBVTT\n\n00:00:03.120 --> 00:00:06.480\n<v Ada Example>Shall we begin with the backup job?</v>\n\n\
         00:00:07.010 --> 00:00:11.900\n<v Bo Sample>Yes. It failed twice\non Monday night.</v>\n",
    );
    assert_eq!(
        cues(&transcript),
        [
            (3_120, 6_480, "Ada Example", "Shall we begin with the backup job?"),
            (7_010, 11_900, "Bo Sample", "Yes. It failed twice\non Monday night."),
        ]
    );
    assert_eq!(transcript.form(), Form::Attributed);
    assert_eq!(transcript.damage(), Damage::default());
}

#[test]
fn the_header_may_be_decorated() {
    for header in [
        "WEBVTT",
        "\u{FEFF}WEBVTT",
        "\n \nWEBVTT",
        "WEBVTT - Weekly review",
        "WEBVTT\tWeekly review",
        "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\nLanguage: en",
    ] {
        let transcript = parse(&format!("{header}\n\n00:01.000 --> 00:02.000\nHello\n"));
        assert_eq!(cues(&transcript), [(1_000, 2_000, "", "Hello")], "{header:?}");
        assert_eq!(transcript.damage(), Damage::default(), "{header:?}");
    }
    assert_eq!(
        cues(&parse("WEBVTT\n00:01.000 --> 00:02.000\nHello")),
        [(1_000, 2_000, "", "Hello")]
    );
}

#[test]
fn nobody_spoke() {
    for text in [
        "WEBVTT",
        "WEBVTT\n",
        "\u{FEFF}WEBVTT\r\n\r\n",
        "WEBVTT\n\nNOTE nothing\n",
    ] {
        let transcript = parse(text);
        assert_eq!(transcript, Transcript::default(), "{text:?}");
        assert_eq!(transcript.form(), Form::Attributed);
    }
}

#[test]
fn what_is_no_transcript_is_refused() {
    for (text, error) in [
        ("", NotATranscript::Empty),
        (" \r\n\t", NotATranscript::Empty),
        ("\u{FEFF}", NotATranscript::Empty),
        ("{}", NotATranscript::NoHeader),
        ("<!doctype html><title>Sorry</title>", NotATranscript::NoHeader),
        ("webvtt\n\n00:01.000 --> 00:02.000\nHello", NotATranscript::NoHeader),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nHello", NotATranscript::NoHeader),
        (
            "Hello\n\nWEBVTT\n\n00:01.000 --> 00:02.000\nHello",
            NotATranscript::NoHeader,
        ),
        ("1\n00:00:01,000 --> 00:00:02,000\nHello", NotATranscript::NoHeader),
        (
            "00:00:01.000 --> 00:00:02.000\n<v Ada>Hello</v>",
            NotATranscript::NoHeader,
        ),
        (
            "00:00:01.000 --> 00:00:02.000\n\n <v.loud Ada>Hello</v>",
            NotATranscript::NoHeader,
        ),
    ] {
        assert_eq!(Transcript::parse(text.as_bytes()), Err(error), "{text:?}");
    }
    assert_eq!(
        Transcript::parse(b"PK\x03\x04\x14\x00\x06"),
        Err(NotATranscript::NoHeader)
    );
    assert_eq!(
        Transcript::parse(b"\xFF\xFEW\0E\0B\0V\0T\0T\0"),
        Err(NotATranscript::NoHeader)
    );
}

#[test]
fn times_come_in_many_shapes() {
    for (line, start, end) in [
        ("0:0:0.0 --> 0:0:5.320", 0, 5_320),
        ("00:05.320 --> 01:00.000", 5_320, 60_000),
        ("100:00:00.000 --> 100:00:01.000", 360_000_000, 360_001_000),
        ("-00:00:02.500 --> 00:00:01.000", -2_500, 1_000),
        ("-0:0:2.5 --> -0:0:1.0", -2_500, -1_000),
        ("00:00:01 --> 00:00:02", 1_000, 2_000),
        ("00:00:01.1234567 --> 00:00:02.1239999", 1_123, 2_123),
        ("00:00:01.000-->00:00:02.000", 1_000, 2_000),
        (" 00:00:01.000 \t-->\t 00:00:02.000 ", 1_000, 2_000),
        (
            "00:00:01.000 --> 00:00:02.000 line:0 align:start position:10%",
            1_000,
            2_000,
        ),
    ] {
        let transcript = parse(&format!("WEBVTT\n\n{line}\n<v Ada>Hello</v>\n"));
        assert_eq!(cues(&transcript), [(start, end, "Ada", "Hello")], "{line}");
    }
}

#[test]
fn unreadable_times_cost_their_block_only() {
    for line in [
        "00:00:01.000 --> soon",
        "00:00:01,000 --> 00:00:02,000",
        "00:61.000 --> 00:62.000",
        "1000000:00:00.000 --> 1000000:00:01.000",
        "--> 00:00:01.000",
        "-->",
    ] {
        let text = format!("WEBVTT\n\n{line}\nlost\nlost\n\n00:01.000 --> 00:02.000\nkept\n");
        assert_eq!(cues(&parse(&text)), [(1_000, 2_000, "", "kept")], "{line}");
        assert_eq!(skipped(&text), 1, "{line}");
    }
}

#[test]
fn an_end_before_its_start_becomes_the_start() {
    let transcript = parse("WEBVTT\n\n00:05.000 --> 00:04.000\nHello\n");
    assert_eq!(cues(&transcript), [(5_000, 5_000, "", "Hello")]);
}

#[test]
fn cues_are_put_in_order_and_may_overlap() {
    let transcript = parse(
        "WEBVTT\n\n00:05.000 --> 00:09.000\n<v Ada>third</v>\n\n00:01.000 --> 00:06.000\n<v Bo>first</v>\n\n\
         00:01.000 --> 00:02.000\n<v Ada>second</v>\n\n-00:01.000 --> 00:00.500\n<v Cy>before all</v>\n",
    );
    assert_eq!(
        cues(&transcript),
        [
            (-1_000, 500, "Cy", "before all"),
            (1_000, 6_000, "Bo", "first"),
            (1_000, 2_000, "Ada", "second"),
            (5_000, 9_000, "Ada", "third"),
        ]
    );
    assert_eq!(transcript.speakers(), ["Cy", "Bo", "Ada"]);
}

#[test]
fn names_of_cues_are_not_text() {
    let transcript = parse(
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\none\n\nf2a0/17-0\n00:02.000 --> 00:03.000\ntwo\n\n\
         NOTE-7\n00:03.000 --> 00:04.000\nthree\n",
    );
    assert_eq!(
        cues(&transcript),
        [
            (1_000, 2_000, "", "one"),
            (2_000, 3_000, "", "two"),
            (3_000, 4_000, "", "three")
        ]
    );
    assert_eq!(transcript.damage(), Damage::default());
}

#[test]
fn notes_styles_and_regions_are_read_over() {
    let text = "WEBVTT\n\nSTYLE\n::cue(v) { color: red }\n\nREGION \nid:a\nwidth:40%\n\nNOTE one line\n\n\
                NOTE\nof several\nlines\n\n00:01.000 --> 00:02.000\nNOTE that this is said\n\nNOTE\tend";
    assert_eq!(cues(&parse(text)), [(1_000, 2_000, "", "NOTE that this is said")]);
    assert_eq!(parse(text).damage(), Damage::default());
}

#[test]
fn blocks_that_are_nothing_are_counted() {
    assert_eq!(skipped("WEBVTT\n\nwho knows\n\n00:01.000 --> 00:02.000\nHello"), 1);
    assert_eq!(skipped("WEBVTT\n\nwho\nknows\nthis\n\nand that"), 2);
    assert_eq!(skipped("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n \n\n \n\n"), 0);
    assert_eq!(skipped("WEBVTT\n\nfoo --> bar\n00:01.000 --> 00:02.000\nHello"), 1);
}

#[test]
fn an_arrow_in_a_text_is_text() {
    for arrow in ["-->", "--&gt;"] {
        let text = format!(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Copy A {arrow} B.\nA {arrow} B again.</v>\n\n\
             00:03.000 --> 00:04.000\n<v Bo>Done.</v>\n"
        );
        assert_eq!(
            cues(&parse(&text)),
            [
                (1_000, 2_000, "Ada", "Copy A --> B.\nA --> B again."),
                (3_000, 4_000, "Bo", "Done.")
            ]
        );
    }
}

#[test]
fn a_line_of_times_starts_a_cue_without_an_empty_line() {
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>one\n00:02.000 --> 00:03.000\n<v Bo>two</v>\n\
                NOTE\n00:03.000 --> 00:04.000\nthree";
    assert_eq!(
        cues(&parse(text)),
        [
            (1_000, 2_000, "Ada", "one"),
            (2_000, 3_000, "Bo", "two"),
            (2_000, 3_000, "", "NOTE"),
            (3_000, 4_000, "", "three")
        ]
    );
}

#[test]
fn line_ends_may_be_mixed() {
    let text = "WEBVTT\r\n\r00:01.000 --> 00:02.000\r<v Ada>one\r\ntwo</v>\n\r\n00:02.000 --> 00:03.000\nthree\r\r";
    assert_eq!(
        cues(&parse(text)),
        [(1_000, 2_000, "Ada", "one\ntwo"), (2_000, 3_000, "", "three")]
    );
}

#[test]
fn bytes_that_are_no_text_are_replaced() {
    let transcript = Transcript::parse(b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v J\xF6rg>Gr\xFC\xDFe</v>\n").unwrap();
    assert_eq!(
        cues(&transcript),
        [(1_000, 2_000, "J\u{FFFD}rg", "Gr\u{FFFD}\u{FFFD}e")]
    );
    assert!(transcript.damage().not_utf8);
}

#[test]
fn the_form_without_names() {
    let transcript = parse(
        "\u{FEFF}00:00:01.500 --> 00:00:04.000\r\n\r\nHello, <i>everyone</i> &amp; welcome.\r\n\r\n\
         00:00:04.250 --> 00:00:09.000\r\n\r\nFirst the backup\r\n\r\nthen --> the rest.\r\n\
         0:0:9.0 --> 0:0:9.5\r\n\r\n0:0:10.0 --> 0:0:11.0 Bye.\r\n",
    );
    assert_eq!(
        cues(&transcript),
        [
            (1_500, 4_000, "", "Hello, <i>everyone</i> &amp; welcome."),
            (4_250, 9_000, "", "First the backup\nthen --> the rest."),
            (10_000, 11_000, "", "Bye."),
        ]
    );
    assert_eq!(transcript.form(), Form::Unattributed);
    assert_eq!(transcript.damage(), Damage::default());
    assert_eq!(transcript.speakers(), Vec::<&str>::new());
}

#[test]
fn a_file_with_a_header_and_no_names_is_unattributed_too() {
    assert_eq!(
        parse("WEBVTT\n\n00:01.000 --> 00:02.000\nHello").form(),
        Form::Unattributed
    );
}

#[test]
fn long_names_and_texts_are_cut() {
    let at_limit = format!(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v {}>{}</v>\n",
        "ü".repeat(MAX_SPEAKER),
        "ö".repeat(MAX_CUE_TEXT)
    );
    assert_eq!(parse(&at_limit).damage(), Damage::default());
    let beyond = parse(&at_limit.replace("üü>", "ü ü>").replace("öö</v>", "öö ö</v>"));
    let cue = &beyond.cues()[0];
    assert_eq!(
        cue.speaker.as_ref().map(|name| name.chars().count()),
        Some(MAX_SPEAKER - 1)
    );
    assert_eq!(cue.text.chars().count(), MAX_CUE_TEXT);
    assert_eq!(beyond.damage().cut, 2);
}

#[test]
fn cues_beyond_the_limit_are_dropped() {
    let text = format!(
        "WEBVTT\n\n{}",
        "00:01.000 --> 00:02.000\n<v Ada>x</v>\n\n".repeat(MAX_CUES + 3)
    );
    let transcript = parse(&text);
    assert_eq!(transcript.cues().len(), MAX_CUES);
    assert_eq!(
        transcript.damage(),
        Damage {
            dropped: 3,
            ..Damage::default()
        }
    );
}

#[test]
fn cues_from_elsewhere_obey_the_same_rules() {
    let cue = |start, end, text: &str| Cue {
        start: Millis(start),
        end: Millis(end),
        speaker: Some(" \n".into()),
        text: text.into(),
    };
    let transcript = Transcript::new([
        cue(i64::MAX, i64::MIN, "last"),
        cue(5, 1, " a\r\n\r\n\u{0}b "),
        cue(1, 2, "\t"),
        cue(i64::MIN, 0, "first"),
    ]);
    let limit = 3_600_000_000_000 - 1;
    assert_eq!(
        cues(&transcript),
        [(-limit, 0, "", "first"), (5, 5, "", "a\nb"), (limit, limit, "", "last")]
    );
}

#[test]
fn cues_that_start_together_stay_as_they_stood() {
    let texts: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let blocks: String = texts
        .iter()
        .map(|text| format!("00:01.000 --> 00:02.000\n{text}\n\n"))
        .collect();
    let transcript = parse(&format!("WEBVTT\n\n00:09.000 --> 00:09.500\nlast\n\n{blocks}"));
    assert!(
        transcript
            .cues()
            .iter()
            .map(|cue| &cue.text)
            .eq(texts.iter().chain([&"last".to_owned()]))
    );
}

#[test]
fn a_transcript_is_written_as_webvtt() {
    let transcript = parse(
        "WEBVTT\n\n-0:0:2.5 --> -0:0:1.0\n<v Ada>Hm</v>\n\n-0:0:1.0 --> 0:0:1.0\n<v Smith &amp; Sons>Is 3 &lt; 4?\n\
         --&gt; Yes.\n\n100:0:0.0 --> 100:0:1.0\nBye",
    );
    assert_eq!(
        transcript.to_vtt(),
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.000\n<v Ada>Hm</v>\n\n\
         00:00:00.000 --> 00:00:01.000\n<v Smith &amp; Sons>Is 3 &lt; 4?\n--&gt; Yes.</v>\n\n\
         100:00:00.000 --> 100:00:01.000\nBye\n"
    );
    assert_eq!(Transcript::default().to_vtt(), "WEBVTT\n");
}
