use domain::schedule::{EntryMark, ScheduleBlock, ScheduleDay, SchedulePage, ScheduleQuery};
use leptos::prelude::*;

use super::{bar::with, block::chip};
use crate::{
    i18n::{tu, tu_string},
    ui::use_text,
};

/// How many entries a day shows.
const MOST: usize = 4;

/// Weeks one below the other.
pub fn month(page: SchedulePage, query: &ScheduleQuery) -> impl IntoView + use<> {
    let text = use_text();
    let heads = page
        .days
        .iter()
        .take(7)
        .map(|day| view! { <span class="cal-weekday">{day.weekday.clone()}</span> })
        .collect_view();
    let cells = page
        .days
        .into_iter()
        .map(|day| view! { <Cell day=day query=query.clone() /> })
        .collect_view();
    view! {
        <div id="schedule-month" class="cal-month">
            <div class="cal-month-heads" aria-hidden="true">
                {heads}
            </div>
            <ol class="cal-month-days" aria-labelledby="schedule-title">
                {cells}
            </ol>
        </div>
        <p class="cal-foot">
            <span class="quiet">{tu!(text, common.times_in, zone = page.zone)}</span>
        </p>
    }
}

#[component]
fn Cell(day: ScheduleDay, query: ScheduleQuery) -> impl IntoView {
    let text = use_text();
    let class = match (day.is_today, day.is_outside) {
        (true, _) => "cal-cell is-today",
        (false, true) => "cal-cell is-outside",
        (false, false) => "cal-cell",
    };
    let href = with(&query, |query| {
        "day".clone_into(&mut query.view);
        query.date.clone_from(&day.date);
    });
    let entries: Vec<ScheduleBlock> = day.long.into_iter().chain(day.blocks).collect();
    let count = entries.len();
    // One more than there is room for takes the place of the words.
    let shown = if count <= MOST { count } else { MOST - 1 };
    let more = (count > shown).then(|| {
        view! {
            <li>
                <a class="cal-cell-more" href=href.clone()>
                    {tu_string!(text, schedule.more, count = count - shown)}
                </a>
            </li>
        }
    });
    let chips = entries
        .into_iter()
        .take(shown)
        .map(|block| {
            let with_time = !block.is(EntryMark::Began);
            view! {
                <li>{chip(&block, with_time, "month-entry")}</li>
            }
        })
        .collect_view();
    view! {
        <li class=class>
            <a class="cal-cell-day" href=href aria-label=day.label aria-current=day.is_today.then_some("date")>
                {day.number}
            </a>
            <ul class="cal-cell-entries">{chips} {more}</ul>
        </li>
    }
}
