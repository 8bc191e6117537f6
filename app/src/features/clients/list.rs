use std::time::Duration;

use domain::{COUNTED, ClientList, ClientRow, ListQuery, News, Permission, Shown, import::ImportKind};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    api::list_clients,
    form::{ADD_BUTTON, ClientDialog},
    search::{ListSearch, Pager, SearchIds, count_text, use_list_query},
};
use crate::{
    features::live::follow,
    i18n::{tu, tu_string},
    paths,
    ui::{
        Badge, ButtonKind, ButtonLink, Empty, Failed, I18n, Icon, PageHeader, Skeleton, Tone, aria_busy, use_text,
        use_viewer,
    },
};

/// What others do is looked at together with what comes within this time.
const FOLLOWED_AFTER: Duration = Duration::from_secs(1);

#[component]
pub fn ClientsScreen() -> impl IntoView {
    let text = use_text();
    let query = use_list_query();
    let clients = Resource::new_blocking(
        move || query.get(),
        |ListQuery { q, show, after, .. }| list_clients(q, show, after),
    );
    let pending = RwSignal::new(false);
    let list = move || {
        Suspend::new(async move {
            match clients.await {
                Ok(list) => view! { <Clients list=list query=query.get_untracked() /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| clients.refetch() /> }.into_any(),
            }
        })
    };
    // Last and next interaction stand here, too, but nobody waits for them.
    follow(
        Callback::new(|news| news != News::Schedule),
        Some(FOLLOWED_AFTER),
        Callback::new(move |()| clients.refetch()),
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
    view! {
        <PageHeader title=tu_string!(text, clients.title) actions=Some(view! { <Actions /> }.into_any()) />
        <ListSearch ids=search query=query />
        <div id="client-list-region" aria-busy=aria_busy(pending)>
            <Transition fallback=|| view! { <Skeleton rows=8 /> } set_pending=pending>
                {list}
            </Transition>
        </div>
        <ClientDialog on_saved=move |id| navigate(&paths::client(id), NavigateOptions::default()) />
    }
}

/// What those may do here who may.
#[component]
fn Actions() -> impl IntoView {
    let text = use_text();
    let viewer = use_viewer();
    let actions = move || {
        Suspend::new(async move {
            let viewer = viewer.get().await.ok()?;
            let may_add = viewer.may(Permission::ClientCreate);
            let import = (may_add && viewer.may(Permission::ClientUpdate)).then(|| {
                view! {
                    <ButtonLink id="clients-import-link" href=paths::import(ImportKind::Clients)>
                        <Icon icon=icondata_lu::LuFileUp />
                        {tu!(text, clients.import)}
                    </ButtonLink>
                }
            });
            let add = may_add.then(|| {
                view! {
                    <ButtonLink
                        id=ADD_BUTTON
                        href=paths::new_client()
                        kind=ButtonKind::Primary
                        attr:data-noscroll=""
                    >
                        <Icon icon=icondata_lu::LuPlus />
                        {tu!(text, clients.add)}
                    </ButtonLink>
                }
            });
            Some(view! { {import} {add} })
        })
    };
    view! { <Suspense>{actions}</Suspense> }
}

fn total_text(text: I18n, total: u32) -> String {
    match total {
        1 => tu_string!(text, clients.total_one).to_owned(),
        total if total > COUNTED => tu_string!(text, clients.total_over, total = COUNTED),
        total => tu_string!(text, clients.total_many, total = total),
    }
}

#[component]
fn Clients(list: ClientList, query: ListQuery) -> impl IntoView {
    let text = use_text();
    let ClientList { rows, total, next } = list;
    if rows.is_empty() {
        return view! { <NoClients total=total query=query /> }.into_any();
    }
    let count = count_text(text, &query, rows.len(), next.is_some(), total, total_text);
    view! {
        <p id="client-count" class="count" role="status">
            {count}
        </p>
        <table id="client-list" class="table">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, clients.column_name)}</th>
                    <th scope="col" class="column-last">
                        {tu!(text, clients.column_last)}
                    </th>
                    <th scope="col">{tu!(text, clients.column_next)}</th>
                    <th scope="col" class="column-number">
                        {tu!(text, clients.column_contacts)}
                    </th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view()}</tbody>
        </table>
        <Pager
            list=paths::CLIENTS
            query=query
            next=next
            ids=("client-list-first-link", "client-list-next-link")
        />
    }
    .into_any()
}

/// Why there is nothing to see, and what helps.
#[component]
fn NoClients(total: u32, query: ListQuery) -> impl IntoView {
    let text = use_text();
    let filter = query.filter();
    let clear = move || {
        view! {
            <ButtonLink id="client-search-clear-link" href=paths::CLIENTS>
                {tu!(text, clients.clear)}
            </ButtonLink>
        }
    };
    if filter.after.is_some() {
        return view! {
            <Empty
                id="client-list-end"
                icon=icondata_lu::LuInbox
                title=tu_string!(text, clients.none_on_page)
                text=tu_string!(text, clients.none_on_page_text)
            >
                {clear()}
            </Empty>
        }
        .into_any();
    }
    if filter.narrows() {
        return view! {
            <Empty
                id="client-list-no-hit"
                icon=icondata_lu::LuSearchX
                title=tu_string!(text, clients.none_title, query = query.q)
                text=tu_string!(text, clients.none_text)
            >
                {clear()}
            </Empty>
        }
        .into_any();
    }
    if filter.shown == Shown::Inactive && total == 0 {
        return view! {
            <Empty
                id="client-list-none-inactive"
                icon=icondata_lu::LuCircleSlash
                title=tu_string!(text, clients.no_inactive_title)
                text=tu_string!(text, clients.no_inactive_text)
            />
        }
        .into_any();
    }
    view! {
        <Empty
            id="client-list-empty"
            icon=icondata_lu::LuBuilding2
            title=tu_string!(text, clients.empty_title)
            text=tu_string!(text, clients.empty_text)
        />
    }
    .into_any()
}

#[component]
fn Row(row: ClientRow) -> impl IntoView {
    let text = use_text();
    let ClientRow {
        client_id,
        name,
        is_inactive,
        contacts,
        last_interaction,
        next_meeting,
    } = row;
    let none = || view! { <span class="quiet">{tu!(text, clients.never)}</span> }.into_any();
    let next = match next_meeting {
        Some(next) => view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuCalendarClock />
                {next}
            </span>
        }
        .into_any(),
        None => none(),
    };
    let inactive = is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.inactive) /> }
    });
    view! {
        <tr>
            <th scope="row">
                <a id=format!("client-{client_id}") class="row-link" href=paths::client(client_id)>
                    {name}
                </a>
                {inactive}
            </th>
            <td class="column-last">{last_interaction.map_or_else(none, IntoAny::into_any)}</td>
            <td>{next}</td>
            <td class="column-number">{contacts}</td>
        </tr>
    }
}
