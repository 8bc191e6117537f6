//! `/v1.0/users/{object id}/onlineMeetings/{id}/recordings` and `…/transcripts`, each with `/{id}` and `/{id}/content`

mod content;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    SimMeeting, UserConfig,
    event::seven_digits,
    reply::Reply,
    request::Request,
    state::{Caller, State},
    users::select,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArtifactKind {
    Recording,
    Transcript,
}

/// One start and stop of the recording in a meeting. Its recording and its transcript tell that they belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub correlation_id: Uuid,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

/// A recording or a transcript of an online meeting.
#[derive(Clone, Debug)]
pub struct SimArtifact {
    pub kind: ArtifactKind,
    pub id: String,
    pub online_meeting_id: String,
    pub session: Session,
    pub content: Bytes,
}

impl ArtifactKind {
    fn role(self) -> &'static str {
        match self {
            Self::Recording => "OnlineMeetingRecording.Read.All",
            Self::Transcript => "OnlineMeetingTranscript.Read.All",
        }
    }

    fn collection(self) -> &'static str {
        match self {
            Self::Recording => "recordings",
            Self::Transcript => "transcripts",
        }
    }

    fn type_name(self) -> &'static str {
        match self {
            Self::Recording => "microsoft.graph.callRecording",
            Self::Transcript => "microsoft.graph.callTranscript",
        }
    }

    fn url_property(self) -> &'static str {
        match self {
            Self::Recording => "recordingContentUrl",
            Self::Transcript => "transcriptContentUrl",
        }
    }
}

impl SimArtifact {
    /// With an id in the form that Microsoft's have: longer for recordings than for transcripts.
    pub(crate) fn new(kind: ArtifactKind, guid: Uuid, meeting: &SimMeeting, session: Session, content: Bytes) -> Self {
        let id = match kind {
            ArtifactKind::Recording => format!(
                "V2##1{}{}{}##{guid}",
                meeting.organizer_object_id,
                meeting.tenant_id,
                meeting.ical_uid.as_deref().unwrap_or_default()
            ),
            ArtifactKind::Transcript => format!("1##0##{guid}"),
        };
        Self {
            kind,
            id: BASE64_STANDARD.encode(id),
            online_meeting_id: meeting.id.clone(),
            session,
            content,
        }
    }

    fn to_json(&self, base: &str, organizer: &UserConfig) -> Value {
        let stamp = |time| format!("{}Z", seven_digits(time));
        let Session {
            correlation_id,
            start,
            end,
        } = self.session;
        let mut body = json!({
            "id": self.id, "meetingId": self.online_meeting_id, "callId": Uuid::new_v5(&correlation_id, b"call"),
            "contentCorrelationId": format!("{correlation_id}-0"),
            "createdDateTime": stamp(start), "endDateTime": stamp(end),
            "meetingOrganizer": { "application": null, "device": null, "user": {
                "@odata.type": "#microsoft.graph.teamworkUserIdentity", "id": organizer.object_id, "displayName": null,
                "userIdentityType": "aadUser", "tenantId": organizer.tenant_id,
            }},
        });
        body[self.kind.url_property()] = json!(format!(
            "{base}/v1.0/users/{}/onlineMeetings/{}/{}/{}/content",
            organizer.object_id,
            self.online_meeting_id,
            self.kind.collection(),
            self.id
        ));
        body
    }
}

impl State {
    /// Gives a meeting an artifact and says its id; none when there is no such meeting.
    pub(crate) fn add_artifact(
        &mut self,
        kind: ArtifactKind,
        online_meeting_id: &str,
        session: Session,
        content: Bytes,
    ) -> Option<String> {
        let meeting = self.meetings.iter().find(|meeting| meeting.id == online_meeting_id)?;
        let artifact = SimArtifact::new(kind, self.ids.guid(), meeting, session, content);
        let id = artifact.id.clone();
        self.artifacts.push(artifact);
        Some(id)
    }

    /// `rest` is what follows the collection in the path.
    pub(crate) fn artifacts(
        &self,
        caller: &Caller,
        (user, meeting): (&str, &str),
        kind: ArtifactKind,
        rest: &[&str],
        request: &Request,
    ) -> Result<Reply, Reply> {
        let organizer = self.teams_user(caller, user, &[kind.role()], |user| {
            format!(
                "Application is not allowed to perform operations on the user '{}', neither is allowed access through RSC permission evaluation.",
                user.object_id
            )
        })?;
        let meeting = self.meeting(&organizer.tenant_id, meeting)?;
        if meeting.organizer_object_id != organizer.object_id {
            return Err(Reply::refusal(400, "BadRequest", "userId must match organizerId."));
        }
        let of_meeting = |artifact: &&SimArtifact| artifact.kind == kind && artifact.online_meeting_id == meeting.id;
        let mut known: Vec<&SimArtifact> = self.artifacts.iter().filter(of_meeting).collect();
        let Some((id, content)) = rest.split_first() else {
            // No order is promised; the two lists of a meeting cannot be matched by position either.
            if kind == ArtifactKind::Recording {
                known.reverse();
            }
            return self.list(organizer, meeting, kind, &known, request);
        };
        let artifact = known
            .into_iter()
            .find(|artifact| artifact.id == *id)
            .ok_or_else(|| Reply::refusal(404, "NotFound", format!("{} not found.", kind.type_name())))?;
        if content.is_empty() {
            let mut body = self.shaped(artifact, organizer, request)?;
            body["@odata.context"] = json!(self.artifacts_context(organizer, meeting, kind, "/$entity"));
            return Ok(Reply::json(200, body));
        }
        match kind {
            ArtifactKind::Recording => content::video(&artifact.content, request),
            ArtifactKind::Transcript => content::text(&artifact.content, request),
        }
    }

    fn list(
        &self,
        organizer: &UserConfig,
        meeting: &SimMeeting,
        kind: ArtifactKind,
        artifacts: &[&SimArtifact],
        request: &Request,
    ) -> Result<Reply, Reply> {
        let value: Vec<Value> = artifacts
            .iter()
            .map(|artifact| self.shaped(artifact, organizer, request))
            .collect::<Result<_, _>>()?;
        let body = json!({
            "@odata.context": self.artifacts_context(organizer, meeting, kind, ""), "@odata.count": value.len(), "value": value,
        });
        Ok(Reply::json(200, body))
    }

    fn shaped(&self, artifact: &SimArtifact, organizer: &UserConfig, request: &Request) -> Result<Value, Reply> {
        let all = artifact.to_json(&self.base, organizer);
        match request.only_query("$select")? {
            Some(wanted) => select(&all, &wanted, artifact.kind.type_name()),
            None => Ok(all),
        }
    }

    fn artifacts_context(
        &self,
        organizer: &UserConfig,
        meeting: &SimMeeting,
        kind: ArtifactKind,
        what: &str,
    ) -> String {
        format!(
            "{}/v1.0/$metadata#users('{}')/onlineMeetings('{}')/{}{what}",
            self.base,
            organizer.object_id,
            meeting.id,
            kind.collection()
        )
    }

    /// `all` is the function with its parameters, `rest` what follows it.
    pub(crate) fn all_artifacts(
        &self,
        _caller: &Caller,
        _user: &str,
        _kind: ArtifactKind,
        (_all, _rest): (&str, &[&str]),
        _request: &Request,
    ) -> Result<Reply, Reply> {
        Err(Reply::not_there_yet())
    }
}
