use domain::{ClientId, Place, TimelineOptions, TimelinePage, TimelineQuery, TimelineRow};
use leptos::prelude::*;

use super::{
    feed::Feed,
    filters::Filters,
    ids::{prefix, section},
    older::OlderLink,
    pages::Pages,
    rows::{Days, RowList},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Empty, Icon, Loaded, aria_busy, use_text},
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
    let rows = move |page| {
        let query = feed.query.get_untracked();
        view! {
            <Rows
                place=place
                feed=feed
                page=page
                query=query
                name=name.get_value()
                may_add=may_add
            />
        }
        .into_any()
    };
    view! {
        <section id=section(place) class="timeline" aria-labelledby=title.clone()>
            <h2 id=title.clone() class:visually-hidden=place == Place::All>
                {tu!(text, interactions.timeline)}
            </h2>
            <Filters place=place query=feed.query options=options />
            <div class="timeline-rows" aria-busy=aria_busy(pending)>
                <Loaded of=feed.page draw=rows rows=10 set_pending=pending />
            </div>
        </section>
    }
}

#[component]
fn Rows(
    place: Place,
    feed: Feed,
    page: TimelinePage,
    query: TimelineQuery,
    name: String,
    may_add: bool,
) -> impl IntoView {
    let text = use_text();
    let zone = page.zone.clone();
    let shown = page.upcoming.len() + page.days.iter().map(|day| day.rows.len()).sum::<usize>();
    let first = TimelineQuery {
        after: String::new(),
        ..query.clone()
    };
    let filter = query.filter();
    let pages = Pages::new(place, feed, query, page);
    pages.follow();
    let days = pages.days();
    let (upcoming, later) = pages.upcoming();
    let is_empty = Memo::new(move |_| upcoming.with(Vec::is_empty) && days.with(Vec::is_empty));
    let (is_later_page, narrows) = (filter.after.is_some(), filter.narrows());
    let empty = move || {
        is_empty.get().then(|| match (is_later_page, narrows) {
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
            (false, false) => view! { <NoInteractions place=place name=name.clone() may_add=may_add /> }.into_any(),
        })
    };
    let newest = is_later_page.then(|| {
        view! {
            <ButtonLink id=format!("{}-newest-link", prefix(place)) href=paths::timeline(place, &first)>
                <Icon icon=icondata_lu::LuArrowUp />
                {tu!(text, interactions.newest)}
            </ButtonLink>
        }
    });
    let later = {
        let first = first.clone();
        Signal::derive(move || {
            let query = TimelineQuery {
                from: later.get()?,
                ..first.clone()
            };
            Some(paths::timeline(place, &query))
        })
    };
    let has_upcoming = Memo::new(move |_| !upcoming.with(Vec::is_empty));
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
        // New rows are said here; the count above is that of the answer to a search.
        <p id=format!("{}-news", prefix(place)) class="visually-hidden" role="status">
            {pages.news()}
        </p>
        {newest}
        {empty}
        {move || has_upcoming.get().then(|| view! { <Upcoming place=place rows=upcoming later=later /> })}
        <Days place=place days=days />
        <OlderLink pages=pages place=place query=first />
    }
}

#[component]
fn Upcoming(
    place: Place,
    rows: Memo<Vec<TimelineRow>>,
    /// Where the rest is to be found.
    later: Signal<Option<String>>,
) -> impl IntoView {
    let text = use_text();
    let title = format!("{}-upcoming-title", prefix(place));
    let count = move || {
        later
            .with(Option::is_none)
            .then(|| view! { <span class="count-aside">{move || rows.with(Vec::len)}</span> })
    };
    let later = move || {
        later.get().map(|href| {
            view! {
                <a id=format!("{}-later-link", prefix(place)) class="day-more" href=href>
                    {tu!(text, timeline.later)}
                    <Icon icon=icondata_lu::LuArrowRight />
                </a>
            }
        })
    };
    view! {
        <section class="day day-upcoming" aria-labelledby=title.clone()>
            <h3 id=title.clone() class="day-head">
                {tu!(text, interactions.upcoming)}
                {count}
            </h3>
            <RowList place=place rows=rows with_day=true />
            {later}
        </section>
    }
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
