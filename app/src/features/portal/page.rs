use std::time::Duration;

use domain::portal::{Joining, PortalPage, PortalState};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::{SubmitCancel, portal_meeting, portal_request},
    cancel::{CANCEL_BUTTON, CancelDialog},
    facts::{Facts, When},
    fresh::keep_fresh,
    recorded::Recorded,
    said::Said,
    state::{StateBadge, is_off},
    words::hours,
};
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, CopyButton, Icon, Loaded, PageHeader, Timer, resource, use_text},
};

/// The page of an appointment, or of a meeting.
#[component]
pub fn PortalScreen(is_meeting: bool) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), move |id| look_up(is_meeting, id));
    let cancel = ServerAction::<SubmitCancel>::new();
    // The way in opens and closes by the clock.
    let timer = Timer::new();
    Effect::new(move |_| {
        let fresh_for = page.with(|page| page.as_ref().and_then(|page| page.as_ref().ok()?.fresh_for));
        match fresh_for {
            Some(seconds) => timer.start(Duration::from_secs(u64::from(seconds)), move || page.refetch()),
            None => timer.stop(),
        }
    });
    let again = Callback::new(move |()| page.refetch());
    keep_fresh(page, move || look_up(is_meeting, id.get_untracked()), is_same);
    let view = move |shown| view! { <Page page=shown action=cancel on_changed=again /> }.into_any();
    view! {
        <Said />
        <Loaded of=page draw=view />
    }
}

async fn look_up(is_meeting: bool, id: String) -> Result<PortalPage, ApiError> {
    if is_meeting {
        portal_meeting(id).await
    } else {
        portal_request(id).await
    }
}

/// Whether two pages say the same; how long they do so is counted from when they were loaded.
fn is_same(one: &PortalPage, other: &PortalPage) -> bool {
    let other = PortalPage {
        fresh_for: one.fresh_for,
        ..other.clone()
    };
    *one == other
}

#[component]
fn Page(page: PortalPage, action: ServerAction<SubmitCancel>, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let title = page
        .title
        .clone()
        .unwrap_or_else(|| tu_string!(text, portal.no_title).to_owned());
    let state = page.state;
    let badge = view! { <StateBadge state=state /> };
    let lead = page.reference.clone().map(|reference| {
        view! { <span class="request-reference">{tu_string!(text, portal.reference, reference = reference)}</span> }
            .into_any()
    });
    let back = vec![crate::ui::Crumb {
        label: tu_string!(text, portal.appointments).to_owned(),
        href: paths::PORTAL_APPOINTMENTS.to_owned(),
    }];
    let can_cancel = page.rule.as_ref().is_some_and(|rule| rule.is_open);
    let dialog = can_cancel.then(|| view! { <CancelDialog page=page.clone() action=action on_changed=on_changed /> });
    view! {
        <article id="portal-details" class="portal-page stack">
            <PageHeader title=title crumbs=back badges=Some(badge.into_any()) lead=lead />
            <section class="card portal-when" class:portal-off=is_off(state) aria-labelledby="portal-when-title">
                <h2 id="portal-when-title" class="visually-hidden">
                    {tu!(text, interactions.when)}
                </h2>
                <When times=page.times.clone() minutes=page.minutes />
                <p id="portal-state">{sentence(&page)}</p>
                <Join page=page.clone() />
            </section>
            <Wish page=page.clone() />
            <Recorded page=page.clone() />
            <Facts page=page.clone() />
            <Change page=page />
            {dialog}
        </article>
    }
}

/// How it stands with it, in words.
fn sentence(page: &PortalPage) -> String {
    let text = use_text();
    let provider = page.provider.clone();
    let on = page.decided.clone();
    match (page.state, on) {
        (PortalState::Waiting, _) => tu_string!(text, portal.says_waiting, provider = provider),
        (PortalState::Unanswered, _) => tu_string!(text, portal.says_unanswered, provider = provider),
        (PortalState::Confirmed, _) => tu_string!(text, portal.says_confirmed).to_owned(),
        (PortalState::Running, _) => tu_string!(text, portal.says_running).to_owned(),
        (PortalState::Over, _) => tu_string!(text, portal.says_over).to_owned(),
        (PortalState::Declined, on) => {
            tu_string!(
                text,
                portal.says_declined,
                provider = provider,
                when = on.unwrap_or_default()
            )
        }
        (PortalState::Cancelled, Some(on)) if page.is_by_viewer => {
            tu_string!(text, portal.says_cancelled_you, when = on)
        }
        (PortalState::Cancelled, Some(on)) => tu_string!(text, portal.says_cancelled_on, when = on),
        (PortalState::Cancelled, None) => tu_string!(text, portal.says_cancelled).to_owned(),
    }
}

