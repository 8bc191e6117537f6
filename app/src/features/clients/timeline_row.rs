use domain::{TimelineMeeting, TimelineRow};
use leptos::prelude::*;

use super::timeline::row_id;
use crate::{
    features::interactions::{JoinLink, MeetingBadge, StatusText},
    i18n::tu,
    paths,
    ui::{Icon, icon_named, use_text},
};

/// An interaction. Its title is the link; the link's area is the whole row.
#[component]
pub fn Row(
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
        contact_name,
        user_name,
        status_name,
        status_is_closed,
        meeting,
    } = row;
    let contact = contact_name.map(|name| {
        view! {
            <span class="with-icon">
                <Icon icon=icondata_lu::LuUserRound />
                <span class="visually-hidden">{tu!(text, interactions.contact)} ": "</span>
                {name}
            </span>
        }
    });
    // Where a badge tells about the meeting, the icon is enough to see the type.
    let has_meeting = meeting.is_some();
    let (badge, join) = match meeting {
        Some(TimelineMeeting { status, join_url }) => {
            let join = join_url.map(|url| {
                let id = format!("client-interactions-join-{interaction_id}");
                view! { <JoinLink id=id url=url title=title.clone() /> }
            });
            (Some(view! { <MeetingBadge status=status /> }), join)
        }
        None => (None, None),
    };
    view! {
        <li id=row_id(interaction_id) class="row">
            <div class="row-time">
                {with_day.then(|| view! { <span class="row-day">{day}</span> })} <span>{time}</span>
            </div>
            <div class="row-dot">
                <Icon icon=icon_named(&icon) />
            </div>
            <div class="row-body">
                <a class="row-link" href=paths::interaction(interaction_id)>
                    {title}
                </a>
                <div class="row-meta">
                    <span class:visually-hidden=has_meeting>{type_name}</span>
                    {contact}
                    <span class="with-icon">
                        <Icon icon=icondata_lu::LuHeadphones />
                        <span class="visually-hidden">{tu!(text, interactions.user)} ": "</span>
                        {user_name}
                    </span>
                    {match badge {
                        // The badge says how it stands with a meeting; the status would say it again in other words.
                        Some(badge) => badge.into_any(),
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
