//! Transcripts by name, in every form that Microsoft's have been seen in.

use bytes::Bytes;
use serde::Serialize;

/// A transcript to try a parser with.
#[derive(Clone, Debug, Serialize)]
pub struct Fixture {
    pub name: &'static str,
    pub about: &'static str,
    /// None: `text/vtt`.
    pub content_type: Option<&'static str>,
    #[serde(skip)]
    make: fn() -> Bytes,
}

impl Fixture {
    /// All of it, as it goes over the wire.
    pub fn content(&self) -> Bytes {
        (self.make)()
    }
}

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("../assets/vtt-variants/", $name, ".vtt"))
    };
}

macro_rules! fixture {
    ($name:literal, $about:literal) => {
        fixture!($name, $about, || Bytes::from_static(file!($name).as_bytes()))
    };
    ($name:literal, $about:literal, $make:expr) => {
        Fixture {
            name: $name,
            about: $about,
            content_type: None,
            make: $make,
        }
    };
}

const PLAIN: &str = file!("plain");
/// Cues of the huge one, about 3 MB.
const HUGE: usize = 40_000;

/// Those of `assets/vtt-variants`, and those that an editor would spoil in a file.
pub const FIXTURES: [Fixture; 16] = [
    fixture!("plain", "as Microsoft documents it"),
    fixture!("unpadded-times", "`0:0:0.0 --> 0:0:5.320`"),
    fixture!("negative-times", "transcription began while somebody spoke"),
    fixture!("numbered-speakers", "`@1` for those whom Teams does not know"),
    fixture!("unclosed-voices", "no `</v>`"),
    fixture!("continuation-lines", "text that goes on in the next line"),
    fixture!("escapes", "entities, and characters that should be"),
    fixture!("no-voices", "no `<v …>`"),
    fixture!("identified-cues", "cue ids, settings and a note"),
    fixture!("header-only", "nobody spoke"),
    fixture!("empty", "no byte", Bytes::new),
    fixture!("crlf", "lines that end with CR LF", || PLAIN
        .replace('\n', "\r\n")
        .into()),
    fixture!("bom", "a byte order mark in front", || format!("\u{feff}{PLAIN}")
        .into()),
    fixture!("not-utf-8", "in Latin-1", || PLAIN
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()),
    fixture!("huge", "forty thousand cues", huge),
    Fixture {
        name: "wrong-type",
        about: "`{}` as application/json",
        content_type: Some("application/json"),
        make: || Bytes::from_static(b"{}"),
    },
];

/// The fixture of this name.
pub fn fixture(name: &str) -> Option<Fixture> {
    FIXTURES.into_iter().find(|fixture| fixture.name == name)
}

fn huge() -> Bytes {
    let cue = |at: usize| {
        let time = |at: usize| format!("{:02}:{:02}:{:02}.000", at / 3600, at / 60 % 60, at % 60);
        let name = if at.is_multiple_of(2) {
            "Ada Example"
        } else {
            "Bo Sample"
        };
        format!(
            "\n{} --> {}\n<v {name}>This is sentence {at}.</v>\n",
            time(at),
            time(at + 1)
        )
    };
    std::iter::once("WEBVTT\n".to_owned())
        .chain((0..HUGE).map(cue))
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::{FIXTURES, Fixture, fixture};

    #[test]
    fn each_is_what_it_says() {
        let content = |name| fixture(name).unwrap().content();
        assert!(content("empty").is_empty());
        assert!(content("bom").starts_with(b"\xEF\xBB\xBFWEBVTT"));
        assert!(content("crlf").starts_with(b"WEBVTT\r\n\r\n"));
        assert!(std::str::from_utf8(&content("not-utf-8")).is_err());
        assert!(content("huge").len() > 2_500_000);
        assert_eq!(content("header-only"), "WEBVTT\n");
        let distinct: std::collections::BTreeSet<_> = FIXTURES.iter().map(Fixture::content).collect();
        assert_eq!(distinct.len(), FIXTURES.len());
    }
}
