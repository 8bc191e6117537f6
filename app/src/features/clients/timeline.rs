use domain::{ClientId, InteractionId, TimelineDay, TimelinePage, TimelineRow};
use leptos::prelude::*;

use super::{
    older::{Older, OlderPages},
    timeline_row::Row,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Empty, Icon, use_text},
};

/// The element id of a row; the peer product's tests know it.
pub fn row_id(id: InteractionId) -> String {
    format!("client-interactions-interaction-{id}")
}

/// What is to come, then what was, day by day, along a rail.
#[component]
pub fn Timeline(
    client_id: ClientId,
    client_name: String,
    page: TimelinePage,
    /// Whether this page begins with the newest.
    is_first: bool,
    may_add: bool,
    older: Older,
) -> impl IntoView {
    let text = use_text();
    let TimelinePage {
        upcoming,
        days,
        next,
        total,
        zone,
    } = page;
    let nothing = upcoming.is_empty() && days.is_empty();
    let count = if total == 1 {
        tu_string!(text, interactions.total_one).to_owned()
    } else {
        tu_string!(text, interactions.total_many, count = total)
    };
    let empty = nothing.then(|| {
        if is_first {
            view! { <NoInteractions client_id=client_id client_name=client_name may_add=may_add /> }.into_any()
        } else {
            view! {
                <Empty
                    id="client-interactions-no-older"
                    icon=icondata_lu::LuInbox
                    title=tu_string!(text, interactions.page_empty_title)
                    text=tu_string!(text, interactions.page_empty_text)
                />
            }
            .into_any()
        }
    });
    let newest = (!is_first).then(|| {
        view! {
            <ButtonLink id="client-interactions-newest-link" href=paths::client(client_id)>
                <Icon icon=icondata_lu::LuArrowUp />
                {tu!(text, interactions.newest)}
            </ButtonLink>
        }
    });
    let last_day = days.last().map(|day| day.label.clone());
    view! {
        <section id="client-timeline" class="timeline" aria-labelledby="client-interactions-title">
            <header class="timeline-head">
                <h2 id="client-interactions-title">{tu!(text, interactions.timeline)}</h2>
                <p class="timeline-count">{count} " · " {tu_string!(text, common.times_in, zone = zone)}</p>
            </header>
            {newest}
            {empty}
            {(!upcoming.is_empty()).then(|| view! { <Upcoming rows=upcoming /> })}
            <Days days=days above=None />
            <OlderPages older=older client_id=client_id last_day=last_day next=next />
        </section>
    }
}

#[component]
fn Upcoming(rows: Vec<TimelineRow>) -> impl IntoView {
    let text = use_text();
    let count = rows.len();
    view! {
        <section class="day day-upcoming" aria-labelledby="client-interactions-upcoming-title">
            <h3 id="client-interactions-upcoming-title" class="day-head">
                {tu!(text, interactions.upcoming)}
                <span class="count-aside">{count}</span>
            </h3>
            <ol class="rail">{rows.into_iter().map(|row| view! { <Row row=row with_day=true /> }).collect_view()}</ol>
        </section>
    }
}

#[component]
pub fn Days(
    days: Vec<TimelineDay>,
    /// The day above: when the first day is the same one, it goes on without a head.
    above: Option<String>,
) -> impl IntoView {
    days.into_iter()
        .map(move |TimelineDay { label, rows }| {
            let head = (above.as_ref() != Some(&label)).then(|| view! { <h3 class="day-head">{label}</h3> });
            view! {
                <section class="day">
                    {head}
                    <ol class="rail">
                        {rows.into_iter().map(|row| view! { <Row row=row with_day=false /> }).collect_view()}
                    </ol>
                </section>
            }
        })
        .collect_view()
}

#[component]
fn NoInteractions(client_id: ClientId, client_name: String, may_add: bool) -> impl IntoView {
    let text = use_text();
    let title = tu_string!(text, interactions.empty_title, client = client_name);
    if !may_add {
        return view! {
            <Empty
                id="client-interactions-empty"
                icon=icondata_lu::LuInbox
                title=title
                text=tu_string!(text, interactions.empty_read)
            />
        }
        .into_any();
    }
    view! {
        <Empty
            id="client-interactions-empty"
            icon=icondata_lu::LuInbox
            title=title
            text=tu_string!(text, interactions.empty_text)
        >
            <ButtonLink
                id="client-interactions-schedule-link"
                href=paths::schedule(client_id)
                kind=ButtonKind::Primary
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuVideo />
                {tu!(text, interactions.schedule)}
            </ButtonLink>
            <ButtonLink id="client-interactions-log-link" href=paths::quick_add(client_id) attr:data-noscroll="">
                <Icon icon=icondata_lu::LuPlus />
                {tu!(text, interactions.log)}
            </ButtonLink>
        </Empty>
    }
    .into_any()
}
