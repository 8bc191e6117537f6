//! Adding to the timeline: a record of what happened, or a Teams meeting that is to happen.

use chrono::{DateTime, Utc};
use domain::{
    ClientId, ContactId, Draft, ErrorCode, Failure, Field, FieldError, IdempotencyKey, InteractionId, Invitee,
    MeetingId, Problem, QuickAdd, RequestId, Saved, ScheduleEntryId, StatusId, TypeId, UserId,
};
use serde::{Deserialize, Serialize};

use crate::{
    Backend, Result,
    access::{Grant, may},
    store::{self, TenantTx, interactions::NewInteraction, settings::StatusRecord},
    zone,
};

/// Everything that is needed to make a meeting and its records, now or after a restart. Stored as JSON with the operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMeeting {
    pub created_by: UserId,
    /// Whose record it is; nothing in what was stored before one could choose: then it is its creator's.
    #[serde(default)]
    pub owner: Option<UserId>,
    pub idempotency_key: IdempotencyKey,
    /// With neither client nor contact there is no timeline to write on: then no interaction is made.
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub type_id: TypeId,
    pub status_id: StatusId,
    pub subject: String,
    pub notes: String,
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub attendees: Vec<Invitee>,
    /// The entry in the schedule. The one that a request has already becomes this one.
    #[serde(default)]
    pub entry: Option<NewMeetingEntry>,
    /// The request that is approved by it, or that gets its meeting later.
    #[serde(default)]
    pub request: Option<Approval>,
    /// Whether Teams shall record it by itself; nothing: as the tenant usually has it.
    #[serde(default)]
    pub record: Option<bool>,
}

impl NewMeeting {
    pub fn has_interaction(&self) -> bool {
        self.client_id.is_some() || self.contact_id.is_some()
    }
}

/// The entry of a meeting. Its title is the meeting's subject, and its notes get the link to join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewMeetingEntry {
    pub assignee: UserId,
    pub notes: String,
    pub is_private: bool,
}

/// The approval of a request: by [`NewMeeting::created_by`], for the times of the meeting, which are written back to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub request_id: RequestId,
}

/// What a meeting's creation has led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// Nothing where the form was saved without a meeting before.
    pub meeting_id: Option<MeetingId>,
    pub interaction_id: Option<InteractionId>,
    pub entry_id: Option<ScheduleEntryId>,
    pub join_url: Option<String>,
}

/// Adds what the form describes. The same form posted again, or ten times at once, adds one record and answers with it.
pub async fn add(backend: &Backend, grant: &Grant<may::InteractionCreate>, input: &QuickAdd) -> Result<Saved> {
    let draft = input.check()?;
    let start = zone::instant(draft.start, grant.zone).map_err(|problem| Failure::field(Field::Start, problem))?;
    let end = zone::instant(draft.end, grant.zone).map_err(|problem| Failure::field(Field::End, problem))?;
    // Zones can turn an hour that looked positive on the wall into none.
    if end <= start {
        return Err(Failure::field(Field::End, Problem::EndBeforeStart).into());
    }
    let mut tx = backend.db().begin(grant.scope()).await?;
    let status_id = check_references(&mut tx, &draft, start > backend.clock().now()).await?;
    if draft.create_teams_meeting {
        drop(tx);
        let new = NewMeeting {
            created_by: grant.user_id(),
            owner: draft.user_id,
            idempotency_key: draft.idempotency_key,
            client_id: Some(draft.client_id),
            contact_id: draft.contact_id,
            type_id: draft.type_id,
            status_id,
            subject: draft.title,
            notes: draft.notes,
            start,
            end,
            attendees: draft.attendees,
            entry: None,
            request: None,
            record: draft.record,
        };
        let scheduled = backend.teams().schedule(backend, grant.scope(), new).await?;
        return Ok(Saved {
            interaction_id: scheduled.interaction_id.ok_or(ErrorCode::NotFound)?,
            client_id: draft.client_id,
            join_url: scheduled.join_url,
        });
    }
    log(backend, grant, tx, &draft, status_id, (start, end)).await
}

