use domain::{
    MeetingId, Reading,
    portal::{PortalItem, PortalSession, PortalWatch},
    transcript::Millis,
};
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{api::portal_watch, recorded::holds};
use crate::{
    features::artifacts::{Downloads, Leads, Reader, Words},
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, Crumb, Icon, Loaded, NotFound, PageHeader, resource, use_text},
};

/// A recording to be watched, and its transcript to be read along.
#[component]
pub fn PortalWatchScreen() -> impl IntoView {
    let (map, params) = (use_query_map(), use_params_map());
    let asked = Memo::new(move |_| {
        let id = params.read().get("id").unwrap_or_default();
        (id, map.with(|map| map.get("session").unwrap_or_default()))
    });
    let page = resource(move || asked.get(), |(id, session)| portal_watch(id, session));
    // The moment that the address names.
    let moment = move || {
        let moment = map.with_untracked(|map| map.get("t").and_then(|t| t.parse::<u32>().ok()));
        moment.unwrap_or_default()
    };
    let view = move |shown| view! { <Watch page=shown moment=moment() /> }.into_any();
    view! { <Loaded of=page draw=view /> }
}

#[component]
fn Watch(page: PortalWatch, moment: u32) -> impl IntoView {
    let text = use_text();
    let title = page
        .title
        .clone()
        .unwrap_or_else(|| tu_string!(text, portal.no_title).to_owned());
    let PortalItem::Meeting(meeting) = page.item else {
        return view! { <NotFound /> }.into_any();
    };
    let crumbs = vec![
        Crumb {
            label: tu_string!(text, portal.appointments).to_owned(),
            href: paths::PORTAL_APPOINTMENTS.to_owned(),
        },
        Crumb {
            label: title.clone(),
            href: paths::portal_item(page.item),
        },
    ];
    let lead = view! {
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {page.when} " · " {page.zone}
        </span>
    };
    let player = NodeRef::<html::Video>::new();
    let reader = Reader::default();
    let session = page.session;
    let href = format!("{}&t=", paths::portal_watch(meeting, session.number));
    let film = session.recording.map(|id| {
        let source = match moment {
            0 => paths::recording(id),
            seconds => format!("{}#t={seconds}", paths::recording(id)),
        };
        let captions = session.transcript.map(|_| {
            view! { <track kind="captions" src=paths::captions(id) label=tu_string!(text, portal.captions) default /> }
        });
        view! {
            <div class="portal-film">
                <video
                    id="portal-player"
                    node_ref=player
                    controls
                    playsinline
                    preload="metadata"
                    src=source
                    aria-label=title.clone()
                    on:timeupdate=move |_| reader.show(now(player), false)
                    on:seeked=move |_| reader.show(now(player), false)
                >
                    {captions}
                </video>
                <a
                    id="portal-download"
                    class="button button-small"
                    href=format!("{}?download=1", paths::recording(id))
                    rel="external"
                    download=""
                >
                    <Icon icon=icondata_lu::LuDownload />
                    {tu!(text, portal.download)}
                </a>
            </div>
        }
    });
    let words = page.reading.map(|reading| {
        view! { <Spoken reading=reading href=href session=session.clone() reader=reader player=player /> }
    });
    view! {
        <article id="portal-watch" class="portal-page stack">
            <PageHeader title=title crumbs=crumbs lead=Some(lead.into_any()) />
            <Sessions meeting=meeting sessions=page.sessions current=session.number />
            {film}
            {words}
        </article>
    }
    .into_any()
}

/// The ways to the other sessions of the meeting.
#[component]
fn Sessions(meeting: MeetingId, sessions: Vec<PortalSession>, current: u32) -> impl IntoView {
    let text = use_text();
    if sessions.len() < 2 {
        return None;
    }
    let links = sessions
        .into_iter()
        .map(|session| {
            let is_current = session.number == current;
            view! {
                <li>
                    <ButtonLink
                        id=format!("portal-session-{}", session.number)
                        href=paths::portal_watch(meeting, session.number)
                        attr:aria-current=is_current.then_some("page")
                    >
                        {session.when.clone()}
                        " "
                        {holds(text, &session)}
                    </ButtonLink>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <nav aria-label=tu_string!(text, portal.recorded)>
            <ul class="portal-sessions">{links}</ul>
        </nav>
    })
}

/// What was said, with search. A click on a line goes there; without script its time is a link that does the same.
#[component]
fn Spoken(
    reading: Reading,
    href: String,
    session: PortalSession,
    reader: Reader,
    player: NodeRef<html::Video>,
) -> impl IntoView {
    let text = use_text();
    let leads = session.recording.map(|_| Leads {
        href,
        seek: Some(Callback::new(move |start: Millis| {
            if let Some(film) = player.get_untracked() {
                #[expect(clippy::cast_precision_loss, reason = "nothing lasts that long")]
                film.set_current_time(start.0.max(0) as f64 / 1000.0);
                let _ = film.play();
            }
        })),
    });
    let downloads = session.transcript.map(|id| view! { <Downloads id=id alone=false /> });
    view! {
        <section class="card transcript" aria-labelledby="portal-words-title">
            <header class="card-head">
                <h2 id="portal-words-title">{tu!(text, artifacts.transcript)}</h2>
                {downloads}
            </header>
            <Words reading=reading reader=reader leads=leads />
        </section>
    }
}

/// Where the film is.
#[expect(clippy::cast_possible_truncation, reason = "nothing lasts that long")]
fn now(player: NodeRef<html::Video>) -> Millis {
    let seconds = player.get_untracked().map_or(0.0, |film| film.current_time());
    Millis((seconds * 1000.0) as i64)
}
