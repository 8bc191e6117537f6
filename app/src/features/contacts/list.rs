use domain::{COUNTED, ContactList, ContactRow, ListQuery, Permission, import::ImportKind};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::list_contacts,
    form::{ADD_BUTTON, ContactDialog},
};
use crate::{
    features::clients::{Column, Entry, KeptFocus, List, ListActions, ListSearch, Listing, SearchIds, use_list_query},
    i18n::tu_string,
    paths,
    ui::{I18n, Loaded, PageHeader, aria_busy, resource, use_text},
};

static CONTACTS: Listing = Listing {
    prefix: "contact",
    home: paths::CONTACTS,
    columns: [
        Column::new(|text| tu_string!(text, errors.field.name), ""),
        Column::new(|text| tu_string!(text, errors.field.email), "column-wide"),
        Column::new(|text| tu_string!(text, errors.field.phone), "column-wide column-tight"),
        Column::new(|text| tu_string!(text, errors.field.client), ""),
    ],
    nothing: |text| tu_string!(text, contacts.none),
    total: total_text,
    no_hit: (
        |text, _| tu_string!(text, contacts.none_title).to_owned(),
        |text| tu_string!(text, contacts.none_text),
    ),
    clear: |text| tu_string!(text, contacts.clear),
    empty: (
        icondata_lu::LuUsers,
        |text| tu_string!(text, contacts.empty_title),
        |text| tu_string!(text, contacts.empty_text),
    ),
};

#[component]
pub fn ContactsScreen() -> impl IntoView {
    let text = use_text();
    let query = use_list_query();
    let contacts = resource(
        move || query.get(),
        |ListQuery { q, client, show, after }| list_contacts(q, client, show, after),
    );
    let pending = RwSignal::new(false);
    let focus = KeptFocus::nowhere();
    let list = move |list: ContactList| {
        let rows = list.rows.into_iter().map(entry).collect();
        let query = query.get_untracked();
        view! { <List of=&CONTACTS rows=rows total=list.total next=list.next query=query focus=focus /> }.into_any()
    };
    let navigate = use_navigate();
    let search = SearchIds {
        list: paths::CONTACTS,
        form: "contact-search-form",
        input: "contact-search-input",
        shown: "contact-shown-select",
        client: Some("contact-client-filter"),
        button: "contact-search-button",
        label: tu_string!(text, contacts.search),
        hint: tu_string!(text, contacts.search_hint),
    };
    let actions = view! {
        <ListActions
            add=Permission::ContactCreate
            update=Permission::ContactUpdate
            import=ImportKind::Contacts
            import_id="contacts-import-link"
            add_id=ADD_BUTTON
            add_href=paths::new_contact(paths::CONTACTS)
            add_label=tu_string!(text, contacts.add)
        />
    };
    view! {
        <PageHeader title=tu_string!(text, contacts.title) actions=Some(actions.into_any()) />
        <ListSearch ids=search query=query />
        <div id="contact-list-region" aria-busy=aria_busy(pending)>
            <Loaded of=contacts draw=list rows=8 set_pending=pending />
        </div>
        <ContactDialog on_saved=move |id| navigate(&paths::contact(id), NavigateOptions::default()) />
    }
}

fn entry(row: ContactRow) -> Entry {
    Entry {
        id: format!("contact-{}", row.contact_id),
        href: paths::contact(row.contact_id),
        name: row.name,
        is_inactive: row.is_inactive,
        role: row.role,
        cells: [row.email, row.phone, row.client.map(|client| client.name)],
    }
}

fn total_text(text: I18n, total: u32) -> String {
    match total {
        1 => tu_string!(text, contacts.total_one).to_owned(),
        total if total > COUNTED => tu_string!(text, contacts.total_over, total = COUNTED),
        total => tu_string!(text, contacts.total_many, total = total),
    }
}
