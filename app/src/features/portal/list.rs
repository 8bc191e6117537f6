use domain::portal::{PortalList, PortalMonth, PortalRow};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{
    api::{portal_list, portal_month},
    fresh::keep_fresh,
    month::Month,
    state::{StateBadge, is_off},
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Empty, Icon, Loaded, PageHeader, aria_busy, resource, use_text},
};

/// Appointments and meetings, to come or past.
#[component]
pub fn PortalListScreen() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(Asked::read));
    let found = resource(move || asked.get(), look_up);
    let pending = RwSignal::new(false);
    let view = move |(month, list): (Option<PortalMonth>, Option<PortalList>)| match month {
        Some(month) => view! { <Month month=month /> }.into_any(),
        None => list.map(|list| view! { <List list=list /> }).into_any(),
    };
    keep_fresh(found, move || look_up(asked.get_untracked()), |one, other| one == other);
    let tab = move |id: &'static str, href: String, is_it: fn(&Asked) -> bool, words: &'static str| {
        let current = move || asked.with(is_it).then_some("page");
        view! {
            <li>
                <a id=id class="tab" href=href aria-current=current>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <div class="portal-page">
        <PageHeader title=tu_string!(text, portal.appointments) actions=Some(ask_link().into_any()) />
        <nav class="tabs" aria-label=tu_string!(text, portal.appointments)>
            <ul>
                {tab(
                    "portal-upcoming-tab",
                    paths::PORTAL_APPOINTMENTS.to_owned(),
                    |asked| matches!(asked, Asked::List { show, .. } if show != "past"),
                    tu_string!(text, portal.upcoming),
                )}
                {tab(
                    "portal-past-tab",
                    paths::portal_past(""),
                    |asked| matches!(asked, Asked::List { show, .. } if show == "past"),
                    tu_string!(text, portal.past),
                )}
                {tab(
                    "appointments-view-calendar",
                    paths::portal_month(""),
                    |asked| matches!(asked, Asked::Month(_)),
                    tu_string!(text, portal.calendar_view),
                )}
            </ul>
        </nav>
        <div aria-busy=aria_busy(pending)>
            <Loaded of=found draw=view rows=4 set_pending=pending />
        </div>
        </div>
    }
}

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Month(String),
    List { show: String, after: String },
}

impl Asked {
    fn read(query: &ParamsMap) -> Self {
        let get = |name: &str| query.get(name).unwrap_or_default();
        if get("view") == "calendar" {
            Self::Month(get("month"))
        } else {
            Self::List {
                show: get("show"),
                after: get("after"),
            }
        }
    }
}

/// One of the two.
async fn look_up(asked: Asked) -> Result<(Option<PortalMonth>, Option<PortalList>), ApiError> {
    Ok(match asked {
        Asked::Month(month) => (Some(portal_month(month).await?), None),
        Asked::List { show, after } => (None, Some(portal_list(show, after).await?)),
    })
}

/// The way to asking for an appointment.
pub fn ask_link() -> impl IntoView {
    let text = use_text();
    view! {
        <ButtonLink id="request-appointment-button" href=paths::ASK kind=ButtonKind::Primary>
            <Icon icon=icondata_lu::LuCalendarPlus />
            {tu!(text, portal.ask)}
        </ButtonLink>
    }
}

#[component]
fn List(list: PortalList) -> impl IntoView {
    let text = use_text();
    let PortalList {
        rows,
        is_past,
        next,
        is_everybodys,
        zone,
    } = list;
    if rows.is_empty() {
        return if is_past {
            view! {
                <Empty
                    id="portal-none-past"
                    icon=icondata_lu::LuCalendar
                    title=tu_string!(text, portal.none_past_title)
                    text=tu_string!(text, portal.none_past_text)
                />
            }
            .into_any()
        } else {
            view! { <NoneUpcoming /> }.into_any()
        };
    }
    let lead = if is_everybodys {
        tu_string!(text, portal.everybodys, zone = zone)
    } else {
        tu_string!(text, portal.own, zone = zone)
    };
    let next = next.map(|next| {
        view! {
            <nav class="pager" aria-label=tu_string!(text, clients.pages)>
                <ButtonLink id="portal-next-link" href=paths::portal_past(&next)>
                    {tu!(text, portal.older)}
                    <Icon icon=icondata_lu::LuArrowRight />
                </ButtonLink>
            </nav>
        }
    });
    view! {
        <p id="portal-list-lead" class="count">
            {lead}
        </p>
        <Rows rows=rows />
        {next}
    }
    .into_any()
}

#[component]
pub fn NoneUpcoming() -> impl IntoView {
    let text = use_text();
    view! {
        <Empty
            id="portal-none-upcoming"
            icon=icondata_lu::LuCalendar
            title=tu_string!(text, portal.none_upcoming_title)
            text=tu_string!(text, portal.none_upcoming_text)
        />
    }
}

#[component]
pub fn Rows(rows: Vec<PortalRow>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view();
    view! {
        <ul id="appointments-table" class="portal-rows">
            {rows}
        </ul>
    }
}

#[component]
fn Row(row: PortalRow) -> impl IntoView {
    let text = use_text();
    let PortalRow {
        item,
        title,
        state,
        day,
        time,
        with,
        whose,
        join_url,
        has_wish,
    } = row;
    let id = item.id();
    let title = title.unwrap_or_else(|| tu_string!(text, portal.no_title).to_owned());
    let with = with.map(|with| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuUser />
                {with}
            </span>
        }
    });
    let whose = whose.map(|whose| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuUsers />
                {tu_string!(text, portal.for_whom, name = whose)}
            </span>
        }
    });
    let wish = has_wish.then(|| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuCalendarClock />
                {tu!(text, portal.has_wish)}
            </span>
        }
    });
    let join = join_url.map(|url| {
        view! {
            <a
                id=format!("portal-join-{id}")
                class="button button-primary portal-row-join"
                href=url
                target="_blank"
                rel="noopener noreferrer"
            >
                <Icon icon=icondata_lu::LuVideo />
                {tu!(text, interactions.join_now)}
                <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
            </a>
        }
    });
    view! {
        <li class="portal-row" class:portal-row-off=is_off(state)>
            <span class="tile" aria-hidden="true">
                <span class="tile-weekday">{day.weekday}</span>
                <span class="tile-day">{day.day}</span>
                <span class="tile-month">{day.month}</span>
            </span>
            <div class="portal-row-text">
                <a id=format!("view-appointment-{id}") class="row-link" href=paths::portal_item(item)>
                    {title}
                </a>
                <span class="portal-row-when">
                    <span class="visually-hidden">{day.full} ", "</span>
                    {time}
                </span>
                <span class="portal-row-facts">{with} {whose} {wish}</span>
            </div>
            <div class="portal-row-end">
                <StateBadge state=state />
                {join}
            </div>
        </li>
    }
}
