use domain::{ClientId, Place, TimelineDay, TimelineOptions, TimelinePage, TimelineQuery, TimelineRow};
use leptos::prelude::*;

use super::{
    feed::Feed,
    filters::Filters,
    ids::{prefix, section},
    older::{Older, OlderPages},
    row::Row,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Empty, Failed, Icon, Skeleton, aria_busy, use_text},
};

/// What is to come, then what was, day by day, along a rail; above it the filters.
#[component]
pub fn Timeline(
    place: Place,
    feed: Feed,
    options: TimelineOptions,
    /// The client's or contact's.
    #[prop(optional, into)]
    name: String,
    #[prop(optional)] may_add: bool,
) -> impl IntoView {
    let text = use_text();
    let title = format!("{}-title", prefix(place));
    let pending = RwSignal::new(false);
    let name = StoredValue::new(name);
    let rows = move || {
        Suspend::new(async move {
            match feed.page.await {
                Ok(page) => {
                    let query = feed.query.get_untracked();
                    view! {
                        <Rows
                            place=place
                            page=page
                            query=query
                            name=name.get_value()
                            may_add=may_add
                            older=feed.older
                        />
                    }
                    .into_any()
                }
                Err(error) => view! { <Failed error=error retry=move |()| feed.page.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <section id=section(place) class="timeline" aria-labelledby=title.clone()>
            <h2 id=title.clone() class:visually-hidden=place == Place::All>
                {tu!(text, interactions.timeline)}
            </h2>
            <Filters place=place query=feed.query options=options />
            <div class="timeline-rows" aria-busy=aria_busy(pending)>
                <Transition fallback=|| view! { <Skeleton rows=10 /> } set_pending=pending>
                    {rows}
                </Transition>
            </div>
        </section>
    }
}

#[component]
fn Rows(
    place: Place,
    page: TimelinePage,
    query: TimelineQuery,
    name: String,
    may_add: bool,
    older: Older,
) -> impl IntoView {
    let text = use_text();
    let TimelinePage {
        upcoming,
        later,
        days,
        next,
        zone,
    } = page;
    let shown = upcoming.len() + days.iter().map(|day| day.rows.len()).sum::<usize>();
    let filter = query.filter();
    let first = TimelineQuery {
        after: String::new(),
        ..query.clone()
    };
    let empty = (shown == 0).then(|| match (filter.after.is_some(), filter.narrows()) {
        (true, _) => view! {
            <Empty
                id=format!("{}-no-older", prefix(place))
                icon=icondata_lu::LuInbox
                title=tu_string!(text, interactions.page_empty_title)
                text=tu_string!(text, interactions.page_empty_text)
            />
        }
        .into_any(),
        (false, true) => view! { <NoHit place=place /> }.into_any(),
        (false, false) => view! { <NoInteractions place=place name=name may_add=may_add /> }.into_any(),
    });
    let newest = filter.after.is_some().then(|| {
        view! {
            <ButtonLink id=format!("{}-newest-link", prefix(place)) href=paths::timeline(place, &first)>
                <Icon icon=icondata_lu::LuArrowUp />
                {tu!(text, interactions.newest)}
            </ButtonLink>
        }
    });
    let later = later.map(|day| {
        paths::timeline(
            place,
            &TimelineQuery {
                from: day,
                ..first.clone()
            },
        )
    });
    let last_day = days.last().map(|day| day.label.clone());
    let count = if shown == 1 {
        tu_string!(text, timeline.shown_one).to_owned()
    } else {
        tu_string!(text, timeline.shown_many, count = shown)
    };
    view! {
        <p class="timeline-count">
            <span class="visually-hidden" role="status">
                {count}
                ". "
            </span>
            {tu_string!(text, common.times_in, zone = zone)}
        </p>
        {newest}
        {empty}
        {(!upcoming.is_empty()).then(|| view! { <Upcoming place=place rows=upcoming later=later /> })}
        <Days place=place days=days above=None />
        <OlderPages older=older place=place query=first last_day=last_day next=next />
    }
}

#[component]
fn Upcoming(
    place: Place,
    rows: Vec<TimelineRow>,
    /// Where the rest is to be found.
    later: Option<String>,
) -> impl IntoView {
    let text = use_text();
    let title = format!("{}-upcoming-title", prefix(place));
    let count = later.is_none().then_some(rows.len());
    let later = later.map(|href| {
        view! {
            <a id=format!("{}-later-link", prefix(place)) class="day-more" href=href>
                {tu!(text, timeline.later)}
                <Icon icon=icondata_lu::LuArrowRight />
            </a>
        }
    });
    view! {
        <section class="day day-upcoming" aria-labelledby=title.clone()>
            <h3 id=title.clone() class="day-head">
                {tu!(text, interactions.upcoming)}
                {count.map(|count| view! { <span class="count-aside">{count}</span> })}
            </h3>
            <ol class="rail">
                {rows.into_iter().map(|row| view! { <Row place=place row=row with_day=true /> }).collect_view()}
            </ol>
            {later}
        </section>
    }
}

#[component]
pub fn Days(
    place: Place,
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
                        {rows
                            .into_iter()
                            .map(|row| view! { <Row place=place row=row with_day=false /> })
                            .collect_view()}
                    </ol>
                </section>
            }
        })
        .collect_view()
}

/// The filters leave nothing.
#[component]
fn NoHit(place: Place) -> impl IntoView {
    let text = use_text();
    view! {
        <Empty
            id=format!("{}-no-hit", prefix(place))
            icon=icondata_lu::LuSearchX
            title=tu_string!(text, timeline.none_title)
            text=tu_string!(text, timeline.none_text)
        >
            <ButtonLink
                id=format!("{}-clear-link", prefix(place))
                href=paths::timeline(place, &TimelineQuery::default())
            >
                {tu!(text, timeline.clear)}
            </ButtonLink>
        </Empty>
    }
}

#[component]
fn NoInteractions(place: Place, name: String, may_add: bool) -> impl IntoView {
    let text = use_text();
    let id = format!("{}-empty", prefix(place));
    let title = if name.is_empty() {
        tu_string!(text, timeline.empty_title).to_owned()
    } else {
        tu_string!(text, interactions.empty_title, client = name)
    };
    let words = match (place, may_add) {
        (Place::Client(_), true) => tu_string!(text, interactions.empty_text),
        (Place::Client(_), false) => tu_string!(text, interactions.empty_read),
        (Place::All | Place::Contact(_), _) => tu_string!(text, timeline.empty_text),
    };
    let actions = match place {
        Place::Client(client_id) if may_add => Some(view! { <AddLinks client_id=client_id /> }),
        _ => None,
    };
    view! {
        <Empty id=id icon=icondata_lu::LuInbox title=title text=words>
            {actions}
        </Empty>
    }
}

#[component]
fn AddLinks(client_id: ClientId) -> impl IntoView {
    let text = use_text();
    view! {
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
    }
}
