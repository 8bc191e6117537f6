use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::{
    Artifact, ArtifactKind, ErrorKind, GraphError, GraphSession,
    pages::Time,
    retry::Pacing,
    transport::{Call, Effect},
    urls,
};

/// Where reading the changes of a list goes on. Opaque; to be kept as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeltaPlace(String);

impl DeltaPlace {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for DeltaPlace {
    fn from(kept: String) -> Self {
        Self(kept)
    }
}

/// What came since the last look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactChanges {
    /// May hold some that were told before.
    pub artifacts: Vec<Artifact>,
    /// `None`: Microsoft gave none; begin anew the next time.
    pub next: Option<DeltaPlace>,
}

/// In all of these calls the organizer is named by object id; Teams refuses the user principal name. An item without an id is
/// logged and left out, so that one broken item does not hide the others. All of them only read, and are retried on 429, 5xx
/// and lost connections.
impl GraphSession {
    /// The recordings or the transcripts of a meeting, the earliest first (Graph docs: "List recordings",
    /// `onlinemeeting-list-recordings`; "List transcripts", `onlinemeeting-list-transcripts`). None: there were none, or they
    /// are not ready, which may last for an hour and longer.
    ///
    /// [`ErrorKind::LegacyMeeting`] and [`ErrorKind::MeetingExpired`] are final. All pages share one deadline.
    pub async fn artifacts(
        &self,
        kind: ArtifactKind,
        organizer_object_id: &str,
        meeting_id: &str,
    ) -> Result<Vec<Artifact>, GraphError> {
        let call = match kind {
            ArtifactKind::Recording => "list-recordings",
            ArtifactKind::Transcript => "list-transcripts",
        };
        let url = self.artifact_url(call, kind, organizer_object_id, meeting_id, &[])?;
        let mut pacing = Pacing::start(&self.client.policy);
        let listed = self.list_artifacts(kind, call, url, Time::Shared(&mut pacing)).await?;
        Ok(listed.artifacts)
    }

    /// One of them (Graph docs: "Get callRecording", `callrecording-get`; "Get callTranscript", `calltranscript-get`).
    pub async fn artifact(
        &self,
        kind: ArtifactKind,
        organizer_object_id: &str,
        meeting_id: &str,
        artifact_id: &str,
    ) -> Result<Artifact, GraphError> {
        let call = match kind {
            ArtifactKind::Recording => "get-recording",
            ArtifactKind::Transcript => "get-transcript",
        };
        let url = self.artifact_url(call, kind, organizer_object_id, meeting_id, &[artifact_id])?;
        let answer = self.send(&Call::new(call, Method::GET, url, Effect::Read)).await?;
        let item: Value = answer.json()?;
        Artifact::read(kind, &item).ok_or_else(|| answer.error(ErrorKind::Protocol).with_message("the item has no id"))
    }

    /// Those of all meetings of an organizer that began in a span of time (Graph docs: "onlineMeeting: getAllRecordings",
    /// `onlinemeeting-getallrecordings`; "onlineMeeting: getAllTranscripts", `onlinemeeting-getalltranscripts`), for
    /// reconciliation: Microsoft leaves out the recordings of meetings that were not transcribed.
    ///
    /// Each page has a deadline of its own.
    pub async fn all_artifacts(
        &self,
        kind: ArtifactKind,
        organizer_object_id: &str,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Artifact>, GraphError> {
        let call = match kind {
            ArtifactKind::Recording => "get-all-recordings",
            ArtifactKind::Transcript => "get-all-transcripts",
        };
        let instant = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let span = [("startDateTime", instant(from)), ("endDateTime", instant(to))];
        let url = self.all_artifacts_url(call, kind, organizer_object_id, &span, &[])?;
        Ok(self.list_artifacts(kind, call, url, Time::PerPage).await?.artifacts)
    }

    /// Those of all meetings of an organizer that came since the last look, or all of them (Graph docs: "callRecording: delta",
    /// `callrecording-delta`; "callTranscript: delta", `calltranscript-delta`). What [`GraphSession::all_artifacts`] leaves
    /// out is missing here too.
    ///
    /// [`ErrorKind::Gone`]: the place is too old; begin anew. Each page has a deadline of its own.
    pub async fn artifact_changes(
        &self,
        kind: ArtifactKind,
        organizer_object_id: &str,
        since: Option<&DeltaPlace>,
    ) -> Result<ArtifactChanges, GraphError> {
        let call = match kind {
            ArtifactKind::Recording => "recordings-delta",
            ArtifactKind::Transcript => "transcripts-delta",
        };
        let url = match since {
            // The transport refuses every origin but Graph's.
            Some(place) => {
                Url::parse(&place.0).map_err(|error| GraphError::new(ErrorKind::Invalid, call).with_source(error))?
            }
            None => self.all_artifacts_url(call, kind, organizer_object_id, &[], &["delta"])?,
        };
        self.list_artifacts(kind, call, url, Time::PerPage).await
    }

    async fn list_artifacts(
        &self,
        kind: ArtifactKind,
        call: &'static str,
        url: Url,
        time: Time<'_>,
    ) -> Result<ArtifactChanges, GraphError> {
        let mut artifacts: Vec<Artifact> = Vec::new();
        let mut seen = HashSet::new();
        let take = |item: Value| {
            match Artifact::read(kind, &item) {
                Some(artifact) if seen.insert(artifact.id.clone()) => artifacts.push(artifact),
                Some(_) => {}
                None => tracing::warn!(
                    graph.call = call,
                    "Microsoft listed a {kind} without an id; it is left out"
                ),
            }
            Ok(())
        };
        let first = Call::new(call, Method::GET, url, Effect::Read);
        let next = self.pages(first, time, take).await?;
        // Microsoft promises no order.
        artifacts.sort_by(|a, b| (a.started.is_none(), a.started, &a.id).cmp(&(b.started.is_none(), b.started, &b.id)));
        Ok(ArtifactChanges {
            artifacts,
            next: next.map(DeltaPlace),
        })
    }

    pub(crate) fn artifact_url(
        &self,
        call: &'static str,
        kind: ArtifactKind,
        organizer: &str,
        meeting: &str,
        rest: &[&str],
    ) -> Result<Url, GraphError> {
        let segments = ["users", organizer, "onlineMeetings", meeting, kind.collection()];
        urls::resource(&self.client.endpoints.graph, call, &[&segments, rest].concat())
    }

    fn all_artifacts_url(
        &self,
        call: &'static str,
        kind: ArtifactKind,
        organizer: &str,
        span: &[(&str, String)],
        rest: &[&str],
    ) -> Result<Url, GraphError> {
        let url = urls::resource(
            &self.client.endpoints.graph,
            call,
            &["users", organizer, "onlineMeetings"],
        )?;
        let mut parameters = vec![("meetingOrganizerUserId", urls::odata_string(organizer))];
        parameters.extend(span.iter().cloned());
        Ok(urls::function(url, kind.all(), &parameters, rest))
    }
}
