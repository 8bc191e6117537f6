use domain::{Capability, ConnectionTrouble, Unavailable};
use leptos::{html, prelude::*};

use super::{attendees::Attendees, state::MeetingState, trouble};
use crate::{
    features::interactions::form::RecordForm,
    i18n::{tu, tu_string},
    ui::{I18n, Switch, use_hydrated, use_text},
};

/// The switch for the Teams meeting and who is invited. With script it shows for the types it is meant for; without, always.
#[component]
pub fn Meeting(
    meetings: Capability,
    trouble: Option<ConnectionTrouble>,
    organizer: Option<String>,
    /// Teams shall record it by itself.
    records: bool,
    form: RecordForm,
    state: MeetingState,
    /// It is on as soon as it is offered.
    #[prop(default = true)]
    at_once: bool,
) -> impl IntoView {
    let text = use_text();
    let ids = form.ids;
    let hydrated = use_hydrated();
    let node = NodeRef::<html::Input>::new();
    let available = meetings == Capability::Available;
    let off_topic = move || hydrated.get() && !state.online.get();
    // Choosing a type for online meetings switches it on; what is hidden is not sent.
    let at_first = state.online.get_untracked();
    Effect::new(move |was_online: Option<bool>| {
        let online = state.online.get();
        // The first time, the type may have been chosen before hydration.
        if was_online.unwrap_or(at_first) != online {
            state.teams.set(online && available && at_once);
        }
        online
    });
    Effect::new(move |_| {
        let on = state.teams.get();
        if let Some(input) = node.get() {
            input.set_checked(on);
        }
    });
    let hint = match meetings {
        Capability::Available => tu_string!(text, interactions.qa_teams_hint),
        Capability::Unavailable(reason) => unavailable(text, reason),
    };
    let count = move || invited_text(text, state.count(), organizer.as_deref());
    view! {
        <div id=ids.meeting class="form-group" hidden=off_topic>
            <Switch
                id=ids.toggle
                name="input[create_teams_meeting]"
                label=tu_string!(text, interactions.qa_teams)
                hint=hint
                checked=state.teams.get_untracked()
                disabled=Signal::derive(move || !available || off_topic())
                node_ref=node
                on_change=move |on| state.teams.set(on)
            />
            {trouble.map(|found| trouble::trouble(text, format!("{}-trouble", ids.toggle), found))}
            {available
                .then(|| {
                    view! {
                        <p class="hint" class:no-script-only=true>
                            {tu!(text, interactions.qa_teams_noscript)}
                        </p>
                        <div hidden=move || hydrated.get() && !state.teams.get()>
                            <Attendees form=form state=state />
                            <p id=ids.invited class="hint needs-script" aria-live="polite">
                                {count}
                            </p>
                            <RecordChoice id=ids.record on=records />
                        </div>
                    }
                })}
        </div>
    }
}

/// Whether Teams records and transcribes the meeting by itself.
#[component]
pub fn RecordChoice(id: &'static str, on: bool) -> impl IntoView {
    let text = use_text();
    let hint = format!("{id}-hint");
    view! {
        <div class="field">
            <input type="hidden" name="input[record_offered]" value="on" />
            <label class="check" for=id>
                <input
                    id=id
                    type="checkbox"
                    name="input[record]"
                    value="on"
                    checked=on
                    aria-describedby=hint.clone()
                />
                {tu!(text, interactions.qa_record)}
            </label>
            <p id=hint class="hint">
                {tu!(text, interactions.qa_record_hint)}
            </p>
        </div>
    }
}

/// Why there can be no Teams meeting.
pub fn unavailable(text: I18n, reason: Unavailable) -> &'static str {
    match reason {
        Unavailable::NotInThisEdition => tu_string!(text, interactions.unavailable_edition),
        Unavailable::NotConfigured => tu_string!(text, interactions.unavailable_setup),
        Unavailable::NoOrganizer => tu_string!(text, interactions.unavailable_organizer),
    }
}

fn invited_text(text: I18n, count: usize, organizer: Option<&str>) -> String {
    match (count, organizer.map(str::to_owned)) {
        (0, _) => tu_string!(text, interactions.qa_invited_none).to_owned(),
        (1, None) => tu_string!(text, interactions.qa_invited_one).to_owned(),
        (1, Some(organizer)) => tu_string!(text, interactions.qa_invited_one_from, organizer = organizer),
        (count, None) => tu_string!(text, interactions.qa_invited_many, count = count),
        (count, Some(organizer)) => {
            tu_string!(
                text,
                interactions.qa_invited_many_from,
                count = count,
                organizer = organizer
            )
        }
    }
}
