//! What is written when a meeting has been made: everything in one transaction, or nothing.

use domain::{ErrorCode, InteractionId, MeetingTrouble, ScheduleEntryId, WaysIn};
use graph::{Event, OnlineMeeting};

use super::recording::Recording;
use crate::{
    Backend, Result,
    access::TenantScope,
    appointments,
    interactions::{NewMeeting, Scheduled, meeting_notes, meeting_title},
    linked::{self, Anchor, Linked, wall_times, wall_zone},
    store::{
        self, TenantTx,
        appointments::Approved,
        changes::Change,
        interactions::NewInteraction,
        meetings::NewMeetingRow,
        operations::Operation,
        schedule::{EntryChange, NewEntry, WorkItem},
    },
};

/// Writes interaction, entry, meeting and request and closes the operation; `None` if the operation is not ours any more.
pub async fn record(
    backend: &Backend,
    scope: TenantScope,
    operation: &Operation,
    new: &NewMeeting,
    event: &Event,
    online: Option<&OnlineMeeting>,
    recording: Recording,
) -> Result<Option<Scheduled>> {
    let now = backend.clock().now();
    let join_url = event.join_url.as_deref().ok_or(ErrorCode::MeetingNotOnline)?;
    let mut tx = backend.db().begin(scope).await?;
    // Before the operation, as everybody does who has to do with both.
    let linked = match &new.request {
        Some(approval) => Some(linked::hold(backend, &mut tx, Anchor::Request(approval.request_id)).await?),
        None => None,
    };
    if !store::operations::finish(&mut tx, operation.operation_id, &event.id, now).await? {
        return Ok(None);
    }
    let reserved = operation.interaction_id;
    if !store::interactions::claim_key(&mut tx, new.created_by, new.idempotency_key, reserved).await? {
        return Ok(None);
    }
    if let Some(linked) = &linked {
        linked.can_get_meeting()?;
    }
    let writing = Writing {
        backend,
        new,
        join_url,
        linked: linked.as_ref(),
    };
    let interaction_id = writing.interaction(&mut tx, reserved).await?;
    let entry_id = writing.entry(&mut tx, interaction_id).await?;
    let ways_in = online.map(ways_in);
    let row = NewMeetingRow {
        meeting_id: operation.meeting_id,
        interaction_id,
        entry_id,
        request_id: operation.request_id,
        provider_meeting_id: online.map(|meeting| meeting.id.as_str()),
        provider_event_id: &event.id,
        organizer_upn: &operation.organizer_upn,
        organizer_user_id: &operation.organizer_user_id,
        subject: &new.subject,
        join_url,
        ways_in: ways_in.as_ref(),
        start: new.start,
        end: new.end,
        attendees: &new.attendees,
        record_automatically: recording.is_set,
        recording_trouble: recording.trouble.map(MeetingTrouble::as_str),
        created_by: new.created_by,
    };
    store::meetings::insert(&mut tx, &row).await?;
    writing.request(&mut tx, entry_id, row.provider_meeting_id).await?;
    if let Some(request) = linked.as_ref().and_then(|linked| linked.request.as_ref()) {
        let invited = !new.attendees.is_empty();
        appointments::told_of_meeting(backend, &mut tx, request.request_id, request.is_pending(), invited).await?;
    }
    tx.commit().await?;
    Ok(Some(Scheduled {
        meeting_id: Some(operation.meeting_id),
        interaction_id,
        entry_id,
        join_url: Some(join_url.to_owned()),
    }))
}

/// How Teams lets people in who do not have the link.
fn ways_in(online: &OnlineMeeting) -> WaysIn {
    let dial_in = online.dial_in.clone().unwrap_or_default();
    WaysIn {
        meeting_id: online.join_meeting_id.clone(),
        passcode: online.passcode.clone(),
        phone: dial_in.toll_number.or(dial_in.toll_free_number),
        conference_id: dial_in.conference_id,
    }
}

struct Writing<'a> {
    backend: &'a Backend,
    new: &'a NewMeeting,
    join_url: &'a str,
    /// What belongs to the request already.
    linked: Option<&'a Linked>,
}

