use domain::{News, RequestList, RequestQuery, RequestRow, RequestStatus};
use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    api::list_requests,
    status::{StatusBadge, status_text},
    wishes::Wishes,
};
use crate::{
    features::live::follow,
    i18n::{tu, tu_string},
    paths,
    ui::{Button, ButtonLink, Empty, Icon, Loaded, PageHeader, aria_busy, resource, set_value, use_text},
};

/// What address the list is shown at.
const LIST: &str = paths::REQUESTS;

#[component]
pub fn RequestsScreen() -> impl IntoView {
    let text = use_text();
    let map = use_query_map();
    let query = Memo::new(move |_| map.with(|map| RequestQuery::read(|name| map.get(name))));
    let requests = resource(
        move || query.get(),
        |RequestQuery { status, after }| list_requests(status, after),
    );
    let pending = RwSignal::new(false);
    let list = move |list| view! { <Requests list=list query=query.get_untracked() /> }.into_any();
    follow(
        Callback::new(|news| matches!(news, News::Request(_) | News::Wish | News::LookAgain)),
        None,
        Callback::new(move |()| requests.refetch()),
    );
    let availability = view! {
        <ButtonLink id="configure-availability-button" href=paths::AVAILABILITY>
            <Icon icon=icondata_lu::LuCalendarClock />
            {tu!(text, availability.title)}
        </ButtonLink>
    };
    view! {
        <PageHeader title=tu_string!(text, appointments.title) actions=Some(availability.into_any()) />
        <StatusFilter query=query />
        <div id="appointment-requests-panel" aria-busy=aria_busy(pending)>
            <Loaded of=requests draw=list set_pending=pending />
        </div>
    }
}

