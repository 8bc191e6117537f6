use std::time::Duration;

use domain::{ClientList, ClientRow};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use web_sys::SubmitEvent;

use super::api::list_clients;
use crate::{
    features::live::follow,
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonLink, Empty, Failed, Icon, PageHeader, Skeleton, aria_busy, use_text},
};

/// What others do is looked at together with what comes within this time.
const FOLLOWED_AFTER: Duration = Duration::from_secs(1);
const SEARCH: &str = "client-search-input";

#[component]
pub fn ClientsScreen() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let clients = Resource::new_blocking(move || wanted.get(), list_clients);
    let pending = RwSignal::new(false);
    let list = move || {
        Suspend::new(async move {
            match clients.await {
                Ok(list) => view! { <Clients list=list query=wanted.get_untracked() /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| clients.refetch() /> }.into_any(),
            }
        })
    };
    // Last and next interaction stand here, too, but nobody waits for them.
    follow(
        Callback::new(|_| true),
        Some(FOLLOWED_AFTER),
        Callback::new(move |()| clients.refetch()),
    );
    let text = use_text();
    view! {
        <PageHeader title=tu_string!(text, clients.title) />
        <Search wanted=wanted />
        <div id="client-list-region" aria-busy=aria_busy(pending)>
            <Transition fallback=|| view! { <Skeleton rows=8 /> } set_pending=pending>
                {list}
            </Transition>
        </div>
    }
}

/// A GET form: the search stands in the URL and works without script. With script it follows the typing.
#[component]
fn Search(wanted: Memo<String>) -> impl IntoView {
    let text = use_text();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let search = move || {
        let Some(input) = input.get_untracked() else { return };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        let typed = input.value();
        let path = if typed.trim().is_empty() {
            paths::CLIENTS.to_owned()
        } else {
            paths::clients_matching(&typed)
        };
        navigate(&path, options);
    };
    let stop = move || {
        if let Some(handle) = timer.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let submit = {
        let search = search.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            stop();
            search();
        }
    };
    let typed = move |_| {
        stop();
        timer.set_value(set_timeout_with_handle(search.clone(), Duration::from_millis(250)).ok());
    };
    on_cleanup(stop);
    // The back button and "Clear search" change the URL under the box.
    Effect::new(move |_| {
        let wanted = wanted.get();
        if let Some(input) = input.get()
            && document().active_element().is_none_or(|active| active.id() != SEARCH)
        {
            input.set_value(&wanted);
        }
    });
    view! {
        <form id="client-search-form" class="search" role="search" method="get" action=paths::CLIENTS on:submit=submit>
            <label class="visually-hidden" for=SEARCH>
                {tu!(text, clients.search)}
            </label>
            <Icon icon=icondata_lu::LuSearch />
            <input
                id=SEARCH
                class="input"
                type="search"
                name="q"
                value=wanted.get_untracked()
                placeholder=tu_string!(text, clients.search_hint)
                autocomplete="off"
                aria-keyshortcuts="/"
                node_ref=input
                on:input=typed
            />
            <Button id="client-search-button" submit=true>
                {tu!(text, clients.search_button)}
            </Button>
        </form>
    }
}

#[component]
fn Clients(list: ClientList, query: String) -> impl IntoView {
    let text = use_text();
    let ClientList { rows, total, matching } = list;
    if total == 0 {
        return view! {
            <Empty
                id="client-list-empty"
                icon=icondata_lu::LuBuilding2
                title=tu_string!(text, clients.empty_title)
                text=tu_string!(text, clients.empty_text)
            />
        }
        .into_any();
    }
    if rows.is_empty() {
        return view! {
            <Empty
                id="client-list-no-hit"
                icon=icondata_lu::LuSearchX
                title=tu_string!(text, clients.none_title, query = query)
                text=tu_string!(text, clients.none_text)
            >
                <ButtonLink id="client-search-clear-link" href=paths::CLIENTS>
                    {tu!(text, clients.clear)}
                </ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let count = match (query.trim().is_empty(), total) {
        (false, _) => tu_string!(text, clients.count, matching = matching, total = total),
        (true, 1) => tu_string!(text, clients.total_one).to_owned(),
        (true, _) => tu_string!(text, clients.total_many, total = total),
    };
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let cut = (shown < matching).then(|| {
        view! {
            <p id="client-list-cut" class="table-foot">
                {tu_string!(text, clients.cut, shown = shown)}
            </p>
        }
    });
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
        {cut}
    }
    .into_any()
}

#[component]
fn Row(row: ClientRow) -> impl IntoView {
    let text = use_text();
    let ClientRow {
        client_id,
        name,
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
    view! {
        <tr>
            <th scope="row">
                <a id=format!("client-{client_id}") class="row-link" href=paths::client(client_id)>
                    {name}
                </a>
            </th>
            <td class="column-last">{last_interaction.map_or_else(none, IntoAny::into_any)}</td>
            <td>{next}</td>
            <td class="column-number">{contacts}</td>
        </tr>
    }
}