impl Writing<'_> {
    /// The record on the timeline, if there is one to write on.
    async fn interaction(&self, tx: &mut TenantTx, reserved: InteractionId) -> Result<Option<InteractionId>> {
        let new = self.new;
        let now = self.backend.clock().now();
        if let Some(current) = self.linked.and_then(|linked| linked.interaction.as_ref()) {
            let change = Change {
                interaction_id: current.interaction_id,
                type_id: current.type_id,
                client_id: current.client_id,
                contact_id: current.contact_id,
                user_id: current.user_id,
                status_id: current.status_id,
                title: &meeting_title(&new.subject),
                notes: &meeting_notes(current.notes.as_deref().unwrap_or_default(), self.join_url),
                start: new.start,
                end: Some(new.end),
                by: new.created_by,
                now,
            };
            store::changes::update(tx, &change).await?;
            let fields = ["title", "notes", "start_time", "end_time"];
            store::events::updated(tx, current.interaction_id, &fields, now).await?;
            return Ok(Some(current.interaction_id));
        }
        if !new.has_interaction() {
            return Ok(None);
        }
        let interaction = NewInteraction {
            interaction_id: reserved,
            type_id: new.type_id,
            client_id: new.client_id,
            contact_id: new.contact_id,
            user_id: new.owner.unwrap_or(new.created_by),
            status_id: new.status_id,
            title: &meeting_title(&new.subject),
            notes: &meeting_notes(&new.notes, self.join_url),
            start: new.start,
            end: new.end,
        };
        store::interactions::insert(tx, &interaction).await?;
        store::events::added(tx, reserved, new.created_by, now).await?;
        Ok(Some(reserved))
    }

    /// The entry in the schedule: the one that the request has already, or a new one.
    async fn entry(&self, tx: &mut TenantTx, interaction_id: Option<InteractionId>) -> Result<Option<ScheduleEntryId>> {
        let new = self.new;
        let now = self.backend.clock().now();
        let known = self.linked.and_then(|linked| linked.entry.as_ref());
        let Some(entry) = &new.entry else {
            if let Some(known) = known {
                let notes = meeting_notes(known.notes.as_deref().unwrap_or_default(), self.join_url);
                let change = EntryChange {
                    times: Some((new.start, new.end)),
                    notes: Some(&notes),
                    ..EntryChange::default()
                };
                store::schedule::change(tx, known.entry_id, &change, now).await?;
            }
            return Ok(known.map(|known| known.entry_id));
        };
        let work_item = match (&new.request, interaction_id) {
            (Some(approval), _) => WorkItem::Request(approval.request_id),
            (None, Some(id)) => WorkItem::Interaction(id),
            (None, None) => WorkItem::AdHoc,
        };
        let row = NewEntry {
            entry_id: known.map_or_else(|| self.backend.clock().id(), |known| known.entry_id),
            title: &new.subject,
            work_item,
            start: new.start,
            end: new.end,
            notes: &meeting_notes(&entry.notes, self.join_url),
            is_private: entry.is_private,
            assignees: &[entry.assignee],
            now,
        };
        match known {
            Some(_) => store::schedule::update(tx, &row).await?,
            None => store::schedule::insert(tx, &row).await?,
        }
        Ok(Some(row.entry_id))
    }

    /// Approves the request and writes the final time and the link back, where mails and the portal read them.
    async fn request(
        &self,
        tx: &mut TenantTx,
        entry_id: Option<ScheduleEntryId>,
        provider_meeting_id: Option<&str>,
    ) -> Result<()> {
        let Some(request) = self.linked.and_then(|linked| linked.request.as_ref()) else {
            return Ok(());
        };
        let now = self.backend.clock().now();
        store::meetings::delete_failed(tx, request.request_id).await?;
        let approved = Approved {
            request_id: request.request_id,
            entry_id,
            times: wall_times((self.new.start, self.new.end), wall_zone(request)),
            by: self.new.created_by,
            now,
        };
        store::appointments::approved(tx, &approved).await?;
        store::appointments::meeting(tx, request.request_id, Some(self.join_url), provider_meeting_id, now).await
    }
}
