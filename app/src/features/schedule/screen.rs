use std::time::Duration;

use domain::{
    ErrorCode, News,
    schedule::{SchedulePage, ScheduleQuery, ScheduleView},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::{
    agenda::Agenda,
    api::{SubmitMove, schedule_page},
    bar::Bar,
    drag::{Dragging, Moves},
    grid::Grid,
    month::Month,
    popup::Popup,
};
use crate::{
    error::ApiError,
    features::live::follow,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, Icon, Loaded, PageHeader, Source, aria_busy, error_text, resource, use_text},
};

/// What others do is looked at together with what comes within this time.
const FOLLOWED_AFTER: Duration = Duration::from_millis(400);

#[component]
pub fn ScheduleScreen() -> impl IntoView {
    let text = use_text();
    let map = use_query_map();
    let query = Memo::new(move |_| map.with(|map| ScheduleQuery::read(|name| map.get(name))));
    let page = resource(move || query.get(), schedule_page);
    let pending = RwSignal::new(false);
    let dragging = Dragging::new();
    follow(
        Callback::new(|news| matches!(news, News::LookAgain | News::Schedule | News::Change(_))),
        Some(FOLLOWED_AFTER),
        Callback::new(move |()| page.refetch()),
    );
    let moves = Moves {
        action: ServerAction::<SubmitMove>::new(),
        said: RwSignal::new(String::new()),
    };
    Effect::new(move |_| match moves.action.value().get() {
        Some(Ok(done)) => {
            moves.said.set(tu_string!(text, schedule.moved, when = done.when));
            page.refetch();
        }
        Some(Err(ApiError(failure))) => {
            let words = match failure.code {
                ErrorCode::Conflict => tu_string!(text, schedule.moved_before),
                code => error_text(text, code).what,
            };
            moves.said.set(words.to_owned());
            dragging.end();
            page.refetch();
        }
        None => {}
    });
    let body = move |page| view! { <Page page=page query=query dragging=dragging moves=moves /> }.into_any();
    view! {
        <PageHeader title=tu_string!(text, schedule.title) actions=Some(view! { <NewButton /> }.into_any()) />
        <div id="schedule-region" aria-busy=aria_busy(pending)>
            <Loaded of=(page, dragging) draw=body rows=10 set_pending=pending />
        </div>
        <p id="schedule-said" class="cal-said" role="status">
            {moves.said}
        </p>
        <Popup query=query on_changed=Callback::new(move |()| page.refetch()) />
    }
}

/// What is moved by hand is not drawn anew under it.
impl Source for (Resource<Result<SchedulePage, ApiError>>, Dragging) {
    type Value = SchedulePage;

    async fn load(self) -> Result<SchedulePage, ApiError> {
        let loaded = self.0.await;
        self.1.rest().await;
        loaded
    }

    fn again(self) {
        self.0.refetch();
    }
}

#[component]
fn NewButton() -> impl IntoView {
    let text = use_text();
    let location = use_location();
    view! {
        <a
            id="schedule-new-button"
            class=ButtonKind::Primary.class()
            href=move || paths::here_with(&location, &[("new", Some("entry"))])
            data-noscroll=""
            aria-keyshortcuts="c"
        >
            <Icon icon=icondata_lu::LuPlus />
            {tu!(text, schedule.new_entry)}
        </a>
    }
}

#[component]
fn Page(page: SchedulePage, query: Memo<ScheduleQuery>, dragging: Dragging, moves: Moves) -> impl IntoView {
    let view = page.view;
    let is_usual = page.is_usual_view;
    let bar = view! { <Bar page=page.clone() query=query.get_untracked() /> };
    let body = match view {
        ScheduleView::Month => {
            view! { <Month page=page query=query.get_untracked() dragging=dragging moves=moves /> }.into_any()
        }
        ScheduleView::Agenda => view! { <Agenda page=page class="agenda" prefix="agenda" /> }.into_any(),
        ScheduleView::Day | ScheduleView::Week if is_usual => view! {
            <Grid page=page.clone() class="cal wide-only" query=query.get_untracked() dragging=dragging moves=moves />
            <Agenda page=page class="agenda narrow-only" prefix="agenda" />
        }
        .into_any(),
        ScheduleView::Day | ScheduleView::Week => {
            view! { <Grid page=page class="cal" query=query.get_untracked() dragging=dragging moves=moves /> }
                .into_any()
        }
    };
    view! { {bar} {body} }
}
