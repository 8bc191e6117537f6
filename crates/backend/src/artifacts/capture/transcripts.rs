//! The text of transcripts: fetched once, kept as a document with the original as its file.

use chrono::{DateTime, Duration, Utc};
use domain::{ArtifactId, ArtifactKind, CaptureTrouble, DocumentId, FileId, looking::WINDOW, transcript::Wording};
use graph::{Artifact, ErrorKind, TranscriptContent, TranscriptForm};

use super::{
    Working,
    listed::Answer,
    microsoft::{Place, Trouble, log},
};
use crate::{
    Result,
    files::FilePath,
    store::{self, artifacts::Known, documents::NewDocument, files::NewFile},
};

/// How long whoever writes a file may take until it is known what it belongs to.
const WRITING: Duration = Duration::hours(1);

/// What became of one.
enum Fetched {
    Kept,
    /// It is not there yet.
    NotYet,
    Gone,
    /// The look is not ours any more, or somebody has deleted it meanwhile.
    Dropped,
    Trouble(Trouble),
}

impl Working<'_> {
    /// Writes which transcripts there are and fetches those that were not fetched; says why there may be more.
    pub async fn note_transcripts(&self, place: &Place, answer: Answer) -> Result<Option<Trouble>> {
        const KIND: ArtifactKind = ArtifactKind::Transcript;
        let listed = match answer {
            Answer::Listed(listed) => listed,
            Answer::Trouble(trouble) => return Ok(Some(trouble)),
        };
        let Some(back) = self.note(KIND, &listed).await? else {
            return Ok(None);
        };
        let waiting = self.waiting(&listed).await?;
        // One whose text is here is back when it is listed; another one when its text comes.
        let is_waiting = |id: ArtifactId| waiting.iter().any(|known| known.artifact_id == id);
        let back: Vec<ArtifactId> = back
            .into_iter()
            .map(|(id, _)| id)
            .filter(|id| !is_waiting(*id))
            .collect();
        self.note_back(KIND, &back).await?;
        let mut trouble = None;
        let mut gone = Vec::new();
        for known in &waiting {
            match self.fetch_text(place, known).await? {
                Fetched::Kept | Fetched::NotYet => {}
                Fetched::Gone if known.is_gone => {}
                Fetched::Gone => gone.push(known.artifact_id),
                Fetched::Dropped => return Ok(None),
                Fetched::Trouble(met) => {
                    trouble = Some(met);
                    // What holds for one of them mostly holds for all, and the others are fetched the next time.
                    break;
                }
            }
        }
        self.note_gone(KIND, &gone).await?;
        Ok(trouble)
    }

    /// The listed ones whose text is not here.
    async fn waiting(&self, listed: &[Artifact]) -> Result<Vec<Known>> {
        let mut tx = self.backend.db().read(self.scope).await?;
        let mut known = store::artifacts::known(&mut tx, self.fetch.meeting_id, ArtifactKind::Transcript).await?;
        known.retain(|known| {
            let is_listed = |artifact: &Artifact| artifact.id == known.provider_artifact_id;
            known.document_id.is_none() && !known.is_deleted && listed.iter().any(is_listed)
        });
        Ok(known)
    }

    async fn fetch_text(&self, place: &Place, known: &Known) -> Result<Fetched> {
        let asked = place
            .session
            .transcript_content(&place.organizer, &place.meeting_id, &known.provider_artifact_id)
            .await;
        // Until then it may be listed before it is there.
        let is_late =
            self.backend.clock().now() - known.end_date_time.unwrap_or(self.fetch.end).max(self.fetch.end) >= WINDOW;
        match asked {
            Ok(content) if content.bytes.is_empty() && !is_late => Ok(Fetched::NotYet),
            Ok(content) => self.keep(known.artifact_id, &content).await,
            Err(error) if error.kind == ErrorKind::Gone => Ok(Fetched::Gone),
            Err(error) if error.kind == ErrorKind::NotFound && is_late => Ok(Fetched::Gone),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(Fetched::NotYet),
            Err(error) => {
                log(self.fetch, &error, "the text of a transcript could not be fetched");
                Ok(Fetched::Trouble(Trouble::from(&error)))
            }
        }
    }

    /// The file is known before it is written, and belongs to its document in the transaction that makes that: whatever is killed, nothing
    /// is left over, and a second try takes the same place.
    async fn keep(&self, artifact_id: ArtifactId, content: &TranscriptContent) -> Result<Fetched> {
        let wording = Wording::of_file(&content.bytes);
        let (extension, mime_type) = match content.form {
            TranscriptForm::Attributed | TranscriptForm::Metadata => ("vtt", "text/vtt"),
            // Without names it is no WebVTT.
            TranscriptForm::Unattributed => ("txt", "text/plain"),
        };
        let title = format!("Transcript – {}", self.fetch.subject);
        let (document_id, file_id) = (DocumentId(artifact_id.0), FileId(artifact_id.0));
        let path = FilePath::of(self.scope.tenant(), file_id);
        let size = i64::try_from(content.bytes.len()).unwrap_or(i64::MAX);
        let now = self.backend.clock().now();

        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(held) = self.lease.hold(&mut tx).await? else {
            return Ok(Fetched::Dropped);
        };
        let Some(belonging) = store::artifacts::belonging(&mut tx, self.fetch.meeting_id).await? else {
            return Ok(Fetched::Dropped);
        };
        let Some(owner) = belonging.owner else {
            return Ok(Fetched::Trouble(CaptureTrouble::NotSetUp.into()));
        };
        let file = NewFile {
            file_id,
            name: &format!("{title}.{extension}"),
            mime_type,
            size,
            path: &path.to_string(),
            by: owner,
            now,
            discard_at: now + WRITING,
        };
        if !store::files::reserve(&mut tx, &file).await? {
            return Ok(Fetched::Dropped);
        }
        tx.commit().await?;
        drop(held);

        self.backend.files().put(&path, content.bytes.clone()).await?;

        let document = NewDocument {
            document_id,
            name: &title,
            wording: &wording,
            file_id,
            mime_type,
            size,
            client_id: belonging.client_id,
            contact_id: belonging.contact_id,
            by: owner,
            now,
        };
        if self.attach(artifact_id, &document, now).await? {
            return Ok(Fetched::Kept);
        }
        // Deleted meanwhile, or somebody else's by now, who then writes the row anew.
        let mut tx = self.backend.db().begin(self.scope).await?;
        if self.lease.hold(&mut tx).await?.is_some() {
            store::files::discard(&mut tx, &[file_id.0], now).await?;
            tx.commit().await?;
        }
        Ok(Fetched::Dropped)
    }

    async fn attach(&self, artifact_id: ArtifactId, document: &NewDocument<'_>, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.backend.db().begin(self.scope).await?;
        let Some(_held) = self.lease.hold(&mut tx).await? else {
            return Ok(false);
        };
        let interaction_id = self.fetch.interaction_id;
        if !store::artifacts::fetched(&mut tx, artifact_id, document.document_id, interaction_id, now).await?
            || !store::files::keep(&mut tx, document.file_id, now).await?
        {
            return Ok(false);
        }
        store::documents::insert(&mut tx, document).await?;
        tx.commit().await?;
        Ok(true)
    }
}
