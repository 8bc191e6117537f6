use domain::{ErrorCode, Failure, Permission, RequestPage, RequestStatus, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    api::{SubmitApprove, SubmitDecline, SubmitGenerate, SubmitKeepTime, SubmitMove, request_page},
    approve::Approve,
    decline::{DECLINE_BUTTON, DeclineDialog},
    facts::{Description, Facts},
    follow::follow_request,
    mails::mails,
    meeting::Meeting,
    moving::{MOVE_BUTTON, MoveDialog},
    said::Said,
    status::StatusBadge,
    wish::Wish,
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{
        Button, ButtonLink, Crumb, FormFailure, Icon, Loaded, PageHeader, failure_of, focus_next, resource, use_text,
        use_viewer,
    },
};

/// What is done with a request. Made once for the screen, so that an answer outlives what asked for it.
#[derive(Clone, Copy)]
pub struct Actions {
    pub approve: ServerAction<SubmitApprove>,
    pub moving: ServerAction<SubmitMove>,
    pub decline: ServerAction<SubmitDecline>,
    pub generate: ServerAction<SubmitGenerate>,
    pub keep: ServerAction<SubmitKeepTime>,
}

/// What the viewer may do elsewhere.
#[derive(Clone, Copy)]
pub struct Rights(StoredValue<Vec<Permission>>);

impl Rights {
    pub fn may(self, permission: Permission) -> bool {
        self.0.with_value(|permissions| permissions.contains(&permission))
    }
}

#[component]
pub fn RequestScreen() -> impl IntoView {
    let text = use_text();
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), request_page);
    let actions = Actions {
        approve: ServerAction::new(),
        moving: ServerAction::new(),
        decline: ServerAction::new(),
        generate: ServerAction::new(),
        keep: ServerAction::new(),
    };
    let said = RwSignal::new(None::<&'static str>);
    let dirty = RwSignal::new(false);
    // Of the screen, because the page is drawn anew while it is answered.
    let kept = own_failure(actions.keep);
    let is_old = follow_request(id, page, dirty);
    let look_again = Callback::new(move |()| {
        dirty.set(false);
        page.refetch();
    });
    let navigate = use_navigate();
    let done = Callback::new(move |what: &'static str| {
        // Away from an open dialog, and from what a form without script has put into the address.
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        let home = id.with_untracked(|id| format!("{}/{id}", paths::REQUESTS));
        navigate(&home, options);
        said.set(Some(what));
        look_again.run(());
        focus_next("content");
    });
    tell(actions, done);
    let decided = decided(actions);
    Effect::new(move |_| {
        if decided.get().is_some() {
            look_again.run(());
        }
    });
    let view = move |(shown, viewer): (RequestPage, Option<Viewer>)| {
        let permissions = viewer.map(|viewer| viewer.permissions);
        let rights = Rights(StoredValue::new(permissions.unwrap_or_default()));
        view! { <Request page=shown rights=rights actions=actions kept=kept dirty=dirty on_changed=look_again /> }
            .into_any()
    };
    view! {
        <Said said=said />
        <FormFailure id="appointment-requests-decided" failure=decided />
        <Show when=move || is_old.get()>
            <div id="appointment-requests-changed" class="panel" role="status">
                <Icon icon=icondata_lu::LuRefreshCw />
                <div>
                    <p class="panel-title">{tu!(text, appointments.changed_title)}</p>
                    <p>{tu!(text, appointments.changed_text)}</p>
                    <div class="actions">
                        <Button id="appointment-requests-look-button" on:click=move |_| look_again.run(())>
                            {tu!(text, appointments.look_again)}
                        </Button>
                    </div>
                </div>
            </div>
        </Show>
        <Loaded of=(page, viewer) draw=view />
    }
}

/// Says what was done once it is.
fn tell(actions: Actions, done: Callback<&'static str>) {
    let Actions {
        approve,
        moving,
        decline,
        generate,
        keep,
    } = actions;
    Effect::new(move |_| {
        let answers = [
            (approve.value().get().is_some_and(|answer| answer.is_ok()), "approved"),
            (moving.value().get().is_some_and(|answer| answer.is_ok()), "moved"),
            (decline.value().get().is_some_and(|answer| answer.is_ok()), "declined"),
            (generate.value().get().is_some_and(|answer| answer.is_ok()), "generated"),
            (keep.value().get().is_some_and(|answer| answer.is_ok()), "kept"),
        ];
        if let Some((_, what)) = answers.into_iter().find(|(is_done, _)| *is_done) {
            approve.clear();
            moving.clear();
            decline.clear();
            generate.clear();
            keep.clear();
            done.run(what);
        }
    });
}

