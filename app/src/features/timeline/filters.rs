use std::time::Duration;

use domain::{Choice, Has, MAX_SEARCH, Place, TimelineOptions, TimelineQuery};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::{FormData, KeyboardEvent, SubmitEvent};

use super::ids::prefix;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, Timer, focus, use_text},
};

/// Search and filters. A GET form, so that they stand in the address and work without script; with script the timeline follows.
#[component]
pub fn Filters(place: Place, query: Memo<TimelineQuery>, options: TimelineOptions) -> impl IntoView {
    let text = use_text();
    let id = move |part: &str| format!("{}-{part}", prefix(place));
    let form = NodeRef::<html::Form>::new();
    let apply = {
        let navigate = use_navigate();
        move |replace: bool| {
            let data = form
                .get_untracked()
                .and_then(|form| FormData::new_with_form(&form).ok());
            let Some(data) = data else { return };
            let asked = TimelineQuery::read(|name| data.get(name).as_string());
            // What is shown already need not be asked for; going there would close what has been opened since.
            if replace && asked == first_page(query.get_untracked()) {
                return;
            }
            let options = NavigateOptions {
                replace,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&paths::timeline(place, &asked), options);
        }
    };
    let timer = Timer::new();
    let submit = {
        let apply = apply.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            timer.stop();
            apply(false);
        }
    };
    let typed = {
        let apply = apply.clone();
        move |()| {
            let apply = apply.clone();
            // While somebody types, the addresses in between are not worth going back to.
            timer.start(Duration::from_millis(300), move || apply(true));
        }
    };
    let chosen = move |()| apply(false);
    let options = StoredValue::new(options);
    view! {
        <form
            id=id("filters")
            class="filters"
            role="search"
            method="get"
            action=paths::timeline(place, &TimelineQuery::default())
            node_ref=form
            on:submit=submit
        >
            <SearchBox place=place query=query on_input=typed />
            <More place=place query=query options=options on_change=chosen />
            // Only the button applies it without script; a hidden one would also be in the way of Enter.
            <button id=id("search-button") class="button" type="submit">
                {tu!(text, timeline.search_button)}
            </button>
        </form>
        <Chips place=place query=query options=options />
    }
}

#[component]
fn SearchBox(place: Place, query: Memo<TimelineQuery>, #[prop(into)] on_input: Callback<()>) -> impl IntoView {
    let text = use_text();
    let id = format!("{}-search-input", prefix(place));
    let node = NodeRef::<html::Input>::new();
    // The back button and the chips change the address under the box.
    Effect::new({
        let id = id.clone();
        move |_| {
            let wanted = query.with(|query| query.q.clone());
            if let Some(input) = node.get()
                && document().active_element().is_none_or(|active| active.id() != id)
            {
                input.set_value(&wanted);
            }
        }
    });
    view! {
        <div class="search">
            <label class="visually-hidden" for=id.clone()>
                {tu!(text, timeline.search)}
            </label>
            <Icon icon=icondata_lu::LuSearch />
            <input
                id=id
                class="input"
                type="search"
                name="q"
                value=query.with_untracked(|query| query.q.clone())
                maxlength=MAX_SEARCH.to_string()
                placeholder=tu_string!(text, timeline.search_hint)
                autocomplete="off"
                aria-keyshortcuts="/"
                node_ref=node
                on:input=move |_| on_input.run(())
            />
        </div>
    }
}

/// Type, person and days, behind a button.
#[component]
fn More(
    place: Place,
    query: Memo<TimelineQuery>,
    options: StoredValue<TimelineOptions>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let id = move |part: &str| format!("{}-{part}", prefix(place));
    let (kind, person) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    let (from, to) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let has = NodeRef::<html::Input>::new();
    let details = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        let query = query.get();
        let selects = [(kind, query.kind), (person, query.person)];
        for (node, value) in selects {
            if let Some(select) = node.get() {
                select.set_value(&value);
            }
        }
        for (node, value) in [(from, query.from), (to, query.to), (has, query.has)] {
            if let Some(input) = node.get() {
                input.set_value(&value);
            }
        }
    });
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(details) = details.get_untracked()
            && details.open()
        {
            event.prevent_default();
            details.set_open(false);
            focus(&id("filter-button"));
        }
    };
    let now = query.get_untracked();
    let (types, people) = options.with_value(|options| {
        (
            entries(&options.types, &now.kind),
            entries(&options.people, &now.person),
        )
    });
    view! {
        <details class="filters-more" node_ref=details on:keydown=escape on:change=move |_| on_change.run(())>
            <summary id=id("filter-button") class="button">
                <Icon icon=icondata_lu::LuListFilter />
                {tu!(text, timeline.filter)}
            </summary>
            <div class="filters-panel">
                <label class="label" for=id("type-filter")>
                    {tu!(text, interactions.qa_type)}
                </label>
                <select id=id("type-filter") class="input" name="type" node_ref=kind>
                    <option value="">{tu!(text, timeline.any_type)}</option>
                    {types}
                </select>
                <label class="label" for=id("person-filter")>
                    {tu!(text, interactions.user)}
                </label>
                <select id=id("person-filter") class="input" name="person" node_ref=person>
                    <option value="">{tu!(text, timeline.anybody)}</option>
                    {people}
                </select>
                <label class="label" for=id("start-date")>
                    {tu!(text, timeline.first_day)}
                </label>
                <input id=id("start-date") class="input" type="date" name="from" value=now.from node_ref=from />
                <label class="label" for=id("end-date")>
                    {tu!(text, timeline.last_day)}
                </label>
                <input id=id("end-date") class="input" type="date" name="to" value=now.to node_ref=to />
                <input type="hidden" name="has" value=now.has node_ref=has />
                <button id=id("apply-button") class="button button-primary" type="submit">
                    {tu!(text, timeline.apply)}
                </button>
            </div>
        </details>
    }
}

