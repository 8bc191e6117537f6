//! What stands beneath the times of a cue: voices, tags, character references.

use domain::transcript::{Millis, Transcript};

/// Speaker and text of a file with one cue that holds `payload`.
fn said(payload: &str) -> Vec<(String, String)> {
    let file = format!("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{payload}\n");
    Transcript::parse(file.as_bytes())
        .unwrap()
        .into_cues()
        .into_iter()
        .map(|cue| (cue.speaker.unwrap_or_default(), cue.text))
        .collect()
}

fn assert_said(payload: &str, expected: &[(&str, &str)]) {
    let said = said(payload);
    let said: Vec<(&str, &str)> = said.iter().map(|(who, what)| (who.as_str(), what.as_str())).collect();
    assert_eq!(said, expected, "{payload:?}");
}

#[test]
fn voices_come_in_many_shapes() {
    assert_said("<v Ada Example>Hello</v>", &[("Ada Example", "Hello")]);
    assert_said("<v Ada Example>Hello", &[("Ada Example", "Hello")]);
    assert_said("<v.loud Ada>Hello</v>", &[("Ada", "Hello")]);
    assert_said("<v.first.loud\tAda>Hello</v>", &[("Ada", "Hello")]);
    assert_said("<V Ada>Hello</V>", &[("Ada", "Hello")]);
    assert_said("<v   Ada \t Example  >Hello</v>", &[("Ada Example", "Hello")]);
    assert_said("<v Ada\nExample>Hello</v>", &[("Ada Example", "Hello")]);
    assert_said("<v @1>Hello</v>", &[("@1", "Hello")]);
    assert_said("<v>Hello</v>", &[("", "Hello")]);
    assert_said("<v >Hello</v>", &[("", "Hello")]);
    assert_said("Hello</v>", &[("", "Hello")]);
    assert_said("<v Ada></v>", &[]);
    assert_said("<v Ada> \n </v>", &[]);
}

#[test]
fn names_come_from_everywhere() {
    for (written, name) in [
        ("Ada &gt; Bo", "Ada > Bo"),
        ("Ada &lt;ext&gt;", "Ada <ext>"),
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith & Sons", "Smith & Sons"),
        ("Tom &amp;amp; Co", "Tom &amp; Co"),
        ("Nuala O'Brien", "Nuala O'Brien"),
        ("Nuala O&#39;Brien", "Nuala O'Brien"),
        ("Ada \"The Boss\" Example", "Ada \"The Boss\" Example"),
        (
            "Müller-Lüdenscheidt, Jörg (extern)",
            "Müller-Lüdenscheidt, Jörg (extern)",
        ),
        ("山田 太郎", "山田 太郎"),
        ("נועה לוי", "נועה לוי"),
        ("&rlm;سارة أحمد", "\u{200F}سارة أحمد"),
        ("+49 30 123456", "+49 30 123456"),
        ("Ada\u{7}\u{0}", "Ada"),
        ("Zoë 👩‍💻", "Zoë 👩‍💻"),
        (".hidden", ".hidden"),
    ] {
        assert_said(&format!("<v {written}>Hello</v>"), &[(name, "Hello")]);
    }
    // Nothing tells that this `>` does not end the tag.
    assert_said("<v Ada > Bo>Hello</v>", &[("Ada", "Bo>Hello")]);
}

#[test]
fn several_people_speak_in_one_cue() {
    assert_said(
        "<v Ada>Is it?</v>\n<v Bo>It is.</v> <v Ada>Good.</v>",
        &[("Ada", "Is it?"), ("Bo", "It is."), ("Ada", "Good.")],
    );
    assert_said(
        "- hm\n<v Ada>Is it?<v Bo>It is.</v> (laughter)",
        &[("", "- hm"), ("Ada", "Is it?"), ("Bo", "It is."), ("", "(laughter)")],
    );
}

#[test]
fn other_tags_go_and_their_text_stays() {
    assert_said(
        "<v Ada><i>One</i> <b.x>two</b> <c.yellow.bg_blue>three</c> <00:00:01.500>four <u>five</u></v>",
        &[("Ada", "One two three four five")],
    );
    assert_said("<lang en-GB>Mind the gap</lang>", &[("", "Mind the gap")]);
    assert_said("<ruby>東京<rt>とうきょう</rt></ruby>", &[("", "東京とうきょう")]);
    assert_said("<foo bar=\"1\">text</foo></>", &[("", "text")]);
    assert_said("<script>alert(1)</script>", &[("", "alert(1)")]);
}

#[test]
fn what_only_looks_like_a_tag_is_text() {
    assert_said("a < b && b > c", &[("", "a < b && b > c")]);
    assert_said("I <3 it, and 5 <6> 4", &[("", "I <3 it, and 5 <6> 4")]);
    assert_said("x <y and no end", &[("", "x <y and no end")]);
    let long = format!("<{}1:00.000>", "0".repeat(40));
    assert_said(&long, &[("", &long)]);
    assert_said("<> << >> <", &[("", "<> << >> <")]);
}

#[test]
fn references_are_decoded_once() {
    assert_said("&lt;b&gt; &amp;amp; R&amp;D&nbsp;x", &[("", "<b> &amp; R&D\u{A0}x")]);
    assert_said("a&lrm;b&rlm;c", &[("", "a\u{200E}b\u{200F}c")]);
    assert_said(
        "&quot;it&apos;s&quot; &#8364; &#x20AC; &#X1f600; &#x10FFFD;",
        &[("", "\"it's\" € € 😀 \u{10FFFD}")],
    );
    assert_said(
        "AT&T; &unknown; &amp &; &#; &#x; &#+65; &#xD800; &#x110000; &",
        &[("", "AT&T; &unknown; &amp &; &#; &#x; &#+65; &#xD800; &#x110000; &")],
    );
    assert_said("a&#10;b&#0;c&#13;&#13;d", &[("", "a\nbc\nd")]);
}

#[test]
fn text_is_clean() {
    assert_said(
        "  one\ttwo \n   \n\u{b}three\u{0}\u{1b}[1m  ",
        &[("", "one two\nthree[1m")],
    );
}

#[test]
fn metadata_content_reads_as_json() {
    let json =
        r#"{"startDateTime":"2026-11-24T14:00:03.12Z","speakerName":"Ada Example","spokenText":"Shall we begin?"}"#;
    assert_said(json, &[("", json)]);
}

#[test]
fn a_transcript_from_elsewhere_keeps_the_promises() {
    let stored = r#"{
        "cues": [
            { "start": 5000, "end": 4000, "speaker": " Ada\n", "text": "b\u0000\n\n" },
            { "start": 1000, "end": 2000, "speaker": null, "text": "a" },
            { "start": -9223372036854775808, "end": 9223372036854775807, "speaker": null, "text": " " }
        ],
        "damage": { "not_utf8": false, "skipped": 1, "dropped": 18446744073709551615, "cut": 0 }
    }"#;
    let read: Transcript = serde_json::from_str(stored).unwrap();
    let cues: Vec<_> = read
        .cues()
        .iter()
        .map(|cue| (cue.start.0, cue.end.0, &*cue.text))
        .collect();
    assert_eq!(cues, [(1000, 2000, "a"), (5000, 5000, "b")]);
    assert_eq!(read.cue_at(Millis(1500)), Some(0));
    assert_eq!((read.speakers(), read.damage().skipped), (vec!["Ada"], 1));
    let again: Transcript = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
    assert_eq!(again, read);
}
