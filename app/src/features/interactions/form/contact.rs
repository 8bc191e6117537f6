use domain::{ContactOption, Field as FieldName};
use leptos::{html, prelude::*};

use super::RecordForm;
use crate::{
    i18n::tu_string,
    ui::{Choice, Select, use_text},
};

/// The contacts of the chosen client.
#[component]
pub fn ContactField(
    form: RecordForm,
    selected: String,
    #[prop(into)] on_change: Callback<Option<ContactOption>>,
) -> impl IntoView {
    let text = use_text();
    let node = NodeRef::<html::Select>::new();
    let choose = move |id: String| {
        let chosen = form.contacts.with_untracked(|contacts| {
            let is_chosen = |contact: &&ContactOption| contact.contact_id.to_string() == id;
            contacts.iter().find(is_chosen).cloned()
        });
        on_change.run(chosen);
    };
    let at_first = StoredValue::new(Some(selected.clone()));
    // What was chosen before hydration.
    Effect::new(move |_| {
        if let Some(select) = node.get_untracked()
            && select.value() != selected
        {
            choose(select.value());
        }
    });
    move || {
        let choices = form
            .contacts
            .get()
            .into_iter()
            .map(|contact| Choice {
                value: contact.contact_id.to_string(),
                label: contact.name,
            })
            .collect::<Vec<_>>();
        // With another client nobody is chosen.
        let selected = at_first.try_update_value(Option::take).flatten().unwrap_or_default();
        view! {
            <Select
                id=form.ids.contact
                name="input[contact_id]"
                label=tu_string!(text, interactions.qa_contact)
                aside=tu_string!(text, common.optional)
                placeholder=tu_string!(text, interactions.qa_no_contact)
                choices=choices
                selected=selected
                error=form.error(FieldName::Contact)
                node_ref=node
                on_change=choose
            />
        }
    }
}