fn entries<Id: ToString + Clone>(choices: &[Choice<Id>], selected: &str) -> impl IntoView + use<Id> {
    choices
        .iter()
        .map(|choice| {
            let value = choice.id.to_string();
            let selected = value == selected;
            view! {
                <option value=value selected=selected>
                    {choice.name.clone()}
                </option>
            }
        })
        .collect_view()
}

/// What an interaction can have, to switch on and off, and what else is asked for, to take away. Each is a link.
#[component]
fn Chips(place: Place, query: Memo<TimelineQuery>, options: StoredValue<TimelineOptions>) -> impl IntoView {
    let text = use_text();
    let id = move |part: &str| format!("{}-{part}", prefix(place));
    let toggles = move || {
        let query = first_page(query.get());
        let on = Has::find(&query.has);
        Has::ALL
            .into_iter()
            .map(|has| {
                let is_on = on == Some(has);
                let next = TimelineQuery {
                    has: if is_on { String::new() } else { has.name().to_owned() },
                    ..query.clone()
                };
                let (icon, label) = match has {
                    Has::Recording => (icondata_lu::LuFileVideo, tu_string!(text, timeline.has_recording)),
                    Has::Transcript => (icondata_lu::LuFileText, tu_string!(text, timeline.has_transcript)),
                    Has::Join => (icondata_lu::LuVideo, tu_string!(text, timeline.has_join)),
                };
                view! {
                    <a
                        id=id(&format!("has-{}", has.name()))
                        class="filter-chip"
                        href=paths::timeline(place, &next)
                        aria-current=is_on.then_some("true")
                        data-noscroll=""
                    >
                        <Icon icon=if is_on { icondata_lu::LuCheck } else { icon } />
                        {label}
                    </a>
                }
            })
            .collect_view()
    };
    let removable = move || {
        let query = first_page(query.get());
        let said = options.with_value(|options| said(text, &query, options));
        let clear = (!said.is_empty() || Has::find(&query.has).is_some()).then(|| {
            view! {
                <a
                    id=id("reset-button")
                    class="filter-clear"
                    href=paths::timeline(place, &TimelineQuery::default())
                    data-noscroll=""
                >
                    {tu!(text, timeline.clear)}
                </a>
            }
        });
        let chips = said
            .into_iter()
            .map(|(name, label, without)| {
                view! {
                    <a
                        id=id(&format!("remove-{name}"))
                        class="filter-chip"
                        aria-current="true"
                        href=paths::timeline(place, &without)
                        data-noscroll=""
                    >
                        <span class="visually-hidden">{tu!(text, timeline.remove)} ": "</span>
                        {label}
                        <Icon icon=icondata_lu::LuX />
                    </a>
                }
            })
            .collect_view();
        view! {
            {chips}
            {clear}
        }
    };
    view! {
        <nav class="filter-chips" aria-label=tu_string!(text, timeline.filters)>
            {toggles}
            {removable}
        </nav>
    }
}

fn first_page(query: TimelineQuery) -> TimelineQuery {
    TimelineQuery {
        after: String::new(),
        ..query
    }
}

/// The filters that count, each with its words and the query without it.
fn said(text: I18n, query: &TimelineQuery, options: &TimelineOptions) -> Vec<(&'static str, String, TimelineQuery)> {
    let filter = query.filter();
    let mut said = Vec::new();
    if let Some(words) = filter.search {
        let mut without = query.clone();
        without.q.clear();
        said.push(("q", format!("“{words}”"), without));
    }
    if let Some(id) = filter.type_id {
        let mut without = query.clone();
        without.kind.clear();
        let known = options.types.iter().find(|kind| kind.id == id);
        let name = known.map_or_else(
            || tu_string!(text, timeline.unknown).to_owned(),
            |kind| kind.name.clone(),
        );
        said.push(("type", name, without));
    }
    if let Some(id) = filter.user_id {
        let mut without = query.clone();
        without.person.clear();
        let known = options.people.iter().find(|person| person.id == id);
        let name = known.map_or_else(
            || tu_string!(text, timeline.unknown).to_owned(),
            |person| person.name.clone(),
        );
        said.push(("person", name, without));
    }
    if let Some(day) = filter.from {
        let mut without = query.clone();
        without.from.clear();
        said.push(("from", tu_string!(text, timeline.since, day = day.to_string()), without));
    }
    if let Some(day) = filter.to {
        let mut without = query.clone();
        without.to.clear();
        said.push(("to", tu_string!(text, timeline.until, day = day.to_string()), without));
    }
    said
}
