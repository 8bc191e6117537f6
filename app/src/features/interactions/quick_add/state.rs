use domain::{Failure, Field, MeetingCapability};
use leptos::prelude::*;

use crate::{
    error::ApiError,
    features::interactions::api::SubmitQuickAdd,
    ui::{I18n, problem_text},
};

pub const TYPE: &str = "quick-add-interaction-type-select";
pub const TITLE: &str = "quick-add-interaction-title-input";
pub const CONTACT: &str = "quick-add-interaction-contact-picker";
pub const START: &str = "quick-add-interaction-start-time";
pub const END: &str = "quick-add-interaction-end-time";
pub const TEAMS: &str = "quick-add-interaction-create-teams-meeting-toggle";
pub const ATTENDEES: &str = "quick-add-interaction-attendees";
pub const MORE: &str = "quick-add-interaction-attendees-custom-email-input";
pub const STATUS: &str = "quick-add-interaction-status-select";
pub const NOTES: &str = "quick-add-interaction-notes-editor";
pub const SAVE: &str = "save-interaction-button";
pub const ERRORS: &str = "quick-add-interaction-errors";

/// The control to mend a field with; what has none is explained in the summary.
pub fn control(field: Field) -> &'static str {
    match field {
        Field::Type => TYPE,
        Field::Title => TITLE,
        Field::Contact => CONTACT,
        Field::Start => START,
        Field::End => END,
        Field::Attendees => MORE,
        Field::Status => STATUS,
        Field::Notes => NOTES,
        // No control of this form.
        _ => ERRORS,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub address: String,
    pub name: Option<String>,
}

/// What the parts of the form share. The controls keep their own values; only what others depend on is mirrored here.
#[derive(Clone, Copy)]
pub struct FormState {
    pub busy: Memo<bool>,
    /// Found by the browser before anything was sent.
    pub local: RwSignal<Option<Failure>>,
    /// What stands in the way, from either side; nothing while the form is under way.
    pub failure: Signal<Option<Failure>>,
    /// Whether the type is one for online meetings.
    pub online: RwSignal<bool>,
    /// Whether the switch for the Teams meeting is on.
    pub teams: RwSignal<bool>,
    pub attendees: RwSignal<Vec<Attendee>>,
    /// What stands in the box for addresses.
    pub more: RwSignal<String>,
}

impl FormState {
    pub fn new(action: ServerAction<SubmitQuickAdd>, meetings: MeetingCapability, online: bool) -> Self {
        let busy = action.pending();
        let local = RwSignal::new(None);
        let failure = Signal::derive(move || {
            if busy.get() {
                return None;
            }
            local.get().or_else(|| match action.value().get() {
                Some(Err(ApiError(failure))) => Some(failure),
                _ => None,
            })
        });
        Self {
            busy,
            local,
            failure,
            online: RwSignal::new(online),
            teams: RwSignal::new(online && meetings == MeetingCapability::Available),
            attendees: RwSignal::new(Vec::new()),
            more: RwSignal::new(String::new()),
        }
    }

    pub fn error(self, text: I18n, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.failure.with(|failure| {
                let error = failure.as_ref()?.fields.iter().find(|error| error.field == field)?;
                Some(problem_text(text, &error.problem))
            })
        })
    }

    /// Whether a Teams meeting will be made.
    pub fn schedules(self) -> bool {
        self.online.get() && self.teams.get()
    }

    /// How many people will be invited: those in the list and those in the box, each once.
    pub fn invited(self) -> usize {
        let (list, more) = (self.attendees.read(), self.more.read());
        let entries = list.iter().map(|attendee| attendee.address.as_str());
        domain::attendees(entries.chain([more.as_str()])).map_or(list.len(), |all| all.len())
    }

    pub fn add(self, address: String, name: Option<String>) {
        self.attendees.update(|list| {
            if !list.iter().any(|known| known.address.eq_ignore_ascii_case(&address)) {
                list.push(Attendee { address, name });
            }
        });
    }

    pub fn remove(self, address: &str) {
        self.attendees
            .update(|list| list.retain(|known| known.address != address));
    }
}
