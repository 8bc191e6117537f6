use std::time::Duration;

use domain::{MeetingStatus, Place, TimelineMeeting, TimelineRow};
use leptos::prelude::*;

use super::ids::{prefix, row_id};
use crate::{
    features::interactions::{JoinLink, MeetingBadge, StatusText, open_in_drawer},
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, Icon, Tone, icon_named, use_text},
};

/// An interaction. Its title is the link; the link's area is the whole row.
#[component]
pub fn Row(
    place: Place,
    row: TimelineRow,
    /// Upcoming rows are not under the head of their day and say it themselves.
    with_day: bool,
) -> impl IntoView {
    let text = use_text();
    let TimelineRow {
        interaction_id,
        title,
        type_name,
        icon,
        time,
        day,
        client,
        contact,
        user_name,
        status_name,
        status_is_closed,
        meeting,
    } = row;
    let client = client.filter(|_| !matches!(place, Place::Client(_))).map(|client| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuBuilding2 />
                <span class="visually-hidden">{tu!(text, interactions.client)} ": "</span>
                <a class="row-aside-link" href=paths::client(client.id)>
                    {client.name}
                </a>
            </span>
        }
    });
    let contact = contact.filter(|_| !matches!(place, Place::Contact(_))).map(|contact| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuUserRound />
                <span class="visually-hidden">{tu!(text, interactions.contact)} ": "</span>
                <a class="row-aside-link" href=paths::contact(contact.id)>
                    {contact.name}
                </a>
            </span>
        }
    });
    // Where a badge tells about the meeting, the icon is enough to see the type.
    let has_meeting = meeting.is_some();
    let (badges, join) = match meeting {
        Some(mut meeting) => {
            let join = meeting.join_url.take().map(|url| {
                let id = format!("{}-join-{interaction_id}", prefix(place));
                view! { <Join id=id url=url title=title.clone() opens_in=meeting.opens_in /> }
            });
            (Some(view! { <MeetingBadges meeting=meeting /> }), join)
        }
        None => (None, None),
    };
    view! {
        <li id=row_id(place, interaction_id) class="row">
            <div class="row-time">
                {with_day.then(|| view! { <span class="row-day">{day}</span> })} <span>{time}</span>
            </div>
            <div class="row-dot">
                <Icon icon=icon_named(&icon) />
            </div>
            <div class="row-body">
                <a
                    id=format!("{}-link", row_id(place, interaction_id))
                    class="row-link"
                    href=paths::interaction(interaction_id)
                    on:click=open_in_drawer(interaction_id)
                >
                    {title}
                </a>
                <div class="row-meta">
                    <span class:visually-hidden=has_meeting>{type_name}</span>
                    {client}
                    {contact}
                    <span class="with-icon">
                        <Icon icon=icondata_lu::LuHeadphones />
                        <span class="visually-hidden">{tu!(text, interactions.user)} ": "</span>
                        {user_name}
                    </span>
                    {match badges {
                        // The badge says how it stands with a meeting; the status would say it again in other words.
                        Some(badges) => badges.into_any(),
                        None => {
                            status_name
                                .map(|name| view! { <StatusText name=name is_closed=status_is_closed /> })
                                .into_any()
                        }
                    }}
                </div>
            </div>
            {join}
        </li>
    }
}

/// How it stands with the meeting, and what was captured of it.
#[component]
fn MeetingBadges(meeting: TimelineMeeting) -> impl IntoView {
    let text = use_text();
    // "Recording ready" says it already.
    let recording = (meeting.has_recording && meeting.status != MeetingStatus::RecordingReady).then(|| {
        view! {
            <Badge tone=Tone::Good icon=icondata_lu::LuFileVideo text=tu_string!(text, timeline.has_recording) />
        }
    });
    let transcript = meeting.has_transcript.then(|| {
        view! {
            <Badge tone=Tone::Good icon=icondata_lu::LuFileText text=tu_string!(text, timeline.has_transcript) />
        }
    });
    view! {
        <MeetingBadge status=meeting.status />
        {recording}
        {transcript}
    }
}

/// The way into a meeting, from ten minutes before its start. On a page that stays open it appears when it is time.
#[component]
fn Join(
    id: String,
    url: String,
    title: String,
    /// Seconds.
    opens_in: u32,
) -> impl IntoView {
    // Longer than a browser keeps a timer without losing time; a page is not open for that long either.
    const LONGEST: u32 = 24 * 60 * 60;
    let open = RwSignal::new(opens_in == 0);
    Effect::new(move |_| {
        if opens_in > 0 && opens_in < LONGEST {
            let wait = Duration::from_secs(opens_in.into());
            if let Ok(timer) = set_timeout_with_handle(move || open.set(true), wait) {
                on_cleanup(move || timer.clear());
            }
        }
    });
    move || {
        open.get()
            .then(|| view! { <JoinLink id=id.clone() url=url.clone() title=title.clone() /> })
    }
}
