use domain::schedule::{EntryMark, ScheduleBlock, ScheduleDay, SchedulePage, ScheduleQuery};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, Event};

use super::{
    bar::with,
    block::chip,
    drag::{Dragging, Moves, use_go},
};
use crate::{
    i18n::{tu, tu_string},
    ui::use_text,
};

/// How many entries a day shows.
const MOST: usize = 4;

/// What the ids of the entries begin with.
const ENTRY: &str = "month-entry";

/// Weeks one below the other. An entry can be dragged to another day; it keeps its time.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn Month(page: SchedulePage, query: ScheduleQuery, dragging: Dragging, moves: Moves) -> impl IntoView {
    let text = use_text();
    let go = use_go();
    let entries = page.days.iter().flat_map(|day| day.long.iter().chain(&day.blocks));
    // What began on another day would move from that day.
    let movable: Vec<ScheduleBlock> = entries
        .filter(|block| block.moves.is_some() && !block.is(EntryMark::Began))
        .cloned()
        .collect();
    let movable = StoredValue::new(movable);
    let held = StoredValue::new(None::<ScheduleBlock>);
    // The day that the entry is above.
    let above = RwSignal::new(None::<String>);
    let take = move |event: DragEvent| {
        let id = closest(&event, ".cal-chip").map(|chip| chip.id()).unwrap_or_default();
        let block = movable.with_value(|blocks| {
            blocks
                .iter()
                .find(|block| id == format!("{ENTRY}-{}", block.key))
                .cloned()
        });
        if block.is_none() {
            event.prevent_default();
        }
        dragging.set_by_browser(block.is_some());
        held.set_value(block);
    };
    let over = move |event: DragEvent| {
        if held.with_value(Option::is_some) {
            event.prevent_default();
            above.set(day_at(&event));
        }
    };
    let end = move || {
        above.set(None);
        dragging.set_by_browser(false);
        held.try_update_value(Option::take).flatten()
    };
    let put = move |event: DragEvent| {
        let (Some(date), Some(block)) = (day_at(&event), end()) else {
            return;
        };
        event.prevent_default();
        let chip = document().get_element_by_id(&format!("{ENTRY}-{}", block.key));
        if chip.and_then(|chip| date_of(&chip)).as_ref() != Some(&date) {
            moves.send(text, go, &block, format!("{date}T{}", block.begins));
        }
    };
    let heads = page
        .days
        .iter()
        .take(7)
        .map(|day| view! { <span class="cal-weekday">{day.weekday.clone()}</span> })
        .collect_view();
    let cells = page
        .days
        .into_iter()
        .map(|day| view! { <Cell day=day query=query.clone() above=above /> })
        .collect_view();
    view! {
        <div id="schedule-month" class="cal-month">
            <div class="cal-month-heads" aria-hidden="true">
                {heads}
            </div>
            <ol
                class="cal-month-days"
                aria-labelledby="schedule-title"
                on:dragstart=take
                on:dragover=over
                on:drop=put
                on:dragend=move |_| {
                    end();
                }
            >
                {cells}
            </ol>
        </div>
        <p class="cal-foot">
            <span class="quiet">{tu!(text, common.times_in, zone = page.zone)}</span>
        </p>
    }
}

#[component]
fn Cell(day: ScheduleDay, query: ScheduleQuery, above: RwSignal<Option<String>>) -> impl IntoView {
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
    let date = day.date.clone();
    let is_target = {
        let date = date.clone();
        move || above.with(|above| above.as_ref() == Some(&date))
    };
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
                <li>{chip(&block, with_time, ENTRY)}</li>
            }
        })
        .collect_view();
    view! {
        <li class=class class:is-target=is_target data-date=date>
            <a class="cal-cell-day" href=href aria-label=day.label aria-current=day.is_today.then_some("date")>
                {day.number}
            </a>
            <ul class="cal-cell-entries">{chips} {more}</ul>
        </li>
    }
}

/// The element around what an event is about.
fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok()?
}

fn date_of(element: &Element) -> Option<String> {
    element.closest("[data-date]").ok()??.get_attribute("data-date")
}

/// The day that an event is above.
fn day_at(event: &Event) -> Option<String> {
    closest(event, "[data-date]").and_then(|cell| date_of(&cell))
}
