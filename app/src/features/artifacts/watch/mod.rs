//! The page on which a meeting is watched and read.

mod keys;
mod place;
mod player;
mod stage;
mod strip;
mod tools;

use std::sync::Arc;

use domain::{
    CapturedSession, News, Reading, TranscriptState, Viewer, WatchPage,
    artifacts::moment,
    transcript::{Millis, Transcript},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::{
    player::Player,
    stage::{Film, Stage, missing},
};
use super::{
    api::watch_page,
    reader::{Leads, Reader, Words},
    words,
};
use crate::{
    features::live::follow,
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, Crumb, Empty, I18n, Icon, Loaded, PageHeader, resource, use_text, use_viewer},
};

#[component]
pub fn WatchScreen() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let session = Memo::new(move |_| query.read().get("session").unwrap_or_default());
    let moment = Memo::new(move |_| query.with(|query| moment(query.get_str("t")?)));
    let data = resource(
        move || (id.get(), session.get()),
        |(id, session)| watch_page(id, session),
    );
    let viewer = use_viewer();
    let (player, reader) = (Player::new(), Reader::default());
    keys::install(player);
    // Who watches is disturbed only for what they wait for.
    let waits = StoredValue::new(false);
    let concerns = move |news| match news {
        News::LookAgain => waits.get_value(),
        News::Change(change) => waits.get_value() && id.with_untracked(|id| change.interaction_id.to_string() == *id),
        News::Schedule | News::Request(_) | News::Wish => false,
    };
    follow(Callback::new(concerns), None, Callback::new(move |()| data.refetch()));
    // A link to another moment of what is shown.
    Effect::new(move |before: Option<Option<Millis>>| {
        let moment = moment.get();
        if let (Some(before), Some(moment)) = (before, moment)
            && before != Some(moment)
        {
            player.play_from(moment);
        }
        moment
    });
    let body = move |(page, viewer): (WatchPage, Option<Viewer>)| {
        waits.set_value(page.session.is_none() || page.capture.is_under_way());
        let who = viewer.map(|viewer| viewer.email).unwrap_or_default();
        let moment = moment.get_untracked();
        let reload = Callback::new(move |()| data.refetch());
        view! { <Watch page=page who=who moment=moment player=player reader=reader reload=reload /> }.into_any()
    };
    view! { <Loaded of=(data, viewer) draw=body rows=8 /> }
}

