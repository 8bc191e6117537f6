//! What stands around a list: its search above, its pages below.

use std::time::Duration;

use domain::{ListCursor, ListQuery, MAX_SEARCH, Shown};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use web_sys::{FormData, SubmitEvent};

use super::{picker::ClientPicker, table::Listing};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonLink, Icon, Timer, set_value, use_text},
};

/// What the address asks for.
pub fn use_list_query() -> Memo<ListQuery> {
    let map = use_query_map();
    Memo::new(move |_| map.with(|map| ListQuery::read(|name| map.get(name))))
}

/// The ids of a search, and its words.
#[derive(Clone, Copy)]
pub struct SearchIds {
    pub list: &'static str,
    pub form: &'static str,
    pub input: &'static str,
    pub shown: &'static str,
    /// Only where the rows belong to clients.
    pub client: Option<&'static str>,
    pub button: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
}

/// A GET form: the search stands in the URL and works without script. With script it follows the typing.
#[component]
pub fn ListSearch(ids: SearchIds, query: Memo<ListQuery>) -> impl IntoView {
    let text = use_text();
    let navigate = use_navigate();
    let form = NodeRef::<html::Form>::new();
    let timer = Timer::new();
    let apply = Callback::new(move |()| {
        let data = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok());
        let Some(data) = data else { return };
        let asked = ListQuery::read(|name| data.get(name).as_string());
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::list(ids.list, &asked), options);
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        timer.stop();
        apply.run(());
    };
    let typed = move || {
        timer.start(Duration::from_millis(250), move || apply.run(()));
    };
    // The back button and "Clear search" change the URL under the boxes.
    Effect::new(move |before: Option<ListQuery>| {
        let wanted = query.get();
        if before.is_some_and(|before| before != wanted) {
            set_value(ids.input, &wanted.q);
            set_value(ids.shown, Shown::find(&wanted.show).unwrap_or_default().name());
            if let Some(client) = ids.client {
                set_value(client, &wanted.client);
            }
        }
        wanted
    });
    let first = query.get_untracked();
    let client = ids.client.map(|id| {
        view! {
            <ClientPicker
                id=id
                name="client"
                list="contact-client-filter-suggestions"
                value=first.client.clone()
                placeholder=tu_string!(text, contacts.client_hint)
                label=tu_string!(text, contacts.client_filter)
                on_input=move |_| typed()
            />
        }
    });
    view! {
        <form
            id=ids.form
            class="list-search"
            role="search"
            method="get"
            action=ids.list
            node_ref=form
            on:submit=submit
        >
            <div class="search">
                <label class="visually-hidden" for=ids.input>
                    {ids.label}
                </label>
                <Icon icon=icondata_lu::LuSearch />
                <input
                    id=ids.input
                    class="input"
                    type="search"
                    name="q"
                    value=first.q
                    maxlength=MAX_SEARCH.to_string()
                    placeholder=ids.hint
                    autocomplete="off"
                    aria-keyshortcuts="/"
                    on:input=move |_| typed()
                />
            </div>
            {client}
            <ShownSelect id=ids.shown shown=Shown::find(&first.show).unwrap_or_default() on_change=apply />
            <Button id=ids.button submit=true>
                {tu!(text, clients.search_button)}
            </Button>
        </form>
    }
}

/// Whether those in use are listed, the others, or all.
#[component]
fn ShownSelect(id: &'static str, shown: Shown, on_change: Callback<()>) -> impl IntoView {
    let text = use_text();
    let options = Shown::ALL.map(|choice| {
        let words = match choice {
            Shown::Active => tu_string!(text, clients.show_active),
            Shown::Inactive => tu_string!(text, clients.show_inactive),
            Shown::All => tu_string!(text, clients.show_all),
        };
        view! {
            <option value=choice.name() selected=choice == shown>
                {words}
            </option>
        }
    });
    view! {
        <label class="visually-hidden" for=id>
            {tu!(text, clients.show)}
        </label>
        <select id=id class="input list-shown" name="show" on:change=move |_| on_change.run(())>
            {options.collect_view()}
        </select>
    }
}

/// The ways to the first and to the next page. Links, so that they work without script and can be sent on.
#[component]
pub fn Pager(of: &'static Listing, query: ListQuery, next: Option<ListCursor>) -> impl IntoView {
    let text = use_text();
    let is_later = query.filter().after.is_some();
    if next.is_none() && !is_later {
        return None;
    }
    let at = move |after: String| {
        let query = ListQuery { after, ..query.clone() };
        paths::list(of.home, &query)
    };
    let first = is_later.then(|| {
        view! {
            <ButtonLink id=format!("{}-list-first-link", of.prefix) href=at(String::new())>
                <Icon icon=icondata_lu::LuArrowUp />
                {tu!(text, clients.first)}
            </ButtonLink>
        }
    });
    let next = next.map(|next| {
        view! {
            <ButtonLink id=format!("{}-list-next-link", of.prefix) href=at(next.to_string())>
                {tu!(text, clients.next)}
                <Icon icon=icondata_lu::LuArrowRight />
            </ButtonLink>
        }
    });
    Some(view! {
        <nav class="pager" aria-label=tu_string!(text, clients.pages)>
            {first} {next}
        </nav>
    })
}
