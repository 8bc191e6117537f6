//! `…/onlineMeetings/getAllRecordings(meetingOrganizerUserId='…',startDateTime=…,endDateTime=…)`, `…/getAllTranscripts…`, and
//! `/delta` of them; the organizer also by `$filter=MeetingOrganizer/User/Id eq '…'`

use chrono::{DateTime, Utc};

use super::{
    encode,
    paging::Token,
    read::{Asked, bad},
};
use crate::{
    ArtifactKind, SimArtifact, SimMeeting,
    online_meetings::equals,
    reply::{Body, Reply},
    request::Request,
    state::{Caller, State},
};

impl State {
    /// `all` is the function with its parameters, `rest` what follows it.
    pub(crate) fn all_artifacts(
        &self,
        caller: &Caller,
        user: &str,
        kind: ArtifactKind,
        (all, rest): (&str, &[&str]),
        request: &Request,
    ) -> Result<Reply, Reply> {
        let organizer = self.artifacts_user(caller, user, kind)?;
        let function = Function::parse(all, kind)?;
        let is_delta = rest == ["delta"];
        let mut filtered_by = None;
        let Asked {
            mut token,
            top,
            narrowed,
            continued,
        } = Asked::parse(request, |filter| {
            // Dates in the filter are taken and have no effect.
            let first = filter.split(" and ").next().unwrap_or_default();
            match equals(first) {
                Some((name, id)) if name.eq_ignore_ascii_case("MeetingOrganizer/User/Id") => {
                    filtered_by = Some(id);
                    Ok(Token::default())
                }
                _ => Err(bad("The query specified in the URI is not valid.")),
            }
        })?;
        if is_delta && continued && (narrowed || function.from.is_some() || function.to.is_some()) {
            let message = "A filter cannot be added to a delta or skip token, which holds it.";
            return Err(bad(message).with_inner_code("DeltaFilterNotAllowed"));
        }
        let named = function.organizer.or(filtered_by);
        if named.is_none() && !continued {
            return Err(bad("The meeting organizer is required."));
        }
        if named.is_some_and(|named| !named.eq_ignore_ascii_case(&organizer.object_id)) {
            return Err(bad("userId must match organizerId."));
        }
        let now = self.clock.now();
        if !continued {
            (token.from, token.to) = (function.from, function.to);
        }
        let until = *token.until.get_or_insert(now);
        let mut artifacts = self.of_organizer(&organizer.tenant_id, &organizer.object_id, kind);
        artifacts.retain(|artifact| {
            let began = artifact.session.start;
            let told = token.since.is_some_and(|since| artifact.available_at <= since) && !self.teams.delta_repeats;
            artifact.available_at <= until
                && !told
                && token.from.is_none_or(|from| from <= began)
                && token.to.is_none_or(|to| began < to)
        });
        let root = format!("{}/v1.0/users/{}/onlineMeetings", self.base, organizer.object_id);
        let function = kind.function();
        let link = |token: &Token| {
            if is_delta {
                format!("{root}/{function}/delta?$skiptoken={}", token.opaque())
            } else {
                let id = encode(&organizer.object_id);
                format!(
                    "{root}/{function}(meetingOrganizerUserId='{id}')?skipToken={}",
                    token.opaque()
                )
            }
        };
        let context = format!("{}/v1.0/$metadata#Collection({})", self.base, &kind.type_name()[10..]);
        let (mut reply, last) = self.answer_page(&artifacts, organizer, &token, top, &context, link)?;
        if let Body::Json(body) = &mut reply.body
            && is_delta
            && last
        {
            let next = Token {
                skip: 0,
                empties: 0,
                since: Some(until),
                until: None,
                ..token
            };
            body["@odata.deltaLink"] = format!("{root}/{function}/delta?$deltatoken={}", next.opaque()).into();
        }
        Ok(reply)
    }

    /// Those of the live meetings of an organizer, in the order in which they came.
    fn of_organizer(&self, tenant_id: &str, object_id: &str, kind: ArtifactKind) -> Vec<&SimArtifact> {
        let transcribed = |meeting: &SimMeeting| {
            kind == ArtifactKind::Transcript
                || !self.teams.all_recordings_need_transcript
                || self.artifacts.iter().any(|artifact| {
                    artifact.kind == ArtifactKind::Transcript && artifact.online_meeting_id == meeting.id
                })
        };
        let meetings: Vec<&str> = self
            .live_meetings(tenant_id)
            .filter(|meeting| meeting.organizer_object_id == object_id && meeting.ical_uid.is_some())
            .filter(|meeting| transcribed(meeting))
            .map(|meeting| meeting.id.as_str())
            .collect();
        self.artifacts
            .iter()
            .filter(|artifact| artifact.kind == kind && meetings.contains(&artifact.online_meeting_id.as_str()))
            .collect()
    }
}

/// The function's parameters.
#[derive(Default)]
struct Function {
    organizer: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

impl Function {
    fn parse(text: &str, kind: ArtifactKind) -> Result<Self, Reply> {
        let wrong = || bad(format!("The function call '{text}' is not valid."));
        let rest = text.strip_prefix(kind.function()).ok_or_else(wrong)?;
        let mut function = Self::default();
        if rest.is_empty() {
            return Ok(function);
        }
        let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        for parameter in inside
            .ok_or_else(wrong)?
            .split(',')
            .filter(|one| !one.trim().is_empty())
        {
            let (name, value) = parameter.split_once('=').ok_or_else(wrong)?;
            let time = || {
                DateTime::parse_from_rfc3339(value.trim())
                    .map(|time| time.to_utc())
                    .map_err(|_| wrong())
            };
            match name.trim() {
                "meetingOrganizerUserId" => {
                    let id = value
                        .trim()
                        .strip_prefix('\'')
                        .and_then(|value| value.strip_suffix('\''));
                    function.organizer = Some(id.ok_or_else(wrong)?.to_owned());
                }
                "startDateTime" => function.from = Some(time()?),
                "endDateTime" => function.to = Some(time()?),
                _ => return Err(wrong()),
            }
        }
        Ok(function)
    }
}
