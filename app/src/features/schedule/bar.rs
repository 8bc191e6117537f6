use domain::{
    UserId,
    schedule::{SchedulePage, ScheduleQuery, ScheduleView},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::Event;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, use_hydrated, use_text},
};

/// The schedule with another value in its address. The popup is left.
pub fn with(query: &ScheduleQuery, change: impl FnOnce(&mut ScheduleQuery)) -> String {
    let mut query = query.clone();
    change(&mut query);
    paths::schedule_page(&query)
}

pub fn view_name(text: I18n, view: ScheduleView) -> &'static str {
    match view {
        ScheduleView::Day => tu_string!(text, schedule.day),
        ScheduleView::Week => tu_string!(text, schedule.week),
        ScheduleView::Month => tu_string!(text, schedule.month),
        ScheduleView::Agenda => tu_string!(text, schedule.agenda),
    }
}

fn key(view: ScheduleView) -> &'static str {
    match view {
        ScheduleView::Day => "d",
        ScheduleView::Week => "w",
        ScheduleView::Month => "m",
        ScheduleView::Agenda => "a",
    }
}

/// Where one is, and the ways to other days, views and people.
#[component]
pub fn Bar(page: SchedulePage, query: ScheduleQuery) -> impl IntoView {
    let text = use_text();
    let to = |date: &str| {
        let date = date.to_owned();
        with(&query, |query| query.date = date)
    };
    let (previous, today, next) = (to(&page.previous), to(""), to(&page.next));
    let views = ScheduleView::ALL
        .into_iter()
        .map(|view| {
            let href = with(&query, |query| view.name().clone_into(&mut query.view));
            view! {
                <a
                    id=format!("schedule-view-{}", view.name())
                    href=href
                    aria-current=(page.view == view).then_some("true")
                    aria-keyshortcuts=key(view)
                >
                    {view_name(text, view)}
                </a>
            }
        })
        .collect_view();
    // On a phone the usual view is the agenda.
    let segments = if page.is_usual_view {
        "segments is-usual"
    } else {
        "segments"
    };
    view! {
        <div class="cal-bar">
            <div class="cal-steps">
                <a id="schedule-today" class="button" href=today aria-keyshortcuts="t">
                    {tu!(text, schedule.today)}
                </a>
                <a
                    id="schedule-previous"
                    class="button button-quiet button-icon"
                    href=previous
                    aria-label=tu_string!(text, schedule.previous)
                    title=tu_string!(text, schedule.previous)
                    aria-keyshortcuts="p"
                >
                    <Icon icon=icondata_lu::LuChevronLeft />
                </a>
                <a
                    id="schedule-next"
                    class="button button-quiet button-icon"
                    href=next
                    aria-label=tu_string!(text, schedule.next)
                    title=tu_string!(text, schedule.next)
                    aria-keyshortcuts="n"
                >
                    <Icon icon=icondata_lu::LuChevronRight />
                </a>
            </div>
            <h2 id="schedule-title" class="cal-title">
                {page.title.clone()}
            </h2>
            <People page=page query=query />
            <nav id="schedule-views" class=segments aria-label=tu_string!(text, schedule.views)>
                {views}
            </nav>
        </div>
    }
}

/// Whose schedule is shown. With script the choice is enough.
#[component]
fn People(page: SchedulePage, query: ScheduleQuery) -> impl IntoView {
    let text = use_text();
    let hydrated = use_hydrated();
    let (who, me) = (page.who, page.me);
    let options = page
        .people
        .into_iter()
        .filter(|person| person.id != me)
        .map(|person| {
            let chosen = who == Some(person.id);
            view! {
                <option value=person.id.to_string() selected=chosen>
                    {person.name}
                </option>
            }
        })
        .collect_view();
    let asked = StoredValue::new(query.clone());
    let rest = [("view", query.view), ("date", query.date), ("hours", query.hours)];
    let rest = rest
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let navigate = use_navigate();
    let choose = move |event: Event| {
        let who = event_target_value(&event);
        let href = asked.with_value(|asked| with(asked, |query| query.who = who));
        navigate(
            &href,
            NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    };
    let is = move |id: Option<UserId>| who == id;
    view! {
        <form id="schedule-who-form" class="cal-who" method="get" action=paths::SCHEDULE>
            {rest}
            <label class="visually-hidden" for="schedule-who">
                {tu!(text, schedule.whose)}
            </label>
            <select id="schedule-who" class="input" name="who" on:change=choose>
                <option value="" selected=is(Some(me))>
                    {tu_string!(text, schedule.mine)}
                </option>
                <option value="team" selected=is(None)>
                    {tu_string!(text, schedule.team)}
                </option>
                {options}
            </select>
            <button id="schedule-who-button" class="button" type="submit" hidden=move || hydrated.get()>
                {tu!(text, schedule.show)}
            </button>
        </form>
    }
}