/// The way in, or when it opens; and the ways into a calendar.
#[component]
fn Join(page: PortalPage) -> impl IntoView {
    let text = use_text();
    let join = match page.joining.clone() {
        Joining::None => None,
        Joining::Later => page.opens.clone().map(|opens| {
            view! {
                <p id="portal-opens" class="with-icon">
                    <Icon icon=icondata_lu::LuVideo />
                    {tu_string!(text, portal.opens, when = opens)}
                </p>
            }
            .into_any()
        }),
        Joining::Now(url) => Some(
            view! {
                <div class="actions">
                    <a
                        id="join-teams-meeting-client-portal"
                        class="button button-primary button-large"
                        href=url.clone()
                        target="_blank"
                        rel="noopener noreferrer"
                    >
                        <Icon icon=icondata_lu::LuVideo />
                        {tu!(text, interactions.join_now)}
                        <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
                    </a>
                    <CopyButton id="portal-copy-link-button" link=url />
                </div>
            }
            .into_any(),
        ),
    };
    let calendar = page.calendar.clone().map(|links| {
        if page.is_invited {
            return view! {
                <p id="portal-invited" class="quiet with-icon">
                    <Icon icon=icondata_lu::LuCalendarCheck />
                    {tu!(text, portal.invited)}
                </p>
            }
            .into_any();
        }
        let web = |id: &'static str, href: String, words: &'static str| {
            view! {
                <a id=id class="button button-small" href=href target="_blank" rel="noopener noreferrer">
                    {words}
                    <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
                </a>
            }
        };
        view! {
            <div id="portal-calendar" class="portal-calendar">
                <span class="quiet with-icon">
                    <Icon icon=icondata_lu::LuCalendarPlus />
                    {tu!(text, portal.add)}
                </span>
                <a
                    id="portal-calendar-file"
                    class="button button-small"
                    href=paths::calendar_file(page.item)
                    rel="external"
                    download=""
                >
                    {tu!(text, portal.file)}
                </a>
                {web("portal-calendar-outlook", links.outlook, tu_string!(text, portal.outlook))}
                {web("portal-calendar-google", links.google, tu_string!(text, portal.google))}
            </div>
        }
        .into_any()
    });
    view! { {join} {calendar} }
}

/// Another time was asked for.
#[component]
fn Wish(page: PortalPage) -> impl IntoView {
    let text = use_text();
    let wish = page.wish.clone()?;
    let note = wish.note.map(|note| view! { <p class="request-text">{note}</p> });
    Some(view! {
        <section id="portal-wish" class="panel panel-warning" aria-labelledby="portal-wish-title">
            <Icon icon=icondata_lu::LuCalendarClock />
            <div>
                <h2 id="portal-wish-title" class="panel-title">
                    {tu!(text, portal.wish_title)}
                </h2>
                <p>{wish.when}</p>
                {note}
                <p class="quiet">{tu_string!(text, portal.wish_text, provider = page.provider.clone())}</p>
            </div>
        </section>
    })
}

/// What can still be done about it, with the rule stated first.
#[component]
fn Change(page: PortalPage) -> impl IntoView {
    let text = use_text();
    let rule = page.rule.clone()?;
    let here = paths::portal_item(page.item);
    let says = match (rule.is_open, rule.is_pending) {
        (true, true) => tu_string!(text, portal.rule_pending).to_owned(),
        (true, false) => tu_string!(
            text,
            portal.rule_open,
            until = rule.until.clone(),
            hours = hours(text, rule.hours)
        ),
        (false, _) => tu_string!(text, portal.rule_closed, hours = hours(text, rule.hours)),
    };
    let actions = if rule.is_open {
        let reschedule = if rule.is_pending {
            tu_string!(text, portal.change_time)
        } else {
            tu_string!(text, portal.ask_reschedule)
        };
        view! {
            <div class="actions">
                <ButtonLink id="portal-reschedule-button" href=paths::portal_reschedule(page.item)>
                    <Icon icon=icondata_lu::LuCalendarClock />
                    {reschedule}
                </ButtonLink>
                <ButtonLink id=CANCEL_BUTTON href=format!("{here}?do=cancel") attr:data-noscroll="">
                    <Icon icon=icondata_lu::LuCalendarX />
                    {tu!(text, portal.cancel)}
                </ButtonLink>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="actions">
                <ButtonLink
                    id="portal-write-button"
                    href=format!("mailto:{}", page.provider_email)
                    kind=ButtonKind::Secondary
                >
                    <Icon icon=icondata_lu::LuMail />
                    {tu!(text, portal.write)}
                </ButtonLink>
            </div>
        }
        .into_any()
    };
    Some(view! {
        <section class="card" aria-labelledby="portal-change-title">
            <h2 id="portal-change-title">{tu!(text, portal.change)}</h2>
            <p id="portal-rule">{says}</p>
            {actions}
        </section>
    })
}