#[component]
fn Watch(
    page: WatchPage,
    who: String,
    moment: Option<Millis>,
    player: Player,
    reader: Reader,
    reload: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let id = page.interaction_id;
    let mut crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    crumbs.extend(page.client.map(|client| Crumb {
        label: client.name,
        href: paths::client(client.id),
    }));
    let lead = view! {
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {page.when}
        </span>
        <span class="quiet">{page.zone}</span>
    };
    let actions = view! {
        <ButtonLink id="watch-record-link" href=paths::interaction(id)>
            <Icon icon=icondata_lu::LuArrowLeft />
            {tu!(text, watch.to_record)}
        </ButtonLink>
    };
    let tabs = (page.capture.sessions.len() > 1).then(|| {
        tabs(text, &page.capture.sessions, page.session.as_ref(), |number| {
            paths::watch_session(id, number)
        })
    });
    let body = match page.session {
        Some(session) => {
            // The address names the part from here on, whatever it was opened by.
            let href = format!("{}&t=", paths::watch_session(id, session.number));
            let transcript = match &page.reading {
                Some(Reading::Lines(transcript)) => Some(Arc::new(transcript.clone())),
                _ => None,
            };
            let has_film = session
                .recording
                .as_ref()
                .is_some_and(|recording| recording.state != domain::RecordingState::Gone);
            let stage = stage(
                text,
                &session,
                page.title.clone(),
                transcript,
                &href,
                &who,
                moment,
                player,
                reader,
                reload,
            );
            let words = spoken(text, &session, page.reading, reader, has_film.then_some((href, player)));
            view! {
                <div class="watch" class:watch-reading=!has_film>
                    <div class="watch-film">{stage}</div>
                    {words}
                </div>
            }
            .into_any()
        }
        None => view! {
            <Empty
                id="watch-nothing"
                icon=icondata_lu::LuHourglass
                title=tu_string!(text, watch.nothing_title)
                text=tu_string!(text, watch.nothing_text)
            >
                <ButtonLink id="watch-nothing-link" href=paths::interaction(id)>
                    {tu!(text, watch.to_record)}
                </ButtonLink>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <article id="watch-page">
            <PageHeader title=page.title crumbs=crumbs lead=Some(lead.into_any()) actions=Some(actions.into_any()) />
            {tabs}
            {body}
        </article>
    }
}

/// The parts of a meeting that was recorded more than once, in the order of time. Each is a page of its own.
fn tabs(
    text: I18n,
    sessions: &[CapturedSession],
    shown: Option<&CapturedSession>,
    href: impl Fn(u32) -> String,
) -> AnyView {
    let tabs = sessions
        .iter()
        .rev()
        .map(|session| {
            let number = session.number;
            let is_shown = shown.is_some_and(|shown| shown.number == number);
            let length = session
                .length
                .map(|seconds| format!(" · {}", words::length(text, seconds)));
            view! {
                <li>
                    <a
                        id=format!("watch-session-{number}")
                        class="watch-tab"
                        href=href(number)
                        rel="external"
                        aria-current=is_shown.then_some("page")
                    >
                        <span class="watch-tab-name">{tu_string!(text, artifacts.part, number = number)}</span>
                        <span class="quiet">{session.when.clone()} {length}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav id="watch-sessions" class="watch-tabs" aria-label=tu_string!(text, watch.sessions)>
            <ul>{tabs}</ul>
        </nav>
    }
    .into_any()
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the page knows of the film comes from several places"
)]
fn stage(
    text: I18n,
    session: &CapturedSession,
    title: String,
    transcript: Option<Arc<Transcript>>,
    href: &str,
    who: &str,
    moment: Option<Millis>,
    player: Player,
    reader: Reader,
    reload: Callback<()>,
) -> AnyView {
    let Some(recording) = session.recording.clone() else {
        return missing(
            "watch-no-recording",
            tu_string!(text, watch.no_recording_title),
            tu_string!(text, watch.no_recording_text),
        );
    };
    let film = Film {
        title,
        name: format!("{who}-{}", recording.id),
        recording,
        length: session.length,
        transcript,
        href: href.to_owned(),
        moment,
    };
    view! { <Stage film=film player=player reader=reader on_lost=reload /> }.into_any()
}

/// The transcript, or why there is none.
fn spoken(
    text: I18n,
    session: &CapturedSession,
    reading: Option<Reading>,
    reader: Reader,
    film: Option<(String, Player)>,
) -> AnyView {
    let document = session
        .transcript
        .as_ref()
        .and_then(|transcript| match transcript.state {
            TranscriptState::Readable(document) => Some(document),
            TranscriptState::Waiting | TranscriptState::Gone => None,
        });
    let downloads = document.map(|document| view! { <super::document::Downloads id=document alone=true /> });
    let leads = film.map(|(href, player)| Leads {
        href,
        seek: Some(Callback::new(move |time| player.play_from(time))),
    });
    let body = match (reading, session.transcript.as_ref().map(|transcript| transcript.state)) {
        (Some(reading), _) => view! { <Words reading=reading reader=reader leads=leads /> }.into_any(),
        (None, Some(TranscriptState::Gone)) => {
            view! { <p id="transcript-gone" class="quiet">{tu!(text, watch.transcript_gone)}</p> }.into_any()
        }
        (None, Some(_)) => {
            view! { <p id="transcript-waiting" class="quiet">{tu!(text, watch.transcript_waiting)}</p> }.into_any()
        }
        (None, None) => {
            view! { <p id="transcript-missing" class="quiet">{tu!(text, watch.no_transcript)}</p> }.into_any()
        }
    };
    view! {
        <section id="watch-transcript" class="card transcript" aria-labelledby="watch-transcript-title">
            <header class="card-head">
                <h2 id="watch-transcript-title">{tu!(text, artifacts.transcript)}</h2>
                {downloads}
            </header>
            {body}
        </section>
    }
    .into_any()
}
