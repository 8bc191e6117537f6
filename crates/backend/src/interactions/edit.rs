//! Changing an interaction, and with it the meeting that it is about.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Choice, ContactId, Edit, EditForm, EditInteraction, ErrorCode, Failure, Field, FieldError, InteractionId, Problem,
    StatusId, TypeId, UserId,
};

use super::{MeetingWish, meeting_subject};
use crate::{
    Backend, Result,
    access::{Grant, may},
    edition::Teams,
    store::{
        self, TenantTx,
        changes::{Change, Current},
        meetings::LiveMeeting,
    },
    zone,
};

/// What there is to choose from; what the interaction has already is always among it.
struct Choices {
    types: Vec<Choice<TypeId>>,
    statuses: Vec<Choice<StatusId>>,
    people: Vec<Choice<UserId>>,
    contacts: Vec<Choice<ContactId>>,
}

async fn choices(tx: &mut TenantTx, current: &Current) -> Result<Choices> {
    let choice = |(id, name)| Choice { id, name };
    let types = store::settings::types(tx).await?;
    let mut types: Vec<_> = types
        .into_iter()
        .map(|record| (record.type_id, record.name))
        .map(choice)
        .collect();
    keep(&mut types, Some(current.type_id), current.type_name.as_deref());
    let statuses = store::settings::statuses(tx).await?;
    let statuses = statuses.into_iter().map(|record| Choice {
        id: record.status_id,
        name: record.name,
    });
    let mut people: Vec<_> = store::changes::owners(tx)
        .await?
        .into_iter()
        .map(|(id, name)| Choice { id, name })
        .collect();
    keep(&mut people, Some(current.user_id), Some(&current.user_name));
    let mut contacts = match current.client_id {
        Some(client_id) => {
            let records = store::clients::contacts(tx, client_id).await?;
            let contacts = records.into_iter().map(|record| Choice {
                id: record.contact_id,
                name: record.name,
            });
            contacts.collect()
        }
        None => Vec::new(),
    };
    keep(&mut contacts, current.contact_id, current.contact_name.as_deref());
    Ok(Choices {
        types,
        statuses: statuses.collect(),
        people,
        contacts,
    })
}

fn keep<Id: PartialEq>(choices: &mut Vec<Choice<Id>>, id: Option<Id>, name: Option<&str>) {
    if let Some(id) = id
        && !choices.iter().any(|choice| choice.id == id)
    {
        choices.push(Choice {
            id,
            name: name.unwrap_or_default().to_owned(),
        });
    }
}

fn start(current: &Current) -> DateTime<Utc> {
    current.start_time.unwrap_or(current.interaction_date)
}

/// The form with what the interaction holds.
pub async fn edit_form(backend: &Backend, grant: &Grant<may::InteractionUpdate>, id: &str) -> Result<EditForm> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let current = store::changes::current(&mut tx, id, backend.clock().now())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let choices = choices(&mut tx, &current).await?;
    let meetings = meetings(backend, &mut tx, id, &current).await?;
    let text = |id: Option<String>| id.unwrap_or_default();
    let changed = current.updated_at.map(|time| {
        let time = zone::moment(time, grant.zone, grant.language);
        match &current.updated_by {
            Some(name) => format!("{name}, {time}"),
            None => time,
        }
    });
    Ok(EditForm {
        values: EditInteraction {
            interaction_id: id.to_string(),
            version: current.version().to_string(),
            type_id: current.type_id.to_string(),
            title: current.title.clone().unwrap_or_default(),
            notes: current.notes.clone().unwrap_or_default(),
            contact_id: text(current.contact_id.map(|id| id.to_string())),
            user_id: current.user_id.to_string(),
            status_id: text(current.status_id.map(|id| id.to_string())),
            start: zone::input_value(start(&current), grant.zone),
            end: text(current.end_time.map(|end| zone::input_value(end, grant.zone))),
        },
        zone: grant.zone.name().to_owned(),
        types: choices.types,
        statuses: choices.statuses,
        people: choices.people,
        contacts: choices.contacts,
        follows_meeting: matches!(meetings, Meetings::Lead),
        moves_meeting: match &meetings {
            Meetings::Follow(meetings) => {
                let attendees = meetings.iter().map(|meeting| meeting.attendees).sum::<i64>();
                Some(u32::try_from(attendees).unwrap_or_default())
            }
            Meetings::None | Meetings::Lead => None,
        },
        changed,
    })
}