async fn log(
    backend: &Backend,
    grant: &Grant<may::InteractionCreate>,
    mut tx: TenantTx,
    draft: &Draft,
    status_id: StatusId,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Saved> {
    let interaction_id: InteractionId = backend.clock().id();
    if !store::interactions::claim_key(&mut tx, grant.user_id(), draft.idempotency_key, interaction_id).await? {
        return saved(&mut tx, grant.user_id(), draft.idempotency_key, draft.client_id)
            .await?
            .ok_or_else(|| ErrorCode::InProgress.into());
    }
    // Somebody may have asked for a meeting with this form before, and then decided to save it without one.
    backend
        .teams()
        .release(backend, &mut tx, grant.user_id(), draft.idempotency_key)
        .await?;
    let new = NewInteraction {
        interaction_id,
        type_id: draft.type_id,
        client_id: Some(draft.client_id),
        contact_id: draft.contact_id,
        user_id: draft.user_id.unwrap_or(grant.user_id()),
        status_id,
        title: &draft.title,
        notes: &draft.notes,
        start,
        end,
    };
    store::interactions::insert(&mut tx, &new).await?;
    store::events::added(&mut tx, interaction_id, grant.user_id(), backend.clock().now()).await?;
    tx.commit().await?;
    Ok(Saved {
        interaction_id,
        client_id: draft.client_id,
        join_url: None,
    })
}

/// What a form has already led to, if anything.
pub async fn saved(tx: &mut TenantTx, user: UserId, key: IdempotencyKey, client_id: ClientId) -> Result<Option<Saved>> {
    let Some(interaction_id) = store::interactions::by_key(tx, user, key).await? else {
        return Ok(None);
    };
    let join_url = store::meetings::join_url(tx, interaction_id).await?;
    Ok(Some(Saved {
        interaction_id,
        client_id,
        join_url,
    }))
}

/// Checks that what the form names exists in this tenant and belongs together, and settles the status.
async fn check_references(tx: &mut TenantTx, draft: &Draft, in_future: bool) -> Result<StatusId> {
    // A client that is not there, or not this tenant's, is no mistake in a field.
    store::clients::name(tx, draft.client_id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let mut errors = Vec::new();
    let types = store::settings::types(tx).await?;
    match types.iter().find(|record| record.type_id == draft.type_id) {
        None => errors.push(FieldError {
            field: Field::Type,
            problem: Problem::Unknown,
        }),
        Some(record) if draft.create_teams_meeting && !record.is_online_meeting => {
            errors.push(FieldError {
                field: Field::Type,
                problem: Problem::NotAnOnlineMeeting,
            });
        }
        Some(_) => {}
    }
    if let Some(contact_id) = draft.contact_id {
        match store::clients::client_of_contact(tx, contact_id).await? {
            None => errors.push(FieldError {
                field: Field::Contact,
                problem: Problem::Unknown,
            }),
            Some(owner) if owner != Some(draft.client_id) => {
                errors.push(FieldError {
                    field: Field::Contact,
                    problem: Problem::OtherClient,
                });
            }
            Some(_) => {}
        }
    }
    let owners = match draft.user_id {
        Some(_) => store::changes::owners(tx).await?,
        None => Vec::new(),
    };
    let statuses = store::settings::statuses(tx).await?;
    let status = match draft.status_id {
        Some(id) => statuses.iter().find(|status| status.status_id == id),
        None => usual_status(&statuses, in_future),
    };
    let is_owner = |id| owners.iter().any(|(known, _)| *known == id);
    if status.is_none() {
        errors.push(FieldError {
            field: Field::Status,
            problem: Problem::Unknown,
        });
    }
    if !draft.user_id.is_none_or(is_owner) {
        errors.push(FieldError {
            field: Field::Owner,
            problem: Problem::Unknown,
        });
    }
    match status {
        Some(status) if errors.is_empty() => Ok(status.status_id),
        _ => Err(Failure::invalid(errors).into()),
    }
}

/// The type and the status of a meeting's interaction that nobody has chosen them for.
pub async fn filing(tx: &mut TenantTx, in_future: bool) -> Result<(TypeId, StatusId)> {
    let types = store::settings::types(tx).await?;
    let kind = types.iter().find(|kind| kind.is_online_meeting);
    let statuses = store::settings::statuses(tx).await?;
    let status = usual_status(&statuses, in_future);
    kind.zip(status)
        .map(|(kind, status)| (kind.type_id, status.status_id))
        .ok_or_else(|| ErrorCode::MeetingsNotSetUp.into())
}

/// What is to come is open; what was has the tenant's default, which is often a closed one.
pub fn usual_status(statuses: &[StatusRecord], in_future: bool) -> Option<&StatusRecord> {
    let default = statuses.iter().find(|status| status.is_default);
    if in_future {
        statuses.iter().find(|status| !status.is_closed).or(default)
    } else {
        default
    }
    .or_else(|| statuses.first())
}

/// The title of a meeting's interaction, as the peer writes it.
pub fn meeting_title(subject: &str) -> String {
    format!("Online Meeting: {subject}")
}

/// The notes of a meeting's interaction: what was typed, and the link unless it is there already.
pub fn meeting_notes(notes: &str, join_url: &str) -> String {
    if notes.contains(join_url) {
        return notes.to_owned();
    }
    let separator = if notes.is_empty() { "" } else { "\n\n" };
    format!("{notes}{separator}Join Teams Meeting: {join_url}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(id: u128, is_closed: bool, is_default: bool) -> StatusRecord {
        StatusRecord {
            status_id: StatusId(uuid::Uuid::from_u128(id)),
            name: String::new(),
            is_closed,
            is_default,
        }
    }

    #[test]
    fn what_is_to_come_is_open() {
        let statuses = [status(1, false, false), status(2, true, true)];
        let chosen = |in_future| usual_status(&statuses, in_future).unwrap().status_id.0.as_u128();
        assert_eq!((chosen(true), chosen(false)), (1, 2));
        assert!(usual_status(&[], true).is_none());
    }

    #[test]
    fn notes_name_the_link_once() {
        let url = "https://teams.example/j";
        assert_eq!(meeting_notes("", url), "Join Teams Meeting: https://teams.example/j");
        let notes = meeting_notes("Agenda", url);
        assert_eq!(notes, "Agenda\n\nJoin Teams Meeting: https://teams.example/j");
        assert_eq!(meeting_notes(&notes, url), notes);
    }
}
