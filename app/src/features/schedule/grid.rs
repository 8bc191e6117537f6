use std::time::Duration;

use domain::{
    UserId,
    schedule::{EntryMark, Mark, ScheduleBlock, ScheduleDay, SchedulePage, ScheduleQuery, clock_text},
};
use leptos::{html, prelude::*};

use super::{
    bar::with,
    block::{chip, look, mark_icons, said, title_of},
    drag::{Dragging, Ghost, Moves, Stage},
    keys,
    slots::slots,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Icon, focus, on_next_frame, use_text},
};

/// What takes no longer is written on one line.
const SHORT: u32 = 40;
const MINUTE: Duration = Duration::from_mins(1);

/// What is shown of the axis, and the address of the page.
#[derive(Clone, Copy)]
pub struct Shown {
    pub from: u32,
    pub to: u32,
    here: StoredValue<String>,
}

impl Shown {
    pub fn open(self, entry: &str) -> String {
        self.with(&format!("entry={entry}"))
    }

    /// The form for a new entry that begins then, for somebody in a day of the team.
    pub fn new_entry(self, start: &str, person: Option<UserId>) -> String {
        match person {
            Some(person) => self.with(&format!("new={start}&for={person}")),
            None => self.with(&format!("new={start}")),
        }
    }

    fn with(self, pairs: &str) -> String {
        self.here.with_value(|here| {
            let separator = if here.contains('?') { '&' } else { '?' };
            format!("{here}{separator}{pairs}")
        })
    }
}

/// The classes that say where something begins, in minutes from the top.
pub fn at(minutes: u32) -> String {
    format!("t-h-{} t-m-{}", minutes / 60, minutes % 60)
}

/// The same, and where it ends.
pub fn between(from: u32, to: u32) -> String {
    format!("{} b-h-{} b-m-{}", at(from), to / 60, to % 60)
}

/// Days side by side, hours from top to bottom.
#[component]
pub fn Grid(
    page: SchedulePage,
    class: &'static str,
    query: ScheduleQuery,
    dragging: Dragging,
    moves: Moves,
) -> impl IntoView {
    let text = use_text();
    let shown = Shown {
        from: page.from,
        to: page.to,
        here: StoredValue::new(paths::schedule_page(&query)),
    };
    let body = NodeRef::<html::Div>::new();
    let stage = Stage::new(&page, body, dragging, moves);
    let tick = clock_tick();
    // Whoever has moved an entry by keys stays at it.
    Effect::new(move |_| {
        dragging.settle();
        if let Some(id) = dragging.take_focus() {
            on_next_frame(move || {
                let found = document().query_selector(&format!("[id^='schedule-entry-{id}']"));
                if let Ok(Some(entry)) = found {
                    focus(&entry.id());
                }
            });
        }
    });
    let today = page.days.iter().position(|day| day.is_today).unwrap_or(0);
    let has_long = page.days.iter().any(|day| !day.long.is_empty());
    let heads = page
        .days
        .iter()
        .map(|day| view! { <Head day=day.clone() query=query.clone() /> })
        .collect_view();
    let long = has_long.then(|| {
        let cells = page
            .days
            .iter()
            .map(|day| {
                let chips = day
                    .long
                    .iter()
                    .map(|block| chip(block, false, "schedule-entry"))
                    .collect_view();
                view! { <div class="cal-long-cell">{chips}</div> }
            })
            .collect_view();
        view! {
            <div class="cal-row cal-long">
                <span class="cal-corner">{tu!(text, schedule.all_day)}</span>
                {cells}
            </div>
        }
    });
    let columns = page
        .days
        .iter()
        .enumerate()
        .map(|(index, day)| {
            view! { <Column day=day.clone() shown=shown index=index reached={index == today} stage=stage tick=tick /> }
        })
        .collect_view();
    let hours = (page.to - page.from).div_ceil(60);
    let foot = view! { <Foot has_more=page.has_more_hours query=query zone=page.zone /> };
    let wide = if page.days.len() == 1 {
        "cal-days-one"
    } else {
        "cal-days-many"
    };
    view! {
        <div class=class id="schedule-grid-region">
            <div class="cal-scroll" tabindex="0" role="region" aria-labelledby="schedule-title">
                <div id="schedule-grid" class=format!("cal-grid {wide} hours-{hours}")>
                    <div class="cal-row cal-heads">
                        <span class="cal-corner"></span>
                        {heads}
                    </div>
                    {long}
                    <div
                        class="cal-row cal-body"
                        node_ref=body
                        on:pointerdown=move |event| stage.press(&event)
                        on:pointermove=move |event| stage.drag(&event)
                        on:pointerup=move |event| stage.drop(&event)
                        on:pointercancel=move |_| stage.cancel()
                        on:click:capture=move |event| stage.click(&event)
                        on:keydown=move |event| keys::pressed(stage, &event)
                    >
                        <Hours marks=page.hours shown=shown />
                        {columns}
                    </div>
                </div>
            </div>
            {foot}
        </div>
    }
}

/// More hours, or fewer, and whose clock they are.
#[component]
fn Foot(has_more: bool, query: ScheduleQuery, zone: String) -> impl IntoView {
    let text = use_text();
    let more = has_more.then(|| {
        let href = with(&query, |query| "all".clone_into(&mut query.hours));
        view! {
            <a id="schedule-all-hours" class="cal-more" href=href>
                <Icon icon=icondata_lu::LuUnfoldVertical />
                {tu!(text, schedule.all_hours)}
            </a>
        }
    });
    let fewer = (query.hours == "all").then(|| {
        let href = with(&query, |query| query.hours.clear());
        view! {
            <a id="schedule-work-hours" class="cal-more" href=href>
                <Icon icon=icondata_lu::LuFoldVertical />
                {tu!(text, schedule.work_hours)}
            </a>
        }
    });
    view! {
        <p class="cal-foot">
            {more} {fewer} <span class="quiet">{tu_string!(text, common.times_in, zone = zone)}</span>
        </p>
    }
    .into_any()
}

