//! Changing an interaction, and with it the meeting that it is about.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    Choice, Choices, ClientId, ContactOption, Edit, EditForm, EditInteraction, ErrorCode, Failure, Field, FieldError,
    InteractionId, Problem, StatusId, TypeOption,
};

use super::{MeetingWish, form, meeting_subject};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    edition::Teams,
    linked::{self, Anchor, Linked},
    notes,
    store::{
        self, TenantTx,
        changes::{Change, Current},
        meetings::LiveMeeting,
    },
    zone,
};

/// What there is to choose from, for a form with this client; what the interaction has already is always among it.
async fn choices(tx: &mut TenantTx, actor: &Actor, current: &Current, client_id: Option<ClientId>) -> Result<Choices> {
    let mut choices = form::choices(tx, actor, client_id, "").await?;
    if !choices.types.iter().any(|kind| kind.type_id == current.type_id) {
        choices.types.push(TypeOption {
            type_id: current.type_id,
            name: current.type_name.clone().unwrap_or_default(),
            icon: String::new(),
            is_online_meeting: false,
        });
    }
    keep(&mut choices.people, Some(current.user_id), Some(&current.user_name));
    keep(&mut choices.clients, current.client_id, current.client_name.as_deref());
    if let Some(contact_id) = current.contact_id
        && client_id == current.client_id
        && !choices.contacts.iter().any(|contact| contact.contact_id == contact_id)
    {
        choices.contacts.push(ContactOption {
            contact_id,
            name: current.contact_name.clone().unwrap_or_default(),
            email: None,
            role: None,
        });
    }
    Ok(choices)
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

/// The form: with what was typed into it before it was refused, else with what the interaction holds.
pub async fn edit_form(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    id: &str,
    kept: Option<(EditInteraction, ErrorCode)>,
) -> Result<EditForm> {
    let id: InteractionId = id.parse().map_err(|_| ErrorCode::NotFound)?;
    let mut tx = backend.db().read(grant.scope()).await?;
    let current = store::changes::current(&mut tx, id, backend.clock().now())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let values = match kept.filter(|(kept, _)| kept.interaction_id.parse() == Ok(id)) {
        // Who was told of the other version and saves again means to save over it.
        Some((kept, ErrorCode::Conflict)) => EditInteraction {
            version: current.version().to_string(),
            ..kept
        },
        Some((kept, _)) => kept,
        None => held(id, &current, grant),
    };
    let choices = choices(&mut tx, grant, &current, values.client_id.parse().ok()).await?;
    let mut meetings = Vec::new();
    if current.has_live_meeting {
        let links = Anchor::Interaction(id).into();
        meetings = store::meetings::still_live(&mut tx, &links, backend.clock().now()).await?;
    }
    let meetings = Meetings::of(&meetings);
    let changed = current.updated_at.map(|time| {
        let time = zone::moment(time, grant.zone, grant.language);
        match &current.updated_by {
            Some(name) => format!("{name}, {time}"),
            None => time,
        }
    });
    Ok(EditForm {
        values,
        choices,
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

fn held(id: InteractionId, current: &Current, actor: &Actor) -> EditInteraction {
    let text = |id: Option<String>| id.unwrap_or_default();
    EditInteraction {
        interaction_id: id.to_string(),
        version: current.version().to_string(),
        type_id: current.type_id.to_string(),
        title: current.title.clone().unwrap_or_default(),
        notes: notes::readable(current.notes.as_deref().unwrap_or_default()).into_owned(),
        client_id: text(current.client_id.map(|id| id.to_string())),
        contact_id: text(current.contact_id.map(|id| id.to_string())),
        user_id: current.user_id.to_string(),
        status_id: text(current.status_id.map(|id| id.to_string())),
        start: zone::input_value(start(current), actor.zone),
        end: text(current.end_time.map(|end| zone::input_value(end, actor.zone))),
    }
}

/// Saves the form, unless somebody else was faster.
pub async fn edit(
    backend: &Backend,
    grant: &Grant<may::InteractionUpdate>,
    input: &EditInteraction,
) -> Result<InteractionId> {
    let mut edit = input.check()?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(grant.scope()).await?;
    let linked = linked::hold(backend, &mut tx, Anchor::Interaction(edit.interaction_id)).await?;
    let current = linked.interaction.as_ref().ok_or(ErrorCode::NotFound)?;
    if current.version() != edit.version {
        return Err(ErrorCode::Conflict.into());
    }
    let start = instant(Field::Start, edit.start, start(current), grant.zone)?;
    let end = match (edit.end, current.end_time) {
        (Some(wall), Some(known)) => Some(instant(Field::End, wall, known, grant.zone)?),
        (Some(wall), None) => {
            Some(zone::instant(wall, grant.zone).map_err(|problem| Failure::field(Field::End, problem))?)
        }
        (None, _) => None,
    };
    // Notes that were shown in another form than they are stored in, and left alone, stay as they are.
    if let Some(notes) = &current.notes
        && edit.notes == notes::readable(notes).trim_end()
    {
        edit.notes.clone_from(notes);
    }
    let choices = choices(&mut tx, grant, current, edit.client_id).await?;
    check_choices(&choices, &edit, current, end.is_none_or(|end| end > start))?;
    check_belonging(&mut tx, &edit, current).await?;
    let meetings = Meetings::of(&linked.meetings);
    check_times(&meetings, current, (start, end), now)?;
    let fields = changed(&edit, current, start, end);
    if fields.is_empty() {
        return Ok(edit.interaction_id);
    }
    let change = Change {
        interaction_id: edit.interaction_id,
        type_id: edit.type_id,
        client_id: edit.client_id,
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
    if (edit.client_id, edit.contact_id) != (current.client_id, current.contact_id) {
        // Transcripts belong to whom the interaction is with.
        let documents = store::artifacts::documents_of(&mut tx, edit.interaction_id).await?;
        store::documents::associate(&mut tx, &documents, edit.client_id, edit.contact_id, now).await?;
    }
    store::events::updated(&mut tx, edit.interaction_id, &fields, now).await?;
    let wish = wish(&edit, &linked, start, end);
    let told = linked::follow(backend, &mut tx, grant.user_id(), &linked, &wish).await?;
    tx.commit().await?;
    linked::prompt(backend, grant.scope(), told).await;
    Ok(edit.interaction_id)
}

/// Checks that the client is this tenant's, and that the contact belongs to it. What is left as it was may have come to be otherwise.
async fn check_belonging(tx: &mut TenantTx, edit: &Edit, current: &Current) -> Result<()> {
    let is_as_before = edit.client_id == current.client_id;
    match edit.client_id {
        None if !is_as_before => return Err(Failure::field(Field::Client, Problem::Required).into()),
        Some(client_id) if !is_as_before && store::clients::name(tx, client_id).await?.is_none() => {
            return Err(Failure::field(Field::Client, Problem::Unknown).into());
        }
        _ => {}
    }
    if is_as_before && edit.contact_id == current.contact_id {
        return Ok(());
    }
    if let Some(contact_id) = edit.contact_id {
        let problem = match store::clients::client_of_contact(tx, contact_id).await? {
            None => Problem::Unknown,
            Some(owner) if owner != edit.client_id => Problem::OtherClient,
            Some(_) => return Ok(()),
        };
        return Err(Failure::field(Field::Contact, problem).into());
    }
    Ok(())
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
        choices.types.iter().any(|kind| kind.type_id == edit.type_id),
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
    check(in_order, Field::End, Problem::EndBeforeStart);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::invalid(errors))
    }
}

/// How the interaction and its live meetings go together.
enum Meetings<'a> {
    None,
    /// They decide when it is: they cannot be moved from here, or are being cancelled.
    Lead,
    /// They move with it.
    Follow(&'a [LiveMeeting]),
}

impl<'a> Meetings<'a> {
    fn of(live: &'a [LiveMeeting]) -> Self {
        if live.is_empty() {
            Self::None
        } else if !Teams::CHANGES_MEETINGS || live.iter().any(LiveMeeting::is_being_cancelled) {
            Self::Lead
        } else {
            Self::Follow(live)
        }
    }
}

fn check_times(
    meetings: &Meetings<'_>,
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

/// What the edit asks of all that belongs to the interaction: only what was changed in it. An end that was taken away leaves an entry its
/// length.
fn wish(edit: &Edit, linked: &Linked, start_time: DateTime<Utc>, end: Option<DateTime<Utc>>) -> MeetingWish {
    let Some(current) = &linked.interaction else {
        return MeetingWish::default();
    };
    let retitled = edit.title != current.title.as_deref().unwrap_or_default();
    let moved = start_time != start(current) || end != current.end_time;
    let planned = linked.entry.as_ref().and_then(|entry| entry.start.zip(entry.end));
    let end = end.or_else(|| planned.map(|(start, end)| start_time + (end - start)));
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
        ("client_id", edit.client_id != current.client_id),
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