/// Saves the form, unless somebody else was faster.
pub async fn edit(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    input: &EditInteraction,
) -> Result<InteractionId> {
    let edit = input.check()?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(grant.scope()).await?;
    let current = store::changes::current(&mut tx, edit.interaction_id, now)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if current.version() != edit.version {
        return Err(ErrorCode::Conflict.into());
    }
    let start = instant(Field::Start, edit.start, start(&current), grant.zone)?;
    let end = match (edit.end, current.end_time) {
        (Some(wall), Some(known)) => Some(instant(Field::End, wall, known, grant.zone)?),
        (Some(wall), None) => {
            Some(zone::instant(wall, grant.zone).map_err(|problem| Failure::field(Field::End, problem))?)
        }
        (None, _) => None,
    };
    check_choices(
        &choices(&mut tx, &current).await?,
        &edit,
        &current,
        end.is_none_or(|end| end > start),
    )?;
    let meetings = meetings(backend, &mut tx, edit.interaction_id, &current).await?;
    check_times(&meetings, &current, (start, end), now)?;
    let fields = changed(&edit, &current, start, end);
    if fields.is_empty() {
        return Ok(edit.interaction_id);
    }
    let change = Change {
        interaction_id: edit.interaction_id,
        type_id: edit.type_id,
        contact_id: edit.contact_id,
        user_id: edit.user_id,
        status_id: edit.status_id,
        title: &edit.title,
        notes: &edit.notes,
        start,
        end,
        by: grant.user_id(),
        now,
    };
    store::changes::update(&mut tx, &change).await?;
    store::events::updated(&mut tx, edit.interaction_id, &fields, now).await?;
    let mut told = Vec::new();
    if let Meetings::Follow(meetings) = &meetings {
        let wish = wish(&edit, &current, start, end);
        for meeting in meetings {
            told.extend(
                backend
                    .teams()
                    .change(backend, &mut tx, grant.user_id(), meeting, &wish)
                    .await?,
            );
        }
    }
    tx.commit().await?;
    backend.teams().prompt(backend, grant.scope(), told).await;
    Ok(edit.interaction_id)
}

/// What was typed, as an instant. What was not touched stays as it is, to the second and on its side of a change of clocks.
fn instant(
    field: Field,
    wall: chrono::NaiveDateTime,
    known: DateTime<Utc>,
    zone: Tz,
) -> Result<DateTime<Utc>, Failure> {
    if wall.format("%Y-%m-%dT%H:%M").to_string() == zone::input_value(known, zone) {
        return Ok(known);
    }
    zone::instant(wall, zone).map_err(|problem| Failure::field(field, problem))
}

fn check_choices(choices: &Choices, edit: &Edit, current: &Current, in_order: bool) -> Result<(), Failure> {
    let mut errors = Vec::new();
    let mut check = |good: bool, field, problem| {
        if !good {
            errors.push(FieldError { field, problem });
        }
    };
    let known = |id: &StatusId| choices.statuses.iter().any(|status| status.id == *id);
    check(
        choices.types.iter().any(|kind| kind.id == edit.type_id),
        Field::Type,
        Problem::Unknown,
    );
    check(
        edit.status_id == current.status_id || edit.status_id.as_ref().is_some_and(known),
        Field::Status,
        Problem::Unknown,
    );
    check(
        choices.people.iter().any(|person| person.id == edit.user_id),
        Field::Owner,
        Problem::Unknown,
    );
    let contact = |id: &ContactId| choices.contacts.iter().any(|contact| contact.id == *id);
    check(
        edit.contact_id.as_ref().is_none_or(contact),
        Field::Contact,
        Problem::Unknown,
    );
    check(in_order, Field::End, Problem::EndBeforeStart);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors))
    }
}

/// How the interaction and its live meetings go together.
enum Meetings {
    None,
    /// They decide when it is: they cannot be moved from here, or are being cancelled.
    Lead,
    /// They move with it.
    Follow(Vec<LiveMeeting>),
}

async fn meetings(backend: &Backend, tx: &mut TenantTx, id: InteractionId, current: &Current) -> Result<Meetings> {
    if !current.has_live_meeting {
        return Ok(Meetings::None);
    }
    let meetings = store::meetings::live(tx, id, backend.clock().now()).await?;
    let fixed = !Teams::CHANGES_MEETINGS || meetings.iter().any(LiveMeeting::is_being_cancelled);
    Ok(if fixed {
        Meetings::Lead
    } else {
        Meetings::Follow(meetings)
    })
}

fn check_times(
    meetings: &Meetings,
    current: &Current,
    (start_time, end): (DateTime<Utc>, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let (start_differs, end_differs) = (start_time != start(current), end != current.end_time);
    let mut errors = Vec::new();
    let mut refuse = |field, problem| errors.push(FieldError { field, problem });
    match meetings {
        Meetings::None => {}
        Meetings::Lead => {
            if start_differs {
                refuse(Field::Start, Problem::FollowsMeeting);
            }
            if end_differs {
                refuse(Field::End, Problem::FollowsMeeting);
            }
        }
        Meetings::Follow(_) if !start_differs && !end_differs => {}
        Meetings::Follow(_) => match end {
            None => refuse(Field::End, Problem::Required),
            Some(end) if end <= now => refuse(Field::Start, Problem::Past),
            Some(_) => {}
        },
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors))
    }
}

/// What the edit asks of a meeting: only what was changed in it.
fn wish(edit: &Edit, current: &Current, start_time: DateTime<Utc>, end: Option<DateTime<Utc>>) -> MeetingWish {
    let retitled = edit.title != current.title.as_deref().unwrap_or_default();
    let moved = start_time != start(current) || end != current.end_time;
    MeetingWish {
        subject: retitled.then(|| meeting_subject(&edit.title).to_owned()),
        times: end.filter(|_| moved).map(|end| (start_time, end)),
    }
}

/// The columns that get another value, as the peer's events name them.
fn changed(edit: &Edit, current: &Current, start_time: DateTime<Utc>, end: Option<DateTime<Utc>>) -> Vec<&'static str> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        ("type_id", edit.type_id != current.type_id),
        ("title", edit.title != text(&current.title)),
        ("notes", edit.notes != text(&current.notes)),
        ("contact_name_id", edit.contact_id != current.contact_id),
        ("user_id", edit.user_id != current.user_id),
        ("status_id", edit.status_id != current.status_id),
        ("start_time", start_time != start(current)),
        ("end_time", end != current.end_time),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}
