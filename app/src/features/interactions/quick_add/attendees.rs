use domain::{ContactOption, Failure, Field as FieldName};
use leptos::{html, prelude::*};
use web_sys::{Event, KeyboardEvent};

use super::state::{ATTENDEES, Attendee, FormState, MORE};
use crate::{
    i18n::{tu, tu_string},
    ui::{Button, Field, Icon, described_by, focus, invalid, use_text},
};

/// Who is invited: chips, which are checkboxes, and a box for further addresses. What stands in the box counts without "Add" too.
#[component]
pub fn Attendees(contacts: Vec<ContactOption>, state: FormState) -> impl IntoView {
    let text = use_text();
    let node = NodeRef::<html::Input>::new();
    let error = state.error(text, FieldName::Attendees);
    let add = move || {
        let Some(input) = node.get_untracked() else { return };
        match domain::attendees([input.value().as_str()]) {
            Ok(invitees) => {
                for invitee in invitees {
                    state.add(invitee.address, None);
                }
                input.set_value("");
                state.more.set(String::new());
                state.local.set(None);
                focus(MORE);
            }
            Err(problem) => state.local.set(Some(Failure::field(FieldName::Attendees, problem))),
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !state.more.read_untracked().trim().is_empty() {
            event.prevent_default();
            add();
        }
    };
    // What was typed before hydration.
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            state.more.set(input.value());
        }
    });
    let suggestions = contacts
        .into_iter()
        .filter_map(|contact| Some((contact.email?, contact.name)))
        .map(|(email, name)| view! { <option value=email>{name}</option> })
        .collect_view();
    view! {
        <fieldset id=ATTENDEES class="attendees" disabled=move || !state.teams.get() && state.busy.get()>
            <legend class="label">{tu!(text, interactions.qa_attendees)}</legend>
            <ul class="chips">
                <For
                    each=move || state.attendees.get()
                    key=|attendee| attendee.address.clone()
                    children=move |attendee| view! { <Chip attendee=attendee state=state /> }
                />
            </ul>
            <Field id=MORE label=tu_string!(text, interactions.qa_attendees_add) error=error>
                <div class="input-row">
                    <input
                        id=MORE
                        class="input"
                        // Several addresses are fine, which `type="email"` would refuse.
                        type="text"
                        inputmode="email"
                        name="input[more_attendees]"
                        autocomplete="off"
                        list="quick-add-interaction-addresses"
                        aria-describedby=described_by(MORE)
                        aria-invalid=invalid(error)
                        node_ref=node
                        on:input=move |event: Event| state.more.set(event_target_value(&event))
                        on:keydown=key
                    />
                    <Button
                        id="quick-add-interaction-attendees-add-email"
                        needs_script=true
                        on:click=move |_| add()
                    >
                        {tu!(text, interactions.qa_add_email)}
                    </Button>
                </div>
            </Field>
            <datalist id="quick-add-interaction-addresses">{suggestions}</datalist>
        </fieldset>
    }
}

#[component]
fn Chip(attendee: Attendee, state: FormState) -> impl IntoView {
    let text = use_text();
    let Attendee { address, name } = attendee;
    let who = name.unwrap_or_else(|| address.clone());
    let id = format!("{ATTENDEES}-remove-{}", slug(&address));
    let (title, removed) = (address.clone(), address.clone());
    view! {
        <li>
            <label class="chip" title=title>
                <input
                    id=id
                    type="checkbox"
                    name="input[attendees][]"
                    value=address
                    checked=true
                    aria-label=tu_string!(text, interactions.qa_remove, who = who.clone())
                    on:change=move |_| {
                        state.remove(&removed);
                        focus(MORE);
                    }
                />
                {who}
                <Icon icon=icondata_lu::LuX />
            </label>
        </li>
    }
}

/// An address as part of an element id: small letters and digits, the rest as single hyphens.
fn slug(address: &str) -> String {
    let parts = address
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
