use std::time::Duration;

use domain::{COUNTED, ClientList, ClientRow, ListQuery, News, Permission, import::ImportKind};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::list_clients,
    form::{ADD_BUTTON, ClientDialog},
    search::{ListSearch, SearchIds, use_list_query},
    table::{Column, Entry, KeptFocus, List, ListActions, Listing},
};
use crate::{
    features::live::follow,
    i18n::tu_string,
    paths,
    ui::{I18n, Loaded, PageHeader, aria_busy, resource, use_text},
};

/// What others do is looked at together with what comes within this time.
const FOLLOWED_AFTER: Duration = Duration::from_secs(1);

static CLIENTS: Listing = Listing {
    prefix: "client",
    home: paths::CLIENTS,
    columns: [
        Column::new(|text| tu_string!(text, clients.column_name), ""),
        Column::new(|text| tu_string!(text, clients.column_last), "column-last"),
        Column {
            label: |text| tu_string!(text, clients.column_next),
            class: "",
            icon: Some(icondata_lu::LuCalendarClock),
        },
        Column::new(|text| tu_string!(text, clients.column_contacts), "column-number"),
    ],
    nothing: |text| tu_string!(text, clients.never),
    total: total_text,
    no_hit: (
        |text, query| tu_string!(text, clients.none_title, query = query),
        |text| tu_string!(text, clients.none_text),
    ),
    clear: |text| tu_string!(text, clients.clear),
    empty: (
        icondata_lu::LuBuilding2,
        |text| tu_string!(text, clients.empty_title),
        |text| tu_string!(text, clients.empty_text),
    ),
};

#[component]
pub fn ClientsScreen() -> impl IntoView {
    let text = use_text();
    let query = use_list_query();
    let clients = resource(
        move || query.get(),
        |ListQuery { q, show, after, .. }| list_clients(q, show, after),
    );
    let pending = RwSignal::new(false);
    let focus = KeptFocus::nowhere();
    let list = move |list: ClientList| {
        let rows = list.rows.into_iter().map(entry).collect();
        let query = query.get_untracked();
        view! { <List of=&CLIENTS rows=rows total=list.total next=list.next query=query focus=focus /> }.into_any()
    };
    // Last and next interaction stand here, too, but nobody waits for them.
    follow(
        Callback::new(|news| matches!(news, News::LookAgain | News::Change(_))),
        Some(FOLLOWED_AFTER),
        Callback::new(move |()| {
            focus.keep();
            clients.refetch();
        }),
    );
    let navigate = use_navigate();
    let search = SearchIds {
        list: paths::CLIENTS,
        form: "client-search-form",
        input: "client-search-input",
        shown: "client-shown-select",
        client: None,
        button: "client-search-button",
        label: tu_string!(text, clients.search),
        hint: tu_string!(text, clients.search_hint),
    };
    let actions = view! {
        <ListActions
            add=Permission::ClientCreate
            update=Permission::ClientUpdate
            import=ImportKind::Clients
            import_id="clients-import-link"
            add_id=ADD_BUTTON
            add_href=paths::new_client()
            add_label=tu_string!(text, clients.add)
        />
    };
    view! {
        <PageHeader title=tu_string!(text, clients.title) actions=Some(actions.into_any()) />
        <ListSearch ids=search query=query />
        <div id="client-list-region" aria-busy=aria_busy(pending)>
            <Loaded of=clients draw=list rows=8 set_pending=pending />
        </div>
        <ClientDialog on_saved=move |id| navigate(&paths::client(id), NavigateOptions::default()) />
    }
}

fn entry(row: ClientRow) -> Entry {
    Entry {
        id: format!("client-{}", row.client_id),
        href: paths::client(row.client_id),
        name: row.name,
        is_inactive: row.is_inactive,
        role: None,
        cells: [row.last_interaction, row.next_meeting, Some(row.contacts.to_string())],
    }
}

fn total_text(text: I18n, total: u32) -> String {
    match total {
        1 => tu_string!(text, clients.total_one).to_owned(),
        total if total > COUNTED => tu_string!(text, clients.total_over, total = COUNTED),
        total => tu_string!(text, clients.total_many, total = total),
    }
}
