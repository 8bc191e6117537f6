//! A transcript as a file: the original, or plain text.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::{
    AuditKind, DocumentId, ErrorCode, InteractionId, UserId,
    transcript::{Millis, Wording},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{Content, name::file_name};
use crate::{
    Backend, PortalActor, Result,
    access::{Grant, TenantScope, may},
    audit::{self, Deed},
    files::FilePath,
    store::{self, recordings::TranscriptRecord},
};

/// How a transcript is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The file that Microsoft gave out.
    Original,
    /// Times, names and what was said, a line each.
    Text,
}

/// A transcript that somebody may have.
pub struct TranscriptFile {
    pub content_type: &'static str,
    pub file_name: String,
    pub recorded_at: DateTime<Utc>,
    pub size: u64,
    pub content: Content,
}

/// A transcript for a member of staff.
pub async fn transcript_for_staff(
    backend: &Backend,
    grant: &Grant<may::InteractionRead>,
    id: DocumentId,
    form: Form,
) -> Result<TranscriptFile> {
    let mut tx = backend.db().read(grant.scope()).await?;
    let record = store::recordings::transcript(&mut tx, id, None).await?;
    drop(tx);
    file(backend, (grant.scope(), grant.user_id()), id, record, form).await
}

/// A transcript for a portal user: one of a meeting that they see, where the tenant shows them.
pub async fn transcript_for_portal(
    backend: &Backend,
    actor: &PortalActor,
    id: DocumentId,
    form: Form,
) -> Result<TranscriptFile> {
    let mut tx = backend.db().read(actor.scope()).await?;
    let record = if backend.teams().shows_recordings_in_portal(&mut tx).await? {
        store::recordings::transcript(&mut tx, id, Some(actor.whose())).await?
    } else {
        None
    };
    drop(tx);
    file(backend, (actor.scope(), actor.user_id()), id, record, form).await
}

async fn file(
    backend: &Backend,
    (scope, by): (TenantScope, UserId),
    id: DocumentId,
    record: Option<TranscriptRecord>,
    form: Form,
) -> Result<TranscriptFile> {
    let record = record.ok_or(ErrorCode::NotFound)?;
    let file = match form {
        Form::Original => original(backend, scope, &record).await,
        Form::Text => text(&record),
    }?;
    let deed = Deed::of(AuditKind::TranscriptDownloaded)
        .to(id, &record.subject)
        .of_interaction(record.interaction_id.map(InteractionId));
    audit::read(backend, scope, by, deed).await?;
    Ok(file)
}

async fn original(backend: &Backend, scope: TenantScope, record: &TranscriptRecord) -> Result<TranscriptFile> {
    let path = record
        .storage_path
        .as_deref()
        .and_then(|path| FilePath::stored(scope.tenant(), path));
    // The peer's transcripts have no file.
    let path = path.ok_or(ErrorCode::NotFound)?;
    let size = backend.files().size(&path).await?.ok_or(ErrorCode::NotFound)?;
    let bytes = backend.files().read(&path, 0..size).await?;
    // Where the tenant does not let speakers be named it is no WebVTT.
    let (content_type, extension) = match record.mime_type.as_deref() {
        Some("text/plain") => ("text/plain; charset=utf-8", "txt"),
        _ => ("text/vtt; charset=utf-8", "vtt"),
    };
    Ok(TranscriptFile {
        content_type,
        file_name: file_name(&record.subject, record.recorded_at, extension),
        recorded_at: record.recorded_at,
        size,
        content: bytes.map_err(std::io::Error::other).boxed(),
    })
}

fn text(record: &TranscriptRecord) -> Result<TranscriptFile> {
    let blocks = record.blocks.clone().ok_or(ErrorCode::NotFound)?;
    let wording: Wording = serde_json::from_value(blocks).map_err(anyhow::Error::from)?;
    let text = plain(&wording);
    Ok(TranscriptFile {
        content_type: "text/plain; charset=utf-8",
        file_name: file_name(&record.subject, record.recorded_at, "txt"),
        recorded_at: record.recorded_at,
        size: text.len() as u64,
        content: stream::iter([Ok(Bytes::from(text))]).boxed(),
    })
}

/// "[00:14:03] Dana: Shall we begin?"
fn plain(wording: &Wording) -> String {
    let transcript = match wording {
        Wording::Read(transcript) => transcript,
        Wording::Unread(text) => return text.clone(),
    };
    let mut lines = String::new();
    for cue in transcript.cues() {
        lines.extend(["[", &clock(cue.start), "] "]);
        if let Some(speaker) = &cue.speaker {
            lines.extend([speaker, ": "]);
        }
        let said: Vec<&str> = cue.text.lines().collect();
        lines.extend([said.join(" ").as_str(), "\n"]);
    }
    lines
}

fn clock(time: Millis) -> String {
    let seconds = time.0.max(0) / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_cue() {
        let vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Dana>Shall we\nbegin?</v>\n\n01:14:03.900 --> 01:14:05.000\nYes.\n";
        let wording = Wording::of_file(vtt.as_bytes());
        assert_eq!(plain(&wording), "[00:00:01] Dana: Shall we begin?\n[01:14:03] Yes.\n");
        let unread = Wording::Unread("not a transcript".into());
        assert_eq!(plain(&unread), "not a transcript");
    }
}
