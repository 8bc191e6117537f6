//! Days and times to choose from. Days are links, so that they work without script; a time is a radio button of the form around it.

use domain::{
    Failure, Field,
    portal::{AskPage, SlotDay, SlotOption, SlotQuery},
};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Icon, use_text},
};

/// The days of this page, and the ways to others.
#[component]
pub fn Days(
    /// The page that it stands on.
    path: String,
    query: SlotQuery,
    page: AskPage,
) -> impl IntoView {
    let text = use_text();
    let at = move |day: String, from: String| {
        let query = SlotQuery {
            day,
            from,
            ..query.clone()
        };
        paths::slots(&path, &query)
    };
    let turn = |id: &'static str, href: Option<String>, words: &'static str, is_later: bool| {
        href.map(|href| {
            let (before, after) = if is_later {
                (None, Some(view! { <Icon icon=icondata_lu::LuChevronRight /> }))
            } else {
                (Some(view! { <Icon icon=icondata_lu::LuChevronLeft /> }), None)
            };
            view! {
                <a id=id class="button button-small" href=href data-noscroll="">
                    {before}
                    {words}
                    {after}
                </a>
            }
        })
    };
    let earlier = page.earlier.map(|from| at(String::new(), from));
    let later = page.later.map(|from| at(String::new(), from));
    let chosen = page.day;
    let days = page
        .days
        .into_iter()
        .map(|day| {
            let is_chosen = chosen.as_deref() == Some(day.date.as_str());
            let href = (day.free > 0).then(|| at(day.date.clone(), String::new()));
            view! { <Day day=day href=href is_chosen=is_chosen /> }
        })
        .collect_view();
    view! {
        <nav id="portal-days" class="stack" aria-label=tu_string!(text, portal.days)>
            <ul class="slot-days">{days}</ul>
            <div class="actions">
                {turn("portal-earlier-link", earlier, tu_string!(text, portal.earlier), false)}
                {turn("portal-later-link", later, tu_string!(text, portal.later), true)}
            </div>
        </nav>
    }
}

#[component]
fn Day(day: SlotDay, href: Option<String>, is_chosen: bool) -> impl IntoView {
    let text = use_text();
    let id = format!("portal-day-{}", day.date);
    let said = if day.free > 0 {
        tu_string!(text, portal.day_free, day = day.tile.full, count = day.free)
    } else {
        tu_string!(text, portal.day_full, day = day.tile.full)
    };
    let tile = view! {
        <span aria-hidden="true" class="tile-weekday">
            {day.tile.weekday}
        </span>
        <span aria-hidden="true" class="tile-day">
            {day.tile.day}
        </span>
        <span aria-hidden="true" class="tile-month">
            {day.tile.month}
        </span>
        <span class="visually-hidden">{said}</span>
    };
    let day = match href {
        Some(href) => view! {
            <a id=id class="tile tile-link" href=href data-noscroll="" aria-current=is_chosen.then_some("date")>
                {tile}
            </a>
        }
        .into_any(),
        None => view! {
            <span id=id class="tile tile-full">
                {tile}
            </span>
        }
        .into_any(),
    };
    view! { <li>{day}</li> }
}

/// The times of the day that is chosen.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn Times(
    page: AskPage,
    /// The one that was chosen before.
    chosen: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let text = use_text();
    let options = page
        .slots
        .into_iter()
        .map(|slot| {
            let is_chosen = slot.value == chosen;
            view! { <Time option=slot is_chosen=is_chosen /> }
        })
        .collect_view();
    let legend = match page.day_name {
        Some(day) => tu_string!(text, portal.times_on, day = day),
        None => tu_string!(text, portal.times).to_owned(),
    };
    let zones = if page.zone == page.their_zone {
        tu_string!(text, portal.in_zone, zone = page.zone)
    } else {
        tu_string!(text, portal.in_zones, zone = page.zone, their_zone = page.their_zone)
    };
    view! {
        <fieldset id=SLOTS class="slots" tabindex="-1" aria-describedby="portal-slots-zone portal-slots-error">
            <legend class="label">{legend}</legend>
            <p id="portal-slots-zone" class="hint">
                {zones}
            </p>
            <div class="slot-times">{options}</div>
            <p id="portal-slots-error" class="field-error">
                {move || {
                    error
                        .get()
                        .map(|error| {
                            view! {
                                <Icon icon=icondata_lu::LuCircleAlert />
                                {error}
                            }
                        })
                }}
            </p>
        </fieldset>
    }
}

/// Whether somebody was faster, so that something else is free now.
pub fn is_outdated(failure: &Failure) -> bool {
    let mut fields = failure.fields.iter().map(|error| error.field);
    fields.any(|field| matches!(field, Field::Slot | Field::Service))
}

/// The id of the times.
pub const SLOTS: &str = "portal-slots";

#[component]
fn Time(option: SlotOption, is_chosen: bool) -> impl IntoView {
    let id = format!("time-slot-{}", option.name);
    let of = id.clone();
    let theirs = option
        .theirs
        .map(|theirs| view! { <span class="slot-theirs">"(" {theirs} ")"</span> });
    view! {
        <label class="slot" for=of>
            <input id=id type="radio" name="input[start]" value=option.value checked=is_chosen />
            <span class="slot-time">{option.label}</span>
            {theirs}
        </label>
    }
}

/// Nothing is free on these days.
#[component]
pub fn NothingFree() -> impl IntoView {
    let text = use_text();
    view! {
        <p id="portal-nothing-free" class="panel">
            <Icon icon=icondata_lu::LuCalendarX />
            <span>{tu!(text, portal.nothing_free)}</span>
        </p>
    }
}