/// Counts the minutes since the page was drawn.
fn clock_tick() -> RwSignal<u32> {
    let tick = RwSignal::new(0u32);
    Effect::new(move |_| {
        let handle = set_interval_with_handle(
            move || {
                let _ = tick.try_update(|tick| *tick += 1);
            },
            MINUTE,
        );
        on_cleanup(move || {
            if let Ok(handle) = handle {
                handle.clear();
            }
        });
    });
    tick
}

#[component]
fn Head(day: ScheduleDay, query: ScheduleQuery) -> impl IntoView {
    let class = if day.is_today { "cal-head is-today" } else { "cal-head" };
    if let Some(person) = day.person {
        let href = with(&query, |query| query.who = person.id.to_string());
        return view! {
            <a class="cal-head cal-head-person" href=href>
                {person.name}
            </a>
        }
        .into_any();
    }
    let href = with(&query, |query| {
        "day".clone_into(&mut query.view);
        query.date.clone_from(&day.date);
    });
    view! {
        <a class=class href=href aria-label=day.label aria-current=day.is_today.then_some("date")>
            <span class="cal-weekday">{day.weekday}</span>
            <span class="cal-number">{day.number}</span>
        </a>
    }
    .into_any()
}

#[component]
fn Hours(marks: Vec<Mark>, shown: Shown) -> impl IntoView {
    let labels = marks
        .into_iter()
        .filter(|mark| (shown.from..shown.to).contains(&mark.axis))
        .map(|mark| view! { <span class=at(mark.axis - shown.from)>{clock_text(mark.wall)}</span> })
        .collect_view();
    view! {
        <div class="cal-hours" aria-hidden="true">
            {labels}
        </div>
    }
}

#[component]
fn Column(
    day: ScheduleDay,
    shown: Shown,
    index: usize,
    reached: bool,
    stage: Stage,
    tick: RwSignal<u32>,
) -> impl IntoView {
    let now = day.now;
    let line = move || {
        let now = now? + tick.get();
        (shown.from..shown.to)
            .contains(&now)
            .then(|| view! { <div class=format!("cal-now {}", at(now - shown.from)) aria-hidden="true"></div> })
    };
    let gaps = gaps(&day, shown)
        .into_iter()
        .map(|(from, to)| {
            view! { <div class=format!("cal-gap {}", between(from - shown.from, to - shown.from)) aria-hidden="true"></div> }
        })
        .collect_view();
    let entries = day
        .blocks
        .iter()
        .filter(|block| block.to > shown.from && block.from < shown.to)
        .map(|block| view! { <Entry block=block.clone() shown=shown /> })
        .collect_view();
    let label = match &day.person {
        Some(person) => format!("{}, {}", person.name, day.label),
        None => day.label.clone(),
    };
    let class = if day.is_today {
        "cal-column is-today"
    } else {
        "cal-column"
    };
    let slots = slots(&day, shown, reached);
    view! {
        <section class=class aria-label=label>
            {slots}
            {gaps}
            <div class="cal-entries">{entries}</div>
            {line}
            <Ghost stage=stage index=index shown=shown />
        </section>
    }
}

/// What of the shown axis the day does not have.
fn gaps(day: &ScheduleDay, shown: Shown) -> Vec<(u32, u32)> {
    let mut free = Vec::new();
    let mut at = shown.from;
    for piece in &day.pieces {
        if piece.axis > at {
            free.push((at, piece.axis.min(shown.to)));
        }
        at = at.max(piece.axis + piece.minutes);
    }
    if at < shown.to {
        free.push((at, shown.to));
    }
    free.retain(|(from, to)| from < to);
    free
}

#[component]
fn Entry(block: ScheduleBlock, shown: Shown) -> impl IntoView {
    let text = use_text();
    let (from, to) = (block.from.max(shown.from), block.to.min(shown.to));
    let short = if to - from <= SHORT { " is-short" } else { "" };
    let movable = if block.moves.is_some() { " is-movable" } else { "" };
    let class = format!(
        "cal-entry {} {} lane-{} span-{} lanes-{}{short}{movable}",
        look(&block),
        between(from - shown.from, to - shown.from),
        block.lane,
        block.span,
        block.lanes
    );
    let title = title_of(text, &block);
    let people = block.people.join(", ");
    let aside = block.client.clone().or_else(|| (block.colour > 0).then_some(people));
    let aside = aside
        .filter(|_| short.is_empty())
        .map(|aside| view! { <span class="cal-aside">{aside}</span> });
    let time = if block.is(EntryMark::Began) {
        block.time.clone()
    } else {
        block.begins.clone()
    };
    let hint = (block.moves.is_some()).then(|| tu_string!(text, schedule.move_keys));
    let (id, href) = (
        format!("schedule-entry-{}", block.key),
        shown.open(&block.entry_id.to_string()),
    );
    let (key, at) = (block.key.clone(), block.from.to_string());
    let (tip, label) = (format!("{title}, {}", block.time), said(text, &block));
    let icons = mark_icons(&block);
    view! {
        <a
            id=id
            class=class
            href=href
            data-noscroll=""
            data-key=key
            data-at=at
            draggable="false"
            title=tip
            aria-label=label
            aria-description=hint
        >
            <span class="cal-entry-title">{title}</span>
            <span class="cal-time">{time}</span>
            {aside}
            {icons}
        </a>
    }
}
