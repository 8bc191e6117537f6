use domain::{Failure, Field as FieldName};
use leptos::{html, prelude::*, task::spawn_local};
use web_sys::KeyboardEvent;

use super::state::{Attendee, Kind, MeetingState};
use crate::{
    features::interactions::{
        api::find_people,
        form::{Combobox, Finder, Hit, Ids, RecordForm},
    },
    i18n::{tu, tu_string},
    ui::{Button, Field, Icon, focus, use_text},
};

/// Who is invited: chips, which are checkboxes, and a box that finds contacts and staff and takes any address. What stands in the box
/// counts without "Add" too.
#[component]
pub fn Attendees(form: RecordForm, state: MeetingState) -> impl IntoView {
    let text = use_text();
    let ids = form.ids;
    let node = NodeRef::<html::Input>::new();
    let error = form.error(FieldName::Attendees);
    let add = move || {
        let Some(input) = node.get_untracked() else { return };
        match domain::attendees([input.value().as_str()]) {
            Ok(invitees) => {
                for invitee in invitees {
                    add_address(form, state, invitee.address);
                }
                input.set_value("");
                state.more.set(String::new());
                form.local.set(None);
                focus(ids.attendee);
            }
            Err(problem) => form.local.set(Some(Failure::field(FieldName::Attendees, problem))),
        }
    };
    let key = move |event: KeyboardEvent| {
        let is_empty = state.more.read_untracked().trim().is_empty();
        // A comma ends an address, but not the last name in "Berg, Tomas".
        let is_address = || domain::attendees([state.more.read_untracked().as_str()]).is_ok();
        match event.key().as_str() {
            "Enter" if !is_empty => {
                event.prevent_default();
                add();
            }
            "," | ";" if !is_empty && is_address() => {
                event.prevent_default();
                add();
            }
            "Backspace" if state.more.read_untracked().is_empty() => {
                let last = state
                    .attendees
                    .with_untracked(|list| list.last().map(|last| last.address.clone()));
                if let Some(last) = last {
                    event.prevent_default();
                    state.remove(&last);
                }
            }
            _ => {}
        }
    };
    let choose = move |hit: Hit| {
        state.add(Attendee {
            address: hit.value,
            name: Some(hit.label),
            kind: hit.kind.map(Kind::from),
        });
    };
    // What was typed before hydration.
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            state.more.set(input.value());
        }
    });
    let typed = RwSignal::new(state.more.get_untracked());
    view! {
        <fieldset id=ids.attendees class="attendees" disabled=move || !state.teams.get() && form.busy.get()>
            <legend class="label">{tu!(text, interactions.qa_attendees)}</legend>
            <ul class="chips">
                <For
                    each=move || state.attendees.get()
                    key=|attendee| (attendee.address.clone(), attendee.kind.map(|kind| kind as u8))
                    children=move |attendee| view! { <Chip ids=ids attendee=attendee state=state /> }
                />
            </ul>
            <Field id=ids.attendee label=tu_string!(text, interactions.qa_attendees_add) error=error>
                <div class="input-row">
                    <Combobox
                        id=ids.attendee
                        list=ids.attendee_list
                        label=tu_string!(text, interactions.qa_attendees)
                        chosen=typed
                        finder=Finder::People(form.client)
                        error=error
                        name="input[more_attendees]"
                        node_ref=node
                        on_choose=Callback::new(choose)
                        on_text=Callback::new(move |text| state.more.set(text))
                        on_key=Callback::new(key)
                    />
                    <Button
                        id=ids.add_email
                        needs_script=true
                        on:click=move |_| add()
                    >
                        {tu!(text, interactions.qa_add_email)}
                    </Button>
                </div>
            </Field>
        </fieldset>
    }
}

/// Adds an address that was typed; who it is, the server knows.
fn add_address(form: RecordForm, state: MeetingState, address: String) {
    state.add(Attendee {
        address: address.clone(),
        name: None,
        kind: None,
    });
    spawn_local(async move {
        let client = form.client.try_get_untracked().unwrap_or_default();
        let found = find_people(address.clone(), client).await.unwrap_or_default();
        let person = found
            .into_iter()
            .find(|person| person.address.eq_ignore_ascii_case(&address));
        let _ = state.attendees.try_update(|list| {
            let added = list.iter_mut().find(|attendee| attendee.address == address);
            if let Some(attendee) = added.filter(|attendee| attendee.kind.is_none()) {
                attendee.kind = Some(person.as_ref().map_or(Kind::Outside, |person| person.kind.into()));
                attendee.name = person.map(|person| person.name);
            }
        });
    });
}

#[component]
fn Chip(ids: &'static Ids, attendee: Attendee, state: MeetingState) -> impl IntoView {
    let text = use_text();
    let Attendee { address, name, kind } = attendee;
    let who = name.unwrap_or_else(|| address.clone());
    let id = format!("{}-remove-{}", ids.attendees, slug(&address));
    let (title, removed) = (address.clone(), address.clone());
    let (icon, mark, class) = match kind {
        Some(Kind::Contact) => (
            icondata_lu::LuUserRound,
            tu_string!(text, interactions.kind_contact),
            "chip",
        ),
        Some(Kind::Staff) => (
            icondata_lu::LuHeadphones,
            tu_string!(text, interactions.kind_staff),
            "chip",
        ),
        Some(Kind::Outside) => (
            icondata_lu::LuGlobe,
            tu_string!(text, interactions.kind_outside),
            "chip chip-outside",
        ),
        None => (icondata_lu::LuMail, "", "chip"),
    };
    let label = if mark.is_empty() {
        tu_string!(text, interactions.qa_remove, who = who.clone())
    } else {
        tu_string!(text, interactions.qa_remove, who = format!("{who}, {mark}"))
    };
    view! {
        <li>
            // The mark is written by the style sheet; the label of the checkbox says it as well.
            <label class=class title=title data-mark=mark>
                <input
                    id=id
                    type="checkbox"
                    name="input[attendees][]"
                    value=address
                    checked=true
                    aria-label=label
                    on:change=move |_| {
                        state.remove(&removed);
                        focus(ids.attendee);
                    }
                />
                <Icon icon=icon />
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
