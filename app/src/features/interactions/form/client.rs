use domain::{Choice as Named, ClientId, ContactOption, Field as FieldName};
use leptos::{html, prelude::*, task::spawn_local};

use super::{
    RecordForm,
    combobox::{Combobox, Finder, Hit},
};
use crate::{
    features::interactions::api::contacts_of,
    i18n::tu_string,
    ui::{Field, described_by, focus_next, focused_id, invalid, use_hydrated, use_text},
};

/// Whose interaction it is. Without script a select with the first clients by name; with script a box that finds any client.
#[component]
pub fn ClientField(
    form: RecordForm,
    clients: Vec<Named<ClientId>>,
    /// There may be none.
    #[prop(optional)]
    optional: bool,
    /// Told when the chosen contact goes with its client.
    on_contact: Callback<Option<ContactOption>>,
) -> impl IntoView {
    let text = use_text();
    let ids = form.ids;
    let error = form.error(FieldName::Client);
    let hydrated = use_hydrated();
    let select = NodeRef::<html::Select>::new();
    let clients = StoredValue::new(clients);
    let name_of = move |id: &str| {
        clients.with_value(|clients| {
            let known = clients.iter().find(|client| client.id.to_string() == id);
            known.map(|client| client.name.clone()).unwrap_or_default()
        })
    };
    let name = RwSignal::new(name_of(&form.client.get_untracked()));
    let choose = move |id: String, label: String| {
        name.set(label);
        if form.client.get_untracked() == id {
            return;
        }
        form.client.set(id.clone());
        form.contacts.set(Vec::new());
        on_contact.run(None);
        if id.is_empty() {
            return;
        }
        spawn_local(async move {
            if let Ok(contacts) = contacts_of(id.clone()).await
                && form.client.try_get_untracked().is_some_and(|client| client == id)
            {
                form.contacts.set(contacts);
            }
        });
    };
    let choose_hit = Callback::new(move |hit: Hit| choose(hit.value, hit.label));
    let leave = Callback::new(move |typed: String| {
        if typed.trim().is_empty() {
            choose(String::new(), String::new());
        }
    });
    let control = move || {
        if hydrated.get() {
            // What was chosen before hydration.
            if let Some(select) = select.get_untracked() {
                let id = select.value();
                let label = name_of(&id);
                choose(id, label);
            }
            if focused_id().as_deref() == Some(ids.client) {
                focus_next(ids.client);
            }
            view! {
                <input type="hidden" name="input[client_id]" prop:value=form.client />
                <Combobox
                    id=ids.client
                    list=ids.client_list
                    label=tu_string!(text, interactions.client)
                    chosen=name
                    finder=Finder::Clients
                    error=error
                    on_choose=choose_hit
                    on_leave=leave
                />
            }
            .into_any()
        } else {
            view! { <ClientSelect form=form clients=clients.get_value() required=!optional node_ref=select /> }
                .into_any()
        }
    };
    let aside = if optional {
        tu_string!(text, common.optional)
    } else {
        ""
    };
    view! {
        <Field id=ids.client label=tu_string!(text, interactions.client) aside=aside error=error>
            {control}
        </Field>
    }
}

#[component]
fn ClientSelect(
    form: RecordForm,
    clients: Vec<Named<ClientId>>,
    required: bool,
    node_ref: NodeRef<html::Select>,
) -> impl IntoView {
    let text = use_text();
    let id = form.ids.client;
    let error = form.error(FieldName::Client);
    let chosen = form.client.get_untracked();
    let nothing = chosen.is_empty();
    let options = clients
        .into_iter()
        .map(|client| {
            let value = client.id.to_string();
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {client.name}
                </option>
            }
        })
        .collect_view();
    view! {
        <select
            id=id
            class="input"
            name="input[client_id]"
            required=required
            aria-describedby=described_by(id)
            aria-invalid=invalid(error)
            node_ref=node_ref
        >
            <option value="" selected=nothing>
                {tu_string!(text, interactions.qa_choose_client)}
            </option>
            {options}
        </select>
    }
}
