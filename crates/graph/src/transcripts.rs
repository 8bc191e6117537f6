use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use reqwest::{Method, header::CONTENT_TYPE};
use tokio::time::timeout_at;

use crate::{
    ArtifactKind, ErrorKind, Forbidden, GraphError, GraphSession,
    content::{essence, wrong_type},
    retry::Pacing,
    transport::{Call, Effect},
};

const VTT: &str = "text/vtt";
const UNATTRIBUTED: &str = "application/vnd.microsoft.graph.transcript+text";
/// A day of talk is a tenth of it.
const MAX_TRANSCRIPT: usize = 32 * 1024 * 1024;

/// What the bytes of a transcript are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptForm {
    /// `WebVTT` with the speakers' names.
    Attributed,
    /// Times and text, without names.
    Unattributed,
    /// `WebVTT` whose cues are JSON objects with absolute times, speaker, language and text.
    Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptContent {
    pub form: TranscriptForm,
    /// As sent.
    pub content_type: Option<String>,
    /// As sent: not surely UTF-8, nor of the promised form. At most 32 MiB.
    pub bytes: Bytes,
}

impl GraphSession {
    /// What was said (Graph docs: "Get callTranscript", `calltranscript-get`, example "Get a callTranscript content"): with the
    /// names of the speakers, or without them where the tenant does not let apps see who spoke. An answer of another kind, such
    /// as JSON, is [`ErrorKind::Protocol`].
    ///
    /// [`Forbidden::TranscriptsOff`] is up to the tenant's administrator. Retried on 429, 5xx and lost connections, also when
    /// the content breaks off: it only reads. Redirects are treated as in [`GraphSession::recording_content`].
    pub async fn transcript_content(
        &self,
        organizer_object_id: &str,
        meeting_id: &str,
        transcript_id: &str,
    ) -> Result<TranscriptContent, GraphError> {
        const CALL: &str = "get-transcript-content";
        let path = [organizer_object_id, meeting_id, transcript_id, "content"];
        let mut pacing = Pacing::start(&self.client.policy);
        let attributed = self
            .transcript(CALL, path, TranscriptForm::Attributed, &mut pacing)
            .await;
        match attributed {
            Err(error) if error.kind == ErrorKind::Forbidden(Forbidden::SpeakerAttributionOff) => {
                self.transcript(CALL, path, TranscriptForm::Unattributed, &mut pacing)
                    .await
            }
            other => other,
        }
    }

    /// What was said, with absolute times and the language of each utterance (Graph docs: "Get callTranscript",
    /// `calltranscript-get`, example "Get a callTranscript metadataContent"). Judged and retried as
    /// [`GraphSession::transcript_content`], but [`Forbidden::SpeakerAttributionOff`] ends it.
    pub async fn transcript_metadata(
        &self,
        organizer_object_id: &str,
        meeting_id: &str,
        transcript_id: &str,
    ) -> Result<TranscriptContent, GraphError> {
        const CALL: &str = "get-transcript-metadata";
        let path = [organizer_object_id, meeting_id, transcript_id, "metadataContent"];
        let mut pacing = Pacing::start(&self.client.policy);
        self.transcript(CALL, path, TranscriptForm::Metadata, &mut pacing).await
    }

    async fn transcript(
        &self,
        name: &'static str,
        [organizer, meeting, transcript, content]: [&str; 4],
        asked: TranscriptForm,
        pacing: &mut Pacing,
    ) -> Result<TranscriptContent, GraphError> {
        let rest = [transcript, content];
        let url = self.artifact_url(name, ArtifactKind::Transcript, organizer, meeting, &rest)?;
        let accept = match asked {
            TranscriptForm::Attributed | TranscriptForm::Metadata => VTT,
            TranscriptForm::Unattributed => UNATTRIBUTED,
        };
        let call = Call::new(name, Method::GET, url, Effect::Read).content(accept, None);
        loop {
            let answer = self.send_paced(&call, pacing).await?;
            let kind = essence(answer.header(CONTENT_TYPE));
            let form = form(asked, &kind).ok_or_else(|| wrong_type(&answer, &kind))?;
            let too_large = answer
                .error(ErrorKind::Protocol)
                .with_message("the transcript is too large");
            let late = answer
                .error(ErrorKind::Unavailable)
                .with_message("the transcript did not come in time");
            let mut stream = self.stream(answer)?;
            let content_type = stream.content_type.take();
            let mut bytes = BytesMut::new();
            let read = async {
                while let Some(chunk) = stream.try_next().await? {
                    if bytes.len() + chunk.len() > MAX_TRANSCRIPT {
                        return Err(too_large);
                    }
                    bytes.extend_from_slice(&chunk);
                }
                Ok(())
            };
            match timeout_at(pacing.deadline(), read).await.unwrap_or(Err(late)) {
                Ok(()) => {
                    return Ok(TranscriptContent {
                        form,
                        content_type,
                        bytes: bytes.freeze(),
                    });
                }
                Err(error) if error.is_transient() && pacing.pause(None).await => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// What came, by its type: the switch may be turned between asking and answering. A type that says nothing is taken for what
/// was asked.
fn form(asked: TranscriptForm, kind: &str) -> Option<TranscriptForm> {
    match kind {
        VTT if asked == TranscriptForm::Unattributed => Some(TranscriptForm::Attributed),
        UNATTRIBUTED if asked == TranscriptForm::Attributed => Some(TranscriptForm::Unattributed),
        UNATTRIBUTED if asked == TranscriptForm::Metadata => None,
        VTT | UNATTRIBUTED | "text/plain" | "application/octet-stream" | "" => Some(asked),
        _ => None,
    }
}
