use domain::{ContactOption, Field as FieldName, TypeOption};
use leptos::{html, prelude::*};

use super::state::{CONTACT, FormState, TYPE};
use crate::{
    i18n::tu_string,
    ui::{Choice, Select, use_text},
};

#[component]
pub fn TypeSelect(types: Vec<TypeOption>, selected: String, state: FormState) -> impl IntoView {
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
        state.online.set(online);
    };
    // What was chosen before hydration.
    Effect::new(move |_| {
        if let Some(select) = node.get() {
            choose(select.value());
        }
    });
    view! {
        <Select
            id=TYPE
            name="input[type_id]"
            label=tu_string!(text, interactions.qa_type)
            placeholder=tu_string!(text, interactions.qa_choose_type)
            choices=choices
            selected=selected
            required=true
            error=state.error(text, FieldName::Type)
            node_ref=node
            on_change=choose
        />
    }
}

/// The chosen contact is invited, until it is removed or another one is chosen.
#[component]
pub fn ContactSelect(contacts: Vec<ContactOption>, state: FormState) -> impl IntoView {
    let text = use_text();
    let node = NodeRef::<html::Select>::new();
    let choices = contacts
        .iter()
        .map(|contact| Choice {
            value: contact.contact_id.to_string(),
            label: contact.name.clone(),
        })
        .collect::<Vec<_>>();
    let contacts = StoredValue::new(contacts);
    let invited = StoredValue::new(None::<String>);
    let choose = move |id: String| {
        let chosen = contacts.with_value(|contacts| {
            let contact = contacts.iter().find(|contact| contact.contact_id.to_string() == id)?;
            Some((contact.email.clone()?, contact.name.clone()))
        });
        if let Some(before) = invited.try_update_value(Option::take).flatten() {
            state.remove(&before);
        }
        if let Some((address, name)) = chosen {
            invited.set_value(Some(address.clone()));
            state.add(address, Some(name));
        }
    };
    Effect::new(move |_| {
        if let Some(select) = node.get() {
            choose(select.value());
        }
    });
    view! {
        <Select
            id=CONTACT
            name="input[contact_id]"
            label=tu_string!(text, interactions.qa_contact)
            aside=tu_string!(text, common.optional)
            placeholder=tu_string!(text, interactions.qa_no_contact)
            choices=choices
            error=state.error(text, FieldName::Contact)
            node_ref=node
            on_change=choose
        />
    }
}
