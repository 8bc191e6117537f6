use domain::Field;

/// The element ids of a form; those of the peer product's form, whose tests know them.
#[derive(Debug)]
pub struct Ids {
    pub form: &'static str,
    pub errors: &'static str,
    pub kind: &'static str,
    pub title: &'static str,
    pub client: &'static str,
    pub client_list: &'static str,
    pub contact: &'static str,
    pub owner: &'static str,
    pub status: &'static str,
    pub start: &'static str,
    pub end: &'static str,
    pub hours: &'static str,
    pub minutes: &'static str,
    pub attendees: &'static str,
    /// The box for a name or an address.
    pub attendee: &'static str,
    pub attendee_list: &'static str,
    pub add_email: &'static str,
    /// The switch for the Teams meeting, what belongs to it, and how many it invites.
    pub meeting: &'static str,
    pub toggle: &'static str,
    pub invited: &'static str,
    /// Whether Teams records it by itself.
    pub record: &'static str,
    /// The ways on when there is no meeting.
    pub retry: &'static str,
    pub without: &'static str,
    pub notes: &'static str,
    pub notes_tools: &'static str,
    pub notes_preview: &'static str,
    pub notes_preview_button: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
}

macro_rules! ids {
    ($prefix:literal, $cancel:literal, $save:literal) => {
        Ids {
            form: concat!($prefix, "-form"),
            errors: concat!($prefix, "-errors"),
            kind: concat!($prefix, "-type-select"),
            title: concat!($prefix, "-title-input"),
            client: concat!($prefix, "-client-picker"),
            client_list: concat!($prefix, "-client-list"),
            contact: concat!($prefix, "-contact-picker"),
            owner: concat!($prefix, "-user-picker"),
            status: concat!($prefix, "-status-select"),
            start: concat!($prefix, "-start-time"),
            end: concat!($prefix, "-end-time"),
            hours: concat!($prefix, "-duration-hours"),
            minutes: concat!($prefix, "-duration-minutes"),
            attendees: concat!($prefix, "-attendees"),
            attendee: concat!($prefix, "-attendees-custom-email-input"),
            attendee_list: concat!($prefix, "-attendees-list"),
            add_email: concat!($prefix, "-attendees-add-email"),
            meeting: concat!($prefix, "-meeting"),
            toggle: concat!($prefix, "-create-teams-meeting-toggle"),
            invited: concat!($prefix, "-invited"),
            record: concat!($prefix, "-record"),
            retry: concat!($prefix, "-retry-button"),
            without: concat!($prefix, "-save-without-meeting-button"),
            notes: concat!($prefix, "-notes-editor"),
            notes_tools: concat!($prefix, "-notes-tools"),
            notes_preview: concat!($prefix, "-notes-preview"),
            notes_preview_button: concat!($prefix, "-notes-preview-button"),
            cancel: $cancel,
            save: $save,
        }
    };
}

pub static QUICK_ADD: Ids = ids!(
    "quick-add-interaction",
    "cancel-interaction-button",
    "save-interaction-button"
);
pub static EDIT: Ids = ids!(
    "edit-interaction",
    "edit-interaction-cancel-button",
    "edit-interaction-save-button"
);

/// The popup of the schedule.
pub static ENTRY: Ids = Ids {
    title: "entry-popup-title",
    owner: "entry-popup-assigned-user",
    start: "entry-popup-scheduled-start",
    end: "entry-popup-scheduled-end",
    notes: "entry-popup-notes",
    toggle: "generate-teams-meeting-entry-popup",
    ..ids!("entry-popup", "cancel-entry-btn", "save-entry-btn")
};

impl Ids {
    /// The control to mend a field with; what has none is explained in the summary.
    pub fn control(&self, field: Field) -> &'static str {
        match field {
            Field::Type => self.kind,
            Field::Title => self.title,
            Field::Client => self.client,
            Field::Contact => self.contact,
            Field::Owner => self.owner,
            Field::Status => self.status,
            Field::Start => self.start,
            Field::End => self.end,
            Field::Attendees => self.attendee,
            Field::Notes => self.notes,
            _ => self.errors,
        }
    }
}