/// A GET form: the status stands in the address and works without script. With script it follows the choice.
#[component]
fn StatusFilter(query: Memo<RequestQuery>) -> impl IntoView {
    const SELECT: &str = "status-filter";
    let text = use_text();
    let navigate = use_navigate();
    let node = NodeRef::<html::Select>::new();
    let chosen = move |query: &RequestQuery| query.filter().status.map_or(RequestQuery::EVERY, RequestStatus::as_str);
    let first = query.with_untracked(chosen);
    let apply = move |_| {
        let Some(select) = node.get_untracked() else { return };
        let query = RequestQuery {
            status: select.value(),
            after: String::new(),
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::requests(&query), options);
    };
    // The back button changes the address under the box.
    Effect::new(move |before: Option<&'static str>| {
        let wanted = query.with(chosen);
        if before.is_some_and(|before| before != wanted) {
            set_value(SELECT, wanted);
        }
        wanted
    });
    let options = RequestStatus::ALL
        .map(|status| (status.as_str(), status_text(text, status)))
        .into_iter()
        .chain([(RequestQuery::EVERY, tu_string!(text, appointments.all))])
        .map(|(value, label)| {
            view! {
                <option value=value selected=value == first>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <form id="appointment-requests-filter-form" class="list-search" method="get" action=LIST>
            <label class="visually-hidden" for=SELECT>
                {tu!(text, appointments.status_filter)}
            </label>
            <select id=SELECT class="input list-shown" name="status" node_ref=node on:change=apply>
                {options}
            </select>
            <div class="no-script-only">
                <Button id="appointment-requests-filter-button" submit=true>
                    {tu!(text, appointments.show)}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Requests(list: RequestList, query: RequestQuery) -> impl IntoView {
    let text = use_text();
    let RequestList {
        wishes,
        rows,
        own_only,
        next,
    } = list;
    let wishes = view! { <Wishes list=wishes /> };
    let own = own_only.then(|| {
        view! {
            <p id="appointment-requests-own-only" class="count">
                {tu!(text, appointments.own_only)}
            </p>
        }
    });
    if rows.is_empty() {
        return view! { {wishes} {own} <NoRequests query=query /> }.into_any();
    }
    let rows = rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view();
    view! {
        {wishes}
        {own}
        <table id="appointment-requests-list" class="table requests">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, appointments.column_request)}</th>
                    <th scope="col">{tu!(text, appointments.column_when)}</th>
                    <th scope="col" class="column-wide">
                        {tu!(text, appointments.column_technician)}
                    </th>
                    <th scope="col" class="column-wide">
                        {tu!(text, appointments.column_status)}
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <Pager query=query next=next.map(|next| next.to_string()) />
    }
    .into_any()
}

/// Why there is nothing to see.
#[component]
fn NoRequests(query: RequestQuery) -> impl IntoView {
    let text = use_text();
    let filter = query.filter();
    let all = move || {
        view! {
            <ButtonLink
                id="appointment-requests-all-link"
                href=paths::requests(
                    &RequestQuery {
                        status: RequestQuery::EVERY.to_owned(),
                        after: String::new(),
                    },
                )
            >
                {tu!(text, appointments.show_all)}
            </ButtonLink>
        }
    };
    let (id, icon, title, words) = match (filter.after, filter.status) {
        (Some(_), _) => (
            "appointment-requests-end",
            icondata_lu::LuInbox,
            tu_string!(text, appointments.end_title),
            tu_string!(text, appointments.end_text),
        ),
        (None, Some(RequestStatus::Pending)) => (
            "appointment-requests-none-pending",
            icondata_lu::LuCircleCheck,
            tu_string!(text, appointments.none_pending_title),
            tu_string!(text, appointments.none_pending_text),
        ),
        (None, Some(_)) => (
            "appointment-requests-none",
            icondata_lu::LuInbox,
            tu_string!(text, appointments.none_title),
            tu_string!(text, appointments.none_text),
        ),
        (None, None) => {
            return view! {
                <Empty
                    id="appointment-requests-empty"
                    icon=icondata_lu::LuInbox
                    title=tu_string!(text, appointments.empty_title)
                    text=tu_string!(text, appointments.empty_text)
                />
            }
            .into_any();
        }
    };
    view! {
        <Empty id=id icon=icon title=title text=words>
            {all()}
        </Empty>
    }
    .into_any()
}

#[component]
fn Row(row: RequestRow) -> impl IntoView {
    let text = use_text();
    let RequestRow {
        request_id,
        reference,
        status,
        service,
        requester,
        client,
        times,
        minutes,
        technician,
        has_link,
        has_wish,
    } = row;
    let service = service.unwrap_or_else(|| tu_string!(text, appointments.no_service).to_owned());
    let who = [requester, client].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (first, second) = match times.mine {
        Some(mine) => (mine, Some(format!("{} {}", times.theirs, times.zone))),
        None => (times.theirs, None),
    };
    let late = (times.is_past && status == RequestStatus::Pending).then(|| {
        view! {
            <span class="request-late with-icon">
                <Icon icon=icondata_lu::LuCircleAlert />
                {tu!(text, appointments.is_past)}
            </span>
        }
    });
    let wish = has_wish.then(|| {
        view! {
            <span class="request-late with-icon">
                <Icon icon=icondata_lu::LuCalendarClock />
                {tu!(text, appointments.has_wish)}
            </span>
        }
    });
    let link = has_link.then(|| {
        view! {
            <span class="with-icon" title=tu_string!(text, appointments.has_link)>
                <Icon icon=icondata_lu::LuVideo />
                <span class="visually-hidden">{tu!(text, appointments.has_link)}</span>
            </span>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <a id=format!("appointment-request-{request_id}") class="row-link" href=paths::request(request_id)>
                    {service}
                </a>
                <span class="request-line">{who}</span>
                <span class="request-line quiet">
                    <span class="request-reference">{reference}</span>
                    " · "
                    {tu_string!(text, interactions.minutes, minutes = minutes)}
                </span>
                <span class="request-state-narrow">
                    <StatusBadge status=status />
                </span>
            </th>
            <td>
                <span class="request-when">{first}</span>
                {second.map(|second| view! { <span class="request-line quiet">{second}</span> })}
                {late} {wish}
            </td>
            <td class="column-wide">
                {technician
                    .map_or_else(
                        || view! { <span class="quiet">{tu!(text, appointments.anyone)}</span> }.into_any(),
                        IntoAny::into_any,
                    )}
            </td>
            <td class="request-state column-wide">
                <StatusBadge status=status />
                {link}
            </td>
        </tr>
    }
}

/// The ways to the first and to the next page. Links, so that they work without script and can be sent on.
#[component]
fn Pager(query: RequestQuery, next: Option<String>) -> impl IntoView {
    let text = use_text();
    let is_later = query.filter().after.is_some();
    if next.is_none() && !is_later {
        return None;
    }
    let at = move |after: String| {
        let query = RequestQuery { after, ..query.clone() };
        paths::requests(&query)
    };
    let first = is_later.then(|| {
        view! {
            <ButtonLink id="appointment-requests-first-link" href=at(String::new())>
                <Icon icon=icondata_lu::LuArrowUp />
                {tu!(text, clients.first)}
            </ButtonLink>
        }
    });
    let next = next.map(|next| {
        view! {
            <ButtonLink id="appointment-requests-next-link" href=at(next)>
                {tu!(text, clients.next)}
                <Icon icon=icondata_lu::LuArrowRight />
            </ButtonLink>
        }
    });
    Some(view! {
        <nav class="pager" aria-label=tu_string!(text, clients.pages)>
            {first} {next}
        </nav>
    })
}
