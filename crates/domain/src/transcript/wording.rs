//! What the document of a transcript holds: a list of blocks in the form of the peer's editor (`BlockNote`), one for each cue.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::IgnoredAny};

use super::{Cue, Form, Millis, Transcript};

/// The longest text that is kept of a file which could not be read, in characters; the file itself is kept whole.
pub const MAX_UNREAD: usize = 1_000_000;

/// The text of a transcript's document. As JSON it is an array of blocks; blocks without times, as the peer writes them, are read as the
/// file that they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wording {
    Read(Transcript),
    /// The file as it came, because nothing could be made of it.
    Unread(String),
}

impl Wording {
    /// What Microsoft sent, whatever it is. In an empty file nobody spoke.
    pub fn of_file(bytes: &[u8]) -> Self {
        match Transcript::parse(bytes) {
            Ok(transcript) => Self::Read(transcript),
            Err(_) => Self::unread(&String::from_utf8_lossy(bytes)),
        }
    }

    fn unread(text: &str) -> Self {
        // A database takes no NUL in text.
        let text: String = text.chars().filter(|c| *c != '\0').take(MAX_UNREAD).collect();
        if text.trim().is_empty() {
            Self::Read(Transcript::default())
        } else {
            Self::Unread(text)
        }
    }

    /// Nothing where it could not be read.
    pub fn transcript(&self) -> Option<&Transcript> {
        match self {
            Self::Read(transcript) => Some(transcript),
            Self::Unread(_) => None,
        }
    }

    /// Whether it says who spoke.
    pub fn form(&self) -> Form {
        self.transcript().map_or(Form::Unattributed, Transcript::form)
    }
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    props: WrittenProps<'a>,
    content: [Text<'a>; 1],
}

#[derive(Serialize)]
struct WrittenProps<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'a str>,
}

#[derive(Serialize)]
struct Text<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
    styles: NoStyles,
}

#[derive(Serialize)]
struct NoStyles {}

impl<'a> Written<'a> {
    fn new(kind: &'static str, props: WrittenProps<'a>, text: &'a str) -> Self {
        let text = Text {
            kind: "text",
            text,
            styles: NoStyles {},
        };
        Self {
            kind,
            props,
            content: [text],
        }
    }
}

impl Serialize for Wording {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Read(transcript) => serializer.collect_seq(transcript.cues().iter().map(|cue| {
                let props = WrittenProps {
                    start: Some(cue.start),
                    end: Some(cue.end),
                    speaker: cue.speaker.as_deref(),
                };
                Written::new("paragraph", props, &cue.text)
            })),
            Self::Unread(text) => {
                let props = WrittenProps {
                    start: None,
                    end: None,
                    speaker: None,
                };
                serializer.collect_seq([Written::new("codeBlock", props, text)])
            }
        }
    }
}

/// A block as it may come from elsewhere.
#[derive(Deserialize)]
struct Block {
    #[serde(default)]
    props: Props,
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
struct Props {
    start: Option<Millis>,
    end: Option<Millis>,
    speaker: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Content {
    Inline(Vec<Inline>),
    Text(String),
    Other(IgnoredAny),
    #[default]
    #[serde(skip)]
    Nothing,
}

#[derive(Deserialize)]
struct Inline {
    #[serde(default)]
    text: String,
}

impl Content {
    fn text(self) -> String {
        match self {
            Self::Inline(parts) => parts.into_iter().map(|part| part.text).collect(),
            Self::Text(text) => text,
            Self::Other(_) | Self::Nothing => String::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Wording {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut cues = Vec::new();
        let mut lines = Vec::new();
        for block in Vec::<Block>::deserialize(deserializer)? {
            let text = block.content.text();
            match (block.props.start, block.props.end) {
                (Some(start), Some(end)) => cues.push(Cue {
                    start,
                    end,
                    speaker: block.props.speaker,
                    text,
                }),
                _ => lines.push(text),
            }
        }
        if !cues.is_empty() || lines.iter().all(String::is_empty) {
            return Ok(Self::Read(Transcript::new(cues)));
        }
        Ok(Self::of_file(lines.join("\n").as_bytes()))
    }
}
