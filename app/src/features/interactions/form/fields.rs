use domain::{Choice as Named, Choices, ContactOption, Field as FieldName, RecordValues, TypeOption, text as limits};
use leptos::{html, prelude::*};

use super::{RecordForm, client::ClientField, contact::ContactField, notes::NotesField, when::When};
use crate::{
    i18n::tu_string,
    ui::{Choice, Field, Select, described_by, invalid, use_text},
};

fn entries<Id: ToString>(choices: Vec<Named<Id>>) -> Vec<Choice> {
    let entry = |choice: Named<Id>| Choice {
        value: choice.id.to_string(),
        label: choice.name,
    };
    choices.into_iter().map(entry).collect()
}

/// The fields, in the order in which they are checked.
#[component]
pub fn RecordFields(
    form: RecordForm,
    values: RecordValues,
    choices: Choices,
    /// The entry for no status.
    no_status: &'static str,
    /// An interaction that is there may have no end.
    needs_end: bool,
    /// The times are the Teams meeting's and cannot be changed here.
    follows_meeting: bool,
    /// Says whether the chosen type is for online meetings.
    #[prop(into)]
    on_type: Callback<bool>,
    #[prop(into)] on_contact: Callback<Option<ContactOption>>,
    /// What stands behind the times.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let text = use_text();
    let ids = form.ids;
    view! {
        <TypeField form=form types=choices.types selected=values.type_id on_change=on_type />
        <Field id=ids.title label=tu_string!(text, interactions.qa_title) error=form.error(FieldName::Title)>
            <input
                id=ids.title
                class="input"
                name="input[title]"
                value=values.title
                required
                maxlength=limits::MAX_TITLE.to_string()
                autocomplete="off"
                aria-describedby=described_by(ids.title)
                aria-invalid=invalid(form.error(FieldName::Title))
            />
        </Field>
        <div class="form-pair">
            <ClientField form=form clients=choices.clients on_contact=on_contact />
            <ContactField form=form selected=values.contact_id on_change=on_contact />
        </div>
        <When
            form=form
            start=values.start
            end=values.end
            zone=choices.zone
            needs_end=needs_end
            follows_meeting=follows_meeting
        />
        {children.map(|children| children())}
        <div class="form-pair">
            <Select
                id=ids.status
                name="input[status_id]"
                label=tu_string!(text, interactions.qa_status)
                placeholder=no_status
                choices=entries(choices.statuses)
                selected=values.status_id
                error=form.error(FieldName::Status)
                on_change=|_| ()
            />
            <Select
                id=ids.owner
                name="input[user_id]"
                label=tu_string!(text, interactions.user)
                placeholder=tu_string!(text, interactions.user)
                choices=entries(choices.people)
                selected=values.user_id
                required=true
                error=form.error(FieldName::Owner)
                on_change=|_| ()
            />
        </div>
        <NotesField form=form value=values.notes />
    }
}

#[component]
fn TypeField(form: RecordForm, types: Vec<TypeOption>, selected: String, on_change: Callback<bool>) -> impl IntoView {
    let text = use_text();
    let node = NodeRef::<html::Select>::new();
    let choices = types
        .iter()
        .map(|kind| Choice {
            value: kind.type_id.to_string(),
            label: kind.name.clone(),
        })
        .collect::<Vec<_>>();
    let types = StoredValue::new(types);
    let choose = move |id: String| {
        let online = types.with_value(|types| {
            types
                .iter()
                .any(|kind| kind.is_online_meeting && kind.type_id.to_string() == id)
        });
        on_change.run(online);
    };
    // What was chosen before hydration.
    Effect::new(move |_| {
        if let Some(select) = node.get() {
            choose(select.value());
        }
    });
    view! {
        <Select
            id=form.ids.kind
            name="input[type_id]"
            label=tu_string!(text, interactions.qa_type)
            placeholder=tu_string!(text, interactions.qa_choose_type)
            choices=choices
            selected=selected
            required=true
            error=form.error(FieldName::Type)
            node_ref=node
            on_change=choose
        />
    }
}
