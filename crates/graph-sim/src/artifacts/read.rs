//! `/v1.0/users/{object id}/onlineMeetings/{id}/recordings` and `…/transcripts`, each with `/{id}` and `/{id}/content`

use serde_json::{Value, json};

use super::{
    encode,
    paging::{Token, page},
    vtt,
};
use crate::{
    ArtifactKind, SimArtifact, SimMeeting, UserConfig,
    content::File,
    online_meetings::{TIPS, equals},
    reply::{Body, Reply},
    request::Request,
    rules,
    state::{Caller, State},
    users::select,
};

/// Properties that an artifact may be without.
const ABSENTABLE: [&str; 2] = ["callId", "contentCorrelationId"];

impl State {
    /// `rest` is what follows the collection in the path.
    pub(crate) fn artifacts(
        &self,
        caller: &Caller,
        (user, meeting): (&str, &str),
        kind: ArtifactKind,
        rest: &[&str],
        request: &Request,
    ) -> Result<Reply, Reply> {
        let organizer = self.artifacts_user(caller, user, kind)?;
        let meeting = self.meeting(&organizer.tenant_id, meeting)?;
        if meeting.organizer_object_id != organizer.object_id {
            return Err(Reply::refusal(400, "BadRequest", "userId must match organizerId."));
        }
        if meeting.ical_uid.is_none() {
            return Err(self.standalone());
        }
        let now = self.clock.now();
        let mut known: Vec<&SimArtifact> = self
            .artifacts
            .iter()
            .filter(|artifact| artifact.kind == kind && artifact.online_meeting_id == meeting.id)
            .filter(|artifact| artifact.available_at <= now)
            .collect();
        let Some((id, what)) = rest.split_first() else {
            // No order is promised; the two lists of a meeting cannot be matched by position either.
            if kind == ArtifactKind::Recording {
                known.reverse();
            }
            return self.list(organizer, meeting, kind, known, request);
        };
        let missing = || Reply::refusal(404, "NotFound", format!("{} not found.", kind.type_name()));
        let artifact = known
            .into_iter()
            .find(|artifact| artifact.id == *id)
            .ok_or_else(missing)?;
        if what.is_empty() {
            let chosen = request.only_query("$select")?;
            let mut body = self.shaped(artifact, organizer, chosen.as_deref())?;
            body["@odata.context"] = json!(self.artifacts_context(organizer, meeting, kind, "/$entity"));
            return Ok(Reply::json(200, body));
        }
        let format = if *what == ["metadataContent"] {
            request.only_query("")?;
            vtt::Format::Metadata
        } else if kind == ArtifactKind::Recording {
            request.only_query("")?;
            vtt::Format::Whole
        } else {
            vtt::Format::asked(request)?
        };
        let attributed = kind == ArtifactKind::Transcript && format != vtt::Format::Unattributed;
        if attributed && !self.attribution_allowed(&organizer.tenant_id) {
            let message = "Speaker attribution is not allowed for this tenant. Retry with the Accept header 'application/vnd.microsoft.graph.transcript+text'.";
            return Err(Reply::refusal(403, "Forbidden", message).with_inner_code("SpeakerAttributionNotAllowed"));
        }
        if artifact.expired || now < artifact.content_at {
            return Err(Reply::refusal(404, "NotFound", "The content was not found."));
        }
        let file = match kind {
            ArtifactKind::Recording => File {
                content_type: artifact.content_type.clone().unwrap_or_else(|| "video/mp4".to_owned()),
                content: artifact.content.clone(),
                transfer: artifact.transfer.clone(),
            },
            ArtifactKind::Transcript => vtt::file(artifact, format),
        };
        Ok(Reply::new(200, Body::File(Box::new(file))))
    }

    /// The user whose artifacts the app may read at all.
    pub(super) fn artifacts_user(&self, caller: &Caller, user: &str, kind: ArtifactKind) -> Result<&UserConfig, Reply> {
        let organizer = self.teams_user(caller, user, &[kind.role()], |user| {
            format!(
                "Application is not allowed to perform operations on the user '{}', neither is allowed access through RSC permission evaluation.",
                user.object_id
            )
        })?;
        if kind == ArtifactKind::Transcript && !self.transcripts_open(&organizer.tenant_id) {
            let message = "Graph API access to transcripts is disabled for this tenant.";
            return Err(Reply::refusal(403, "Forbidden", message).with_inner_code("GraphAccessToTranscriptsDisabled"));
        }
        Ok(organizer)
    }

    fn standalone(&self) -> Reply {
        let status = self.teams.standalone_status;
        let code = match status {
            403 => "Forbidden",
            404 => "NotFound",
            _ => "BadRequest",
        };
        let message = "No iCalUid found for the meeting. This API is supported only for calendar backed OnlineMeeting.";
        Reply::refusal(status, code, message)
    }

