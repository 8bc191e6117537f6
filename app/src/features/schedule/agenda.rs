use domain::schedule::{EntryMark, ScheduleBlock, ScheduleDay, SchedulePage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::block::{look, mark_icons, title_of};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Empty, use_text},
};

/// Days as a list.
#[component]
pub fn Agenda(page: SchedulePage, class: &'static str, prefix: &'static str) -> impl IntoView {
    let text = use_text();
    let is_team = page.who.is_none();
    let days: Vec<ScheduleDay> = page
        .days
        .into_iter()
        .filter(|day| !day.blocks.is_empty() || !day.long.is_empty())
        .collect();
    let list = if days.is_empty() {
        view! {
            <Empty
                id="schedule-empty"
                icon=icondata_lu::LuCalendarDays
                title=tu_string!(text, schedule.empty_title)
                text=tu_string!(text, schedule.empty_text)
            />
        }
        .into_any()
    } else {
        days.into_iter()
            .map(|day| view! { <Day day=day is_team=is_team prefix=prefix /> })
            .collect_view()
            .into_any()
    };
    view! {
        <div class=class id="schedule-agenda">
            {list} <p class="cal-foot">
                <span class="quiet">{tu_string!(text, common.times_in, zone = page.zone)}</span>
            </p>
        </div>
    }
}

#[component]
fn Day(day: ScheduleDay, is_team: bool, prefix: &'static str) -> impl IntoView {
    let text = use_text();
    let class = if day.is_today {
        "agenda-day is-today"
    } else {
        "agenda-day"
    };
    let today = day
        .is_today
        .then(|| view! { <span class="agenda-today">{tu!(text, schedule.today)}</span> });
    let rows = day
        .long
        .into_iter()
        .chain(day.blocks)
        .map(|block| view! { <Row block=block is_team=is_team prefix=prefix /> })
        .collect_view();
    let label = match day.person {
        Some(person) => person.name,
        None => day.label,
    };
    view! {
        <section class=class>
            <h3 class="agenda-head">{label} {today}</h3>
            <ul>{rows}</ul>
        </section>
    }
}

#[component]
fn Row(block: ScheduleBlock, is_team: bool, prefix: &'static str) -> impl IntoView {
    let text = use_text();
    let location = use_location();
    let entry = block.entry_id.to_string();
    let href = move || paths::here_with(&location, &[("entry", Some(&entry))]);
    let mut aside: Vec<String> = block.client.clone().into_iter().collect();
    if is_team {
        aside.push(block.people.join(", "));
    }
    aside.retain(|part| !part.is_empty());
    let cancelled = block
        .is(EntryMark::Cancelled)
        .then(|| view! { <span class="quiet">{tu!(text, schedule.is_cancelled)}</span> });
    let class = format!("agenda-row {}", look(&block));
    view! {
        <li class=class>
            <span class="agenda-time">{block.time.clone()}</span>
            <span class="agenda-what">
                <a id=format!("{prefix}-entry-{}", block.key) class="agenda-link" href=href data-noscroll="">
                    {title_of(text, &block)}
                </a>
                <span class="agenda-aside">{aside.join(" · ")} {cancelled}</span>
            </span>
            {mark_icons(&block)}
        </li>
    }
}
