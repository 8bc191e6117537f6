//! The forms in which Graph gives a transcript, all made from its VTT.

use std::fmt::Write as _;

use chrono::TimeDelta;
use serde_json::json;

use crate::{Content, SimArtifact, content::File, event::seven_digits, reply::Reply, request::Request};

const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// As it is.
    Whole,
    /// Times and text without speakers.
    Unattributed,
    /// `metadataContent`
    Metadata,
}

impl Format {
    /// By `$format`, which knows only `text/vtt`, or else by `Accept`.
    pub fn asked(request: &Request) -> Result<Self, Reply> {
        let format = request.only_query("$format")?;
        let by_accept = format.is_none();
        let accept = format
            .as_deref()
            .or_else(|| request.header("accept"))
            .unwrap_or("text/vtt");
        let kinds = accept
            .split(',')
            .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        for kind in kinds {
            if ["text/vtt", "text/*", "*/*"].contains(&kind.as_str()) {
                return Ok(Self::Whole);
            }
            if by_accept && kind == UNATTRIBUTED {
                return Ok(Self::Unattributed);
            }
        }
        Err(Reply::refusal(
            406,
            "NotAcceptable",
            format!("A transcript is not available in the format '{accept}'."),
        ))
    }
}

pub(super) fn file(artifact: &SimArtifact, format: Format) -> File {
    let (usual, content) = match format {
        Format::Whole => ("text/vtt", artifact.content.clone()),
        Format::Unattributed => (UNATTRIBUTED, Content::from(unattributed(&cues_of(artifact)))),
        Format::Metadata => ("text/vtt", Content::from(metadata(artifact, &cues_of(artifact)))),
    };
    match &artifact.content_type {
        // Not VTT: there is nothing to make another form of.
        Some(other) => File {
            content_type: other.clone(),
            content: artifact.content.clone(),
            transfer: artifact.transfer.clone(),
        },
        None => File {
            content_type: usual.to_owned(),
            content,
            transfer: artifact.transfer.clone(),
        },
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Cue {
    from: TimeDelta,
    to: TimeDelta,
    speaker: Option<String>,
    /// One line.
    text: String,
}

fn cues_of(artifact: &SimArtifact) -> Vec<Cue> {
    match &artifact.content {
        Content::Bytes(bytes) => cues(&String::from_utf8_lossy(bytes)),
        Content::Pattern(_) => Vec::new(),
    }
}

/// Whatever in a text has the form of a cue.
fn cues(vtt: &str) -> Vec<Cue> {
    let mut cues: Vec<Cue> = Vec::new();
    let mut open = false;
    for line in vtt.lines() {
        if let Some((from, to)) = line.split_once("-->") {
            let (Some(from), Some(to)) = (time(from), time(to)) else {
                open = false;
                continue;
            };
            cues.push(Cue {
                from,
                to,
                speaker: None,
                text: String::new(),
            });
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if let Some(cue) = cues.last_mut().filter(|_| open) {
            let (speaker, text) = spoken(line);
            cue.speaker = cue.speaker.take().or(speaker);
            if !cue.text.is_empty() {
                cue.text.push(' ');
            }
            cue.text.push_str(&text);
        }
    }
    cues
}

/// `[-]h:m:s.f`, padded or not.
fn time(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds = 0_i64;
    for part in whole.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(part.parse::<u32>().ok()?.into())?;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    TimeDelta::try_milliseconds(sign * (seconds.checked_mul(1000)?.checked_add(millis)?))
}

/// The voice of a line, if it names one, and its text without tags and entities.
fn spoken(line: &str) -> (Option<String>, String) {
    let (mut speaker, mut text, mut rest) = (None, String::new(), line);
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        if let Some(name) = tag.strip_prefix("v ") {
            speaker = speaker.or_else(|| Some(plain(name)));
        }
        rest = after;
    }
    text.push_str(rest);
    (speaker, plain(text.trim()))
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

fn times(cue: &Cue) -> String {
    let stamp = |time: TimeDelta| {
        let (sign, millis) = if time < TimeDelta::zero() {
            ("-", -time)
        } else {
            ("", time)
        };
        let millis = millis.num_milliseconds();
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        format!("{sign}{hours:02}:{minutes:02}:{:02}.{millis:03}", seconds % 60)
    };
    format!("{} --> {}", stamp(cue.from), stamp(cue.to))
}

fn unattributed(cues: &[Cue]) -> String {
    let mut all = String::new();
    for cue in cues {
        let _ = write!(all, "{}\n\n{}\n\n", times(cue), cue.text);
    }
    all
}

fn metadata(artifact: &SimArtifact, cues: &[Cue]) -> String {
    let mut all = "WEBVTT\n".to_owned();
    for cue in cues {
        let at = |offset| format!("{}Z", seven_digits(artifact.session.start + offset));
        let told = json!({
            "startDateTime": at(cue.from), "endDateTime": at(cue.to), "speakerName": cue.speaker,
            "spokenText": cue.text, "spokenLanguage": "en-us",
        });
        let _ = write!(all, "\n{}\n{told}\n", times(cue));
    }
    all
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{cues, unattributed};

    #[test]
    fn every_variant_has_cues() {
        let vtt = "\u{feff}WEBVTT\r\n\r\n0:0:0.0 --> 0:0:5.320\r\n<v Ada>A &amp; B\r\nand C\r\n\r\n-00:00:01.5 --> 1:00:00.000\r\n<v @1>x</v>\r\n\r\nnot a cue\r\n\r\nx --> y\r\nz\r\n";
        let cues = cues(vtt);
        assert_eq!(cues.len(), 2);
        assert_eq!(
            (cues[0].speaker.as_deref(), cues[0].text.as_str()),
            (Some("Ada"), "A & B and C")
        );
        assert_eq!(cues[0].to, TimeDelta::milliseconds(5320));
        assert_eq!(
            (cues[1].speaker.as_deref(), cues[1].from),
            (Some("@1"), TimeDelta::milliseconds(-1500))
        );
        assert_eq!(
            unattributed(&cues),
            "00:00:00.000 --> 00:00:05.320\n\nA & B and C\n\n-00:00:01.500 --> 01:00:00.000\n\nx\n\n"
        );
    }
}
