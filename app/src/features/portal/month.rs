use domain::portal::{MonthDay, PortalMonth, PortalRow};
use leptos::prelude::*;

use super::state::{is_off, state_text};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, I18n, Icon, use_text},
};

/// A month as a grid; on a phone the days on which there is something.
#[component]
pub fn Month(month: PortalMonth) -> impl IntoView {
    let text = use_text();
    let PortalMonth {
        days,
        title,
        weekdays,
        before,
        after,
        is_everybodys,
        zone,
    } = month;
    let lead = if is_everybodys {
        tu_string!(text, portal.everybodys, zone = zone)
    } else {
        tu_string!(text, portal.own, zone = zone)
    };
    let is_empty = days.iter().filter(|day| !day.is_other).all(|day| day.rows.is_empty());
    let none = is_empty.then(|| view! { <p id="calendar-none" class="quiet">{tu!(text, portal.month_none)}</p> });
    let weekdays = weekdays
        .into_iter()
        .map(|day| view! { <span class="month-weekday">{day}</span> })
        .collect_view();
    let days = days.into_iter().map(|day| self::day(text, day)).collect_view();
    view! {
        <p id="portal-list-lead" class="count">
            {lead}
        </p>
        <div class="month-bar">
            <h2 id="calendar-title">{title}</h2>
            <nav class="month-ways" aria-label=tu_string!(text, portal.months)>
                <ButtonLink id="calendar-prev-month" href=paths::portal_month(&before)>
                    <Icon icon=icondata_lu::LuChevronLeft />
                    <span class="visually-hidden">{tu!(text, portal.month_before)}</span>
                </ButtonLink>
                <ButtonLink id="calendar-today" href=paths::portal_month("")>
                    {tu!(text, portal.this_month)}
                </ButtonLink>
                <ButtonLink id="calendar-next-month" href=paths::portal_month(&after)>
                    <Icon icon=icondata_lu::LuChevronRight />
                    <span class="visually-hidden">{tu!(text, portal.month_after)}</span>
                </ButtonLink>
            </nav>
        </div>
        {none}
        <div class="month">
            <div class="month-weekdays" aria-hidden="true">
                {weekdays}
            </div>
            <ol id="calendar-days" class="month-days">
                {days}
            </ol>
        </div>
    }
}

fn day(text: I18n, day: MonthDay) -> AnyView {
    let rows = day.rows.into_iter().map(|row| entry(text, row)).collect_view();
    view! {
        <li
            class="month-day"
            class:month-day-other=day.is_other
            class:month-day-today=day.is_today
            aria-current=day.is_today.then_some("date")
        >
            <span class="month-number" aria-hidden="true">
                {day.number}
            </span>
            <span class="month-full">{day.full}</span>
            <ul class="month-rows">{rows}</ul>
        </li>
    }
    .into_any()
}

fn entry(text: I18n, row: PortalRow) -> AnyView {
    let title = row
        .title
        .unwrap_or_else(|| tu_string!(text, portal.no_title).to_owned());
    view! {
        <li>
            <a
                id=format!("calendar-appointment-{}", row.item.id())
                class="month-row"
                class:month-row-off=is_off(row.state)
                href=paths::portal_item(row.item)
            >
                <span class="month-row-time">{row.time}</span>
                <span class="month-row-title">{title}</span>
                <span class="month-row-state">{state_text(text, row.state)}</span>
            </a>
        </li>
    }
    .into_any()
}