    fn list(
        &self,
        organizer: &UserConfig,
        meeting: &SimMeeting,
        kind: ArtifactKind,
        mut artifacts: Vec<&SimArtifact>,
        request: &Request,
    ) -> Result<Reply, Reply> {
        let Asked { token, top, .. } = Asked::parse(request, |filter| match equals(filter) {
            Some(("contentCorrelationId", id)) => Ok(Token {
                correlation: Some(id),
                ..Token::default()
            }),
            _ => Err(bad("The query specified in the URI is not valid.")),
        })?;
        artifacts.retain(|artifact| token.correlation.is_none() || artifact.correlation() == token.correlation);
        let context = self.artifacts_context(organizer, meeting, kind, "");
        let link = |token: &Token| {
            format!(
                "{}/v1.0/users/{}/onlineMeetings/{}/{}?$skiptoken={}",
                self.base,
                organizer.object_id,
                encode(&meeting.id),
                kind.collection(),
                token.opaque()
            )
        };
        self.answer_page(&artifacts, organizer, &token, top, &context, link)
            .map(|(reply, _)| reply)
    }

    /// A page, and whether it is the last.
    pub(super) fn answer_page(
        &self,
        artifacts: &[&SimArtifact],
        organizer: &UserConfig,
        token: &Token,
        top: Option<usize>,
        context: &str,
        link: impl Fn(&Token) -> String,
    ) -> Result<(Reply, bool), Reply> {
        let all: Vec<Value> = artifacts
            .iter()
            .map(|artifact| self.shaped(artifact, organizer, token.select.as_deref()))
            .collect::<Result<_, _>>()?;
        let mut quirks = self.teams.clone();
        quirks.page_size = top.map_or(quirks.page_size, |top| top.min(quirks.page_size));
        let (value, mut next) = page(all, token, &quirks, &self.base, link);
        if top.is_some() && quirks.top_drops_next_link {
            next = None;
        }
        let mut body = json!({ "@odata.context": context, "@odata.count": value.len(), "value": value });
        if token.select.is_none() {
            body["@microsoft.graph.tips"] = json!(TIPS);
        }
        let last = next.is_none();
        if let Some(next) = next {
            body["@odata.nextLink"] = json!(next);
        }
        let reply = Reply::json(200, body);
        let reply = match top {
            Some(_) => reply.breaking(rules::TOP_ON_ARTIFACTS),
            None => reply,
        };
        Ok((reply, last))
    }

    fn shaped(&self, artifact: &SimArtifact, organizer: &UserConfig, chosen: Option<&str>) -> Result<Value, Reply> {
        let all = artifact.to_odd_json(&self.base, organizer, &self.teams);
        let Some(wanted) = chosen else { return Ok(all) };
        // What Microsoft does not tell may be asked for all the same.
        let absent = |name: &&str| ABSENTABLE.contains(&name.trim()) && all.get(name.trim()).is_none();
        let told: Vec<&str> = wanted.split(',').filter(|name| !absent(name)).collect();
        match told.as_slice() {
            [] => Ok(json!({})),
            told => select(&all, &told.join(","), artifact.kind.type_name()),
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
}

/// The query of a list.
pub(super) struct Asked {
    pub token: Token,
    pub top: Option<usize>,
    /// The filter was given, or something else that a token already holds.
    pub narrowed: bool,
    /// It goes on where a link said.
    pub continued: bool,
}

impl Asked {
    /// `filter` makes a token of `$filter`.
    pub fn parse(request: &Request, filter: impl FnOnce(&str) -> Result<Token, Reply>) -> Result<Self, Reply> {
        let mut query = request.query()?;
        let mut take = |name: &str| {
            let key = query
                .keys()
                .find(|key| key.trim_start_matches('$').eq_ignore_ascii_case(name));
            key.cloned().and_then(|key| query.remove(&key))
        };
        let (given, chosen, top) = (take("filter"), take("select"), take("top"));
        let continuing = take("skiptoken").or_else(|| take("deltatoken"));
        // Accepted and without effect at Microsoft.
        for ignored in ["startDateTime", "endDateTime", "model"] {
            take(ignored);
        }
        if let Some(other) = query.keys().next() {
            return Err(bad(format!(
                "The simulator does not know the query option '{other}' here."
            )));
        }
        let top = match top.map(|top| top.parse::<usize>()) {
            None => None,
            Some(Ok(top)) if top > 0 => Some(top),
            Some(_) => return Err(bad("Invalid value for '$top'.")),
        };
        let narrowed = given.is_some() || chosen.is_some();
        let continued = continuing.is_some();
        let token = match (continuing, given) {
            (Some(token), _) => Token::parse(&token)?,
            (None, given) => Token {
                select: chosen,
                ..given.map_or_else(|| Ok(Token::default()), |given| filter(&given))?
            },
        };
        Ok(Self {
            token,
            top,
            narrowed,
            continued,
        })
    }
}

pub(super) fn bad(message: impl Into<String>) -> Reply {
    Reply::refusal(400, "BadRequest", message)
}