/// Somebody else was faster: told above the page, which shows how it stands now.
fn decided(actions: Actions) -> Signal<Option<Failure>> {
    let answers = [
        failure_of(actions.approve),
        failure_of(actions.moving),
        failure_of(actions.decline),
        failure_of(actions.generate),
        failure_of(actions.keep),
    ];
    Signal::derive(move || {
        let mut failures = answers.iter().filter_map(|answer| answer.get());
        failures.find(|failure| failure.code == ErrorCode::Decided)
    })
}

/// What went wrong with an action, but for what is told above the page.
pub fn own_failure<S>(action: ServerAction<S>) -> Signal<Option<Failure>>
where
    S: leptos::server_fn::ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let failure = failure_of(action);
    Signal::derive(move || failure.get().filter(|failure| failure.code != ErrorCode::Decided))
}

#[component]
fn Request(
    page: RequestPage,
    rights: Rights,
    actions: Actions,
    kept: Signal<Option<Failure>>,
    dirty: RwSignal<bool>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let here = paths::request(page.request_id);
    let title = page
        .service
        .clone()
        .unwrap_or_else(|| tu_string!(text, appointments.no_service).to_owned());
    let crumbs = vec![Crumb {
        label: tu_string!(text, appointments.title).to_owned(),
        href: paths::REQUESTS.to_owned(),
    }];
    let status = page.status;
    let badge = view! { <StatusBadge status=status /> };
    let when = page.times.mine.clone().unwrap_or_else(|| page.times.theirs.clone());
    let lead = view! {
        <span class="request-reference">{page.reference.clone()}</span>
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {when}
        </span>
    };
    let decides = page.work.is_some();
    let moving = (decides && status.can_be_moved()).then(|| {
        view! {
            <ButtonLink id=MOVE_BUTTON href=format!("{here}?do=reschedule") attr:data-noscroll="">
                <Icon icon=icondata_lu::LuCalendarClock />
                {tu!(text, appointments.reschedule)}
            </ButtonLink>
        }
    });
    let decline = (decides && status.can_be_declined()).then(|| {
        let words = if status == RequestStatus::Approved {
            tu_string!(text, appointments.take_back)
        } else {
            tu_string!(text, appointments.decline)
        };
        view! {
            <ButtonLink id=DECLINE_BUTTON href=format!("{here}?do=decline") attr:data-noscroll="">
                <Icon icon=icondata_lu::LuCalendarX />
                {words}
            </ButtonLink>
        }
    });
    let buttons = view! {
        <ButtonLink id="back-to-list" href=paths::REQUESTS>
            <Icon icon=icondata_lu::LuArrowLeft />
            {tu!(text, appointments.back)}
        </ButtonLink>
        {decline}
        {moving}
    };
    let approve = page
        .work
        .clone()
        .filter(|_| status.can_be_approved())
        .map(|work| view! { <Approve work=work action=actions.approve dirty=dirty /> });
    let mails = mails(text, page.mails.clone());
    let dialogs = page.work.clone().map(|work| {
        let moving = status.can_be_moved().then(|| {
            view! { <MoveDialog page=page.clone() work=work.clone() action=actions.moving /> }
        });
        let decline = status.can_be_declined().then(|| {
            view! { <DeclineDialog page=page.clone() work=work action=actions.decline /> }
        });
        view! { {moving} {decline} }
    });
    view! {
        <article id="appointment-request-details">
            <PageHeader
                title=title
                crumbs=crumbs
                badges=Some(badge.into_any())
                lead=Some(lead.into_any())
                actions=Some(buttons.into_any())
            />
            <div class="columns">
                <div class="stack">
                    <Wish page=page.clone() action=actions.keep failure=kept />
                    <Meeting page=page.clone() rights=rights action=actions.generate on_changed=on_changed />
                    <Description text=page.description.clone() />
                    {approve}
                    {mails}
                </div>
                <Facts page=page rights=rights />
            </div>
            {dialogs}
        </article>
    }
}
