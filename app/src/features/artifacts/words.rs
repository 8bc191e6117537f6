//! Sizes, lengths and reasons in words.

use domain::{ArtifactKind, CaptureTrouble, Refreshed};

use crate::{i18n::tu_string, ui::I18n};

/// "564 KB", "1.2 GB".
pub fn size(text: I18n, bytes: u64) -> String {
    const KILO: u64 = 1_000;
    let tenths = |unit: u64| {
        let tenths = bytes.saturating_mul(10).saturating_add(unit / 2) / unit;
        (tenths / 10, tenths % 10)
    };
    if bytes < KILO * KILO {
        tu_string!(text, artifacts.size_kb, count = bytes.div_ceil(KILO))
    } else if bytes < KILO * KILO * KILO {
        let (whole, tenth) = tenths(KILO * KILO);
        tu_string!(text, artifacts.size_mb, whole = whole, tenth = tenth)
    } else {
        let (whole, tenth) = tenths(KILO * KILO * KILO);
        tu_string!(text, artifacts.size_gb, whole = whole, tenth = tenth)
    }
}

/// "45 s", "2 min", "1 h 30 min".
pub fn length(text: I18n, seconds: u32) -> String {
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 0) => tu_string!(text, artifacts.seconds, seconds = seconds),
        (0, minutes) => tu_string!(text, interactions.minutes, minutes = minutes),
        (hours, 0) => tu_string!(text, interactions.hours, hours = hours),
        (hours, minutes) => tu_string!(text, interactions.hours_minutes, hours = hours, minutes = minutes),
    }
}

/// Why they cannot be had, and who can do what about it.
pub fn because(text: I18n, kind: ArtifactKind, trouble: CaptureTrouble) -> &'static str {
    match trouble {
        CaptureTrouble::Unavailable => tu_string!(text, artifacts.because_unavailable),
        CaptureTrouble::Throttled => tu_string!(text, artifacts.because_throttled),
        CaptureTrouble::NotSetUp => tu_string!(text, artifacts.because_not_set_up),
        CaptureTrouble::Credentials => tu_string!(text, artifacts.because_credentials),
        CaptureTrouble::Permission => match kind {
            ArtifactKind::Recording => tu_string!(text, artifacts.because_permission_recordings),
            ArtifactKind::Transcript => tu_string!(text, artifacts.because_permission_transcripts),
        },
        CaptureTrouble::AccessPolicy => tu_string!(text, artifacts.because_access_policy),
        CaptureTrouble::TranscriptsOff => tu_string!(text, artifacts.because_transcripts_off),
        CaptureTrouble::OrganizerGone => tu_string!(text, artifacts.because_organizer_gone),
        CaptureTrouble::MeetingGone => tu_string!(text, artifacts.because_meeting_gone),
        CaptureTrouble::Refused => tu_string!(text, artifacts.because_refused),
    }
}

/// What a look at Microsoft has brought: "1 recording added. 2 transcripts added."
pub fn brought(text: I18n, recordings: u32, transcripts: u32) -> String {
    let recordings = match recordings {
        0 => None,
        1 => Some(tu_string!(text, artifacts.one_recording_added).to_owned()),
        count => Some(tu_string!(text, artifacts.recordings_added, count = count)),
    };
    let transcripts = match transcripts {
        0 => None,
        1 => Some(tu_string!(text, artifacts.one_transcript_added).to_owned()),
        count => Some(tu_string!(text, artifacts.transcripts_added, count = count)),
    };
    match (recordings, transcripts) {
        (None, None) => tu_string!(text, artifacts.nothing_new).to_owned(),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(recordings), Some(transcripts)) => format!("{recordings} {transcripts}"),
    }
}

/// The same, and what stood in the way.
pub fn refreshed(text: I18n, found: &Refreshed) -> String {
    let mut said = brought(text, found.recordings, found.transcripts);
    let troubles = [
        (ArtifactKind::Recording, found.recordings_trouble),
        (ArtifactKind::Transcript, found.transcripts_trouble),
    ];
    for (kind, trouble) in troubles {
        if let Some(trouble) = trouble {
            said = format!("{said} {} {}", missing(text, kind), because(text, kind, trouble));
        }
    }
    said
}

/// "Recordings cannot be fetched."
pub fn missing(text: I18n, kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Recording => tu_string!(text, artifacts.no_recordings_because),
        ArtifactKind::Transcript => tu_string!(text, artifacts.no_transcripts_because),
    }
}
