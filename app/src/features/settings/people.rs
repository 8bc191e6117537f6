use std::time::Duration;

use domain::{Audience, PeopleList, PersonRow};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::SubmitEvent;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, Button, ButtonLink, Empty, Icon, Timer, Tone, use_text},
};

const SEARCH: &str = "people-search-input";

/// A GET form: the search stands in the URL and works without script. With script it follows the typing.
#[component]
pub fn Search(wanted: Memo<String>) -> impl IntoView {
    let text = use_text();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let timer = Timer::new();
    let search = move || {
        let Some(input) = input.get_untracked() else { return };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        let typed = input.value();
        let path = if typed.trim().is_empty() {
            paths::ROLES.to_owned()
        } else {
            paths::people_matching(&typed)
        };
        navigate(&path, options);
    };
    let submit = {
        let search = search.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            timer.stop();
            search();
        }
    };
    let typed = move |_| {
        timer.start(Duration::from_millis(250), search.clone());
    };
    // The back button and "Show everybody" change the URL under the box.
    Effect::new(move |_| {
        let wanted = wanted.get();
        if let Some(input) = input.get()
            && document().active_element().is_none_or(|active| active.id() != SEARCH)
        {
            input.set_value(&wanted);
        }
    });
    view! {
        <form id="people-search-form" class="search" role="search" method="get" action=paths::ROLES on:submit=submit>
            <label class="visually-hidden" for=SEARCH>
                {tu!(text, settings.search)}
            </label>
            <Icon icon=icondata_lu::LuSearch />
            <input
                id=SEARCH
                class="input"
                type="search"
                name="q"
                value=wanted.get_untracked()
                placeholder=tu_string!(text, settings.search_hint)
                autocomplete="off"
                node_ref=input
                on:input=typed
            />
            <Button id="people-search-button" submit=true>
                {tu!(text, settings.search_button)}
            </Button>
        </form>
    }
}

/// The button that opens the dialog about a person.
pub fn button_id(person: &str) -> String {
    format!("person-{person}-roles-button")
}

#[component]
pub fn People(list: PeopleList, query: String) -> impl IntoView {
    let text = use_text();
    let PeopleList {
        rows,
        matching,
        may_change,
    } = list;
    if rows.is_empty() {
        return view! {
            <Empty
                id="people-no-hit"
                icon=icondata_lu::LuSearchX
                title=tu_string!(text, settings.no_hit_title, query = query)
                text=tu_string!(text, settings.no_hit_text)
            >
                <ButtonLink id="people-search-clear-link" href=paths::ROLES>
                    {tu!(text, settings.show_everybody)}
                </ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let count = match matching {
        1 => tu_string!(text, settings.people_one).to_owned(),
        many => tu_string!(text, settings.people_many, count = many),
    };
    let shown = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let cut = (shown < matching).then(|| {
        view! {
            <p id="people-cut" class="table-foot">
                {tu_string!(text, settings.people_cut, shown = shown)}
            </p>
        }
    });
    let rows = rows
        .into_iter()
        .map(|row| view! { <Person row=row query=query.clone() may_change=may_change /> })
        .collect_view();
    view! {
        <p id="people-count" class="count" role="status">
            {count}
        </p>
        <table id="people-table" class="table people">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, settings.column_person)}</th>
                    <th scope="col">{tu!(text, settings.column_kind)}</th>
                    <th scope="col">{tu!(text, settings.column_roles)}</th>
                    <th scope="col">{tu!(text, settings.column_last)}</th>
                    <th scope="col">
                        <span class="visually-hidden">{tu!(text, settings.change)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {cut}
    }
    .into_any()
}

#[component]
fn Person(row: PersonRow, query: String, may_change: bool) -> impl IntoView {
    let text = use_text();
    let PersonRow {
        user_id,
        name,
        email,
        audience,
        client,
        roles,
        is_inactive,
        last_sign_in,
        is_viewer,
    } = row;
    let kind = match (audience, client) {
        (Audience::Staff, _) => tu_string!(text, settings.kind_staff).to_owned(),
        (Audience::Portal, Some(client)) => tu_string!(text, settings.kind_portal_of, client = client),
        (Audience::Portal, None) => tu_string!(text, settings.kind_portal).to_owned(),
    };
    let roles = if roles.is_empty() {
        view! { <span class="quiet">{tu!(text, settings.no_roles)}</span> }.into_any()
    } else {
        let roles = roles.into_iter().map(|role| view! { <li class="tag">{role.name}</li> });
        view! { <ul class="tags">{roles.collect_view()}</ul> }.into_any()
    };
    let change = may_change.then(|| {
        view! {
            <a
                id=button_id(&user_id.to_string())
                class="button"
                href=paths::person(&query, &user_id.to_string())
                aria-label=tu_string!(text, settings.change_of, name = name.clone())
                data-noscroll=""
            >
                {tu!(text, settings.change)}
            </a>
        }
    });
    view! {
        <tr id=format!("person-{user_id}")>
            <th scope="row">
                <span class="person">
                    <span class="person-name">
                        {name.clone()}
                        {is_viewer.then(|| view! { <span class="tag">{tu!(text, settings.you)}</span> })}
                        {is_inactive
                            .then(|| {
                                view! {
                                    <Badge
                                        tone=Tone::Neutral
                                        icon=icondata_lu::LuCircleSlash
                                        text=tu_string!(text, settings.inactive)
                                    />
                                }
                            })}
                    </span>
                    <span class="person-email">{email}</span>
                </span>
            </th>
            <td>{kind}</td>
            <td>{roles}</td>
            <td class="person-last">
                <span class="person-label">{tu!(text, settings.column_last)} ": "</span>
                {last_sign_in.unwrap_or_else(|| tu_string!(text, settings.never).to_owned())}
            </td>
            <td class="person-change">{change}</td>
        </tr>
    }
}
