use domain::schedule::{EntryKind, EntryMeeting, EntryPage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    features::interactions::{JoinLink, MeetingBadge, PendingPanel, form::FormattedNotes},
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon, use_text},
};

/// What is known of an entry: when, who, for whom, and how it stands with its meeting.
#[component]
pub fn Facts(
    page: EntryPage,
    home: Signal<String>,
    /// The entry that may be deleted from here.
    delete: Option<String>,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let has_form = page.form.is_some();
    let meeting = page
        .meeting
        .clone()
        .map(|meeting| view! { <Meeting page=page.clone() meeting=meeting on_changed=on_changed /> });
    let there = page
        .when_there
        .clone()
        .map(|there| view! { <span class="quiet">{tu_string!(text, schedule.there, when = there)}</span> });
    let client = page.client.clone().map(|client| {
        let contact = page.contact.clone().map(|contact| {
            view! {
                <span>", "</span>
                <a href=paths::contact(contact.id)>{contact.name}</a>
            }
        });
        fact(
            icondata_lu::LuBuilding2,
            view! {
                <a href=paths::client(client.id)>{client.name}</a>
                {contact}
            }
            .into_any(),
        )
    });
    let request = page.request.clone().map(|request| {
        let words = if request.is_pending {
            tu_string!(text, schedule.to_pending_request)
        } else {
            tu_string!(text, schedule.to_request)
        };
        fact(
            icondata_lu::LuInbox,
            view! {
                <a id="entry-popup-request-link" href=paths::request(request.id)>
                    {words}
                </a>
            }
            .into_any(),
        )
    });
    let interaction = page.interaction.map(|id| {
        fact(
            icondata_lu::LuListTree,
            view! {
                <a id="entry-popup-interaction-link" href=paths::interaction(id)>
                    {tu!(text, schedule.to_interaction)}
                </a>
            }
            .into_any(),
        )
    });
    let said = said(text, &page)
        .into_iter()
        .map(|(icon, words)| fact(icon, words.into_any()))
        .collect_view();
    let notes = page
        .notes
        .filter(|_| !has_form)
        .map(|notes| view! { <FormattedNotes notes=notes /> });
    let close = (!has_form).then(|| {
        view! {
            <div class="actions actions-end entry-foot">
                {delete.map(|id| view! { <DeleteLink id=id /> })}
                <a id="cancel-entry-btn" class="button" href=home>
                    {tu!(text, common.close)}
                </a>
            </div>
        }
    });
    view! {
        <ul id="entry-popup-facts" class="facts-list">
            {fact(
                icondata_lu::LuClock,
                view! {
                    <span>{page.when}</span>
                    {there}
                }
                    .into_any(),
            )} {fact(icondata_lu::LuUserRound, page.people.join(", ").into_any())} {client} {request} {interaction} {said}
        </ul>
        {meeting}
        {notes}
        {close}
    }
}

/// To the question whether it shall go.
#[component]
pub fn DeleteLink(id: String) -> impl IntoView {
    let text = use_text();
    let location = use_location();
    let href = move || paths::here_with(&location, &[("entry", Some(&id)), ("do", Some("delete"))]);
    view! {
        <a id="delete-entry-btn" class="button button-quiet entry-delete" href=href data-noscroll="">
            <Icon icon=icondata_lu::LuTrash2 />
            {tu!(text, schedule.delete)}
        </a>
    }
}

fn fact(icon: icondata_core::Icon, content: AnyView) -> AnyView {
    view! {
        <li>
            <Icon icon=icon />
            <span>{content}</span>
        </li>
    }
    .into_any()
}

/// Why it is as it is.
fn said(text: I18n, page: &EntryPage) -> Vec<(icondata_core::Icon, &'static str)> {
    let mut said = Vec::new();
    if page.kind == EntryKind::Busy {
        said.push((icondata_lu::LuLock, tu_string!(text, schedule.busy_text)));
    } else if page.is_private {
        said.push((icondata_lu::LuLock, tu_string!(text, schedule.private_text)));
    }
    if page.recurs {
        said.push((icondata_lu::LuRepeat2, tu_string!(text, schedule.recurs_text)));
    } else if page.kind != EntryKind::Busy && !page.rights.may_delete && page.kind != EntryKind::Requested {
        said.push((icondata_lu::LuEye, tu_string!(text, schedule.read_only_text)));
    }
    said
}

#[component]
fn Meeting(page: EntryPage, meeting: EntryMeeting, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let join = meeting
        .join_url
        .clone()
        .map(|url| view! { <JoinLink id="join-teams-meeting-entry-popup" url=url title=page.title.clone() /> });
    let kept = page
        .interaction
        .filter(|_| meeting.recordings + meeting.transcripts > 0)
        .map(|id| {
            view! {
                <a id="entry-popup-artifacts-link" class="button button-quiet" href=paths::interaction(id)>
                    <Icon icon=icondata_lu::LuFileVideo />
                    {tu!(text, schedule.to_artifacts)}
                </a>
            }
        });
    let change = page.interaction.zip(meeting.change.clone()).map(|(id, change)| {
        // What is being cancelled cannot be changed any more, but taken back.
        view! { <PendingPanel id=Some(id) change=change may_update=page.rights.may_delete on_changed=on_changed /> }
    });
    view! {
        <div id="entry-popup-meeting" class="entry-meeting">
            <MeetingBadge status=meeting.status />
            {join}
            {kept}
        </div>
        {change}
    }
}
