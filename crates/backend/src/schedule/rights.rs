//! Who may do what with an entry.

use domain::{
    Permission, UserId,
    schedule::{EntryKind, EntryRights},
};

use crate::{
    Actor,
    store::schedule::read::{EntryDetails, EntryRow},
};

/// What decides who may do what with an entry.
pub struct Entry<'a> {
    pub assignees: &'a [uuid::Uuid],
    pub is_private: bool,
    pub recurs: bool,
    pub is_cancelled: bool,
    pub work_item_type: &'a str,
    pub request_status: Option<&'a str>,
}

impl<'a> From<&'a EntryDetails> for Entry<'a> {
    fn from(entry: &'a EntryDetails) -> Self {
        Self {
            assignees: &entry.assignees,
            is_private: entry.is_private,
            recurs: entry.recurs,
            is_cancelled: entry.is_cancelled,
            work_item_type: &entry.work_item_type,
            request_status: entry.request_status.as_deref(),
        }
    }
}

fn may(actor: &Actor, permission: Permission) -> bool {
    actor.permissions.contains(&permission)
}

/// Whether somebody may put entries on the schedules of others.
pub fn may_assign(actor: &Actor) -> bool {
    may(actor, Permission::ScheduleUpdate)
}

/// Whether somebody may schedule this for this person.
pub fn may_schedule_for(actor: &Actor, person: UserId) -> bool {
    person == actor.user_id() || may_assign(actor)
}

/// What a private entry is about is for those who do it.
pub fn may_know(actor: &Actor, entry: &Entry<'_>) -> bool {
    !entry.is_private || entry.assignees.contains(&actor.user_id().0)
}

pub fn kind(actor: &Actor, entry: &Entry<'_>) -> EntryKind {
    if !may_know(actor, entry) {
        return EntryKind::Busy;
    }
    match (entry.work_item_type, entry.request_status) {
        ("ad_hoc", _) => EntryKind::Plain,
        ("interaction", _) => EntryKind::Interaction,
        ("appointment_request", Some("pending")) => EntryKind::Requested,
        ("appointment_request", _) => EntryKind::Appointment,
        _ => EntryKind::Work,
    }
}

/// Entries of one's own may be changed, those of others with the right to; private ones by the one who does it alone. What recurs is
/// left to the product that made it, what a client has asked for to the answer. What is cancelled can only be deleted.
pub fn rights(actor: &Actor, entry: &Entry<'_>) -> EntryRights {
    let is_mine_alone = entry.assignees == [actor.user_id().0];
    let kind = kind(actor, entry);
    let is_linked = matches!(kind, EntryKind::Interaction | EntryKind::Appointment);
    let may_delete = (is_mine_alone || !entry.is_private && may_assign(actor))
        && !entry.recurs
        && kind != EntryKind::Requested
        // It moves what stands on a timeline, too.
        && (!is_linked || may(actor, Permission::InteractionUpdate));
    let may_edit = may_delete && !entry.is_cancelled;
    EntryRights {
        may_edit,
        may_delete,
        may_assign: may_edit && !entry.is_private && may_assign(actor),
    }
}

impl<'a> From<&'a EntryRow> for Entry<'a> {
    fn from(entry: &'a EntryRow) -> Self {
        Self {
            assignees: &entry.assignees,
            is_private: entry.is_private,
            recurs: entry.recurrence.is_some(),
            is_cancelled: entry.is_cancelled,
            work_item_type: &entry.work_item_type,
            request_status: entry.request_status.as_deref(),
        }
    }
}
