use domain::{InteractionPage, Permission};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::interaction_page,
    edit::{DELETE_BUTTON, DeleteDialog, EDIT_BUTTON, EditDialog},
    meeting::{MeetingSection, StatusText},
};
use crate::{
    features::live::{DeletedNote, follow_record},
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Crumb, Failed, I18n, Icon, PageHeader, Skeleton, icon_named, use_text, use_viewer},
};

#[component]
pub fn InteractionScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = Resource::new_blocking(move || id.get(), interaction_page);
    let is_gone = follow_record(id, page);
    let view = move || {
        Suspend::new(async move {
            let viewer = viewer.get().await;
            let may = |permission| viewer.as_ref().is_ok_and(|viewer| viewer.may(permission));
            let rights = Rights {
                read_clients: may(Permission::ClientRead),
                update: may(Permission::InteractionUpdate),
                delete: may(Permission::InteractionDelete),
            };
            match page.await {
                Ok(page) => view! { <Interaction page=page rights=rights /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| page.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Show when=move || !is_gone.get() fallback=DeletedNote>
            <Transition fallback=|| view! { <Skeleton /> }>{view}</Transition>
        </Show>
        <EditDialog id=id on_saved=move |()| page.refetch() />
    }
}

/// What the viewer may do here.
#[derive(Clone, Copy)]
struct Rights {
    read_clients: bool,
    update: bool,
    delete: bool,
}

#[component]
fn Interaction(page: InteractionPage, rights: Rights) -> impl IntoView {
    let text = use_text();
    let client = page.client.clone().filter(|_| rights.read_clients);
    let mut crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    let (back, label) = match &client {
        Some(client) => {
            crumbs.push(Crumb {
                label: client.name.clone(),
                href: paths::client(client.id),
            });
            (
                paths::client(client.id),
                tu_string!(text, interactions.back_to, client = client.name.clone()),
            )
        }
        None => (
            paths::CLIENTS.to_owned(),
            tu_string!(text, interactions.back).to_owned(),
        ),
    };
    let lead = view! {
        <span class="with-icon">
            <Icon icon=icon_named(&page.icon) />
            {page.type_name.clone()}
        </span>
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {page.when.clone()}
        </span>
    };
    let here = paths::interaction(page.interaction_id);
    let edit = rights.update.then(|| {
        view! {
            <ButtonLink
                id=EDIT_BUTTON
                href=format!("{here}?do=edit")
                kind=ButtonKind::Primary
                attr:data-noscroll=""
                attr:aria-keyshortcuts="e"
            >
                <Icon icon=icondata_lu::LuPencil />
                {tu!(text, interactions.edit)}
            </ButtonLink>
        }
    });
    let delete = rights.delete.then(|| {
        view! {
            <ButtonLink id=DELETE_BUTTON href=format!("{here}?do=delete") attr:data-noscroll="">
                <Icon icon=icondata_lu::LuTrash2 />
                {tu!(text, interactions.delete)}
            </ButtonLink>
        }
    });
    let dialog = rights.delete.then(|| view! { <DeleteDialog page=page.clone() /> });
    let actions = view! {
        <ButtonLink id="interaction-details-back-button" href=back kind=ButtonKind::Secondary>
            <Icon icon=icondata_lu::LuArrowLeft />
            {label}
        </ButtonLink>
        {delete}
        {edit}
    };
    let notes = without_link(&page);
    let meeting = page
        .meeting
        .clone()
        .map(|meeting| view! { <MeetingSection meeting=meeting /> });
    view! {
        <article id="interaction-details">
            <PageHeader title=page.title.clone() crumbs=crumbs lead=Some(lead.into_any()) actions=Some(actions.into_any()) />
            <div class="columns">
                <div class="stack">{meeting} <Notes notes=notes /></div>
                <Facts page=page />
            </div>
            {dialog}
        </article>
    }
}

/// The notes without the line that names the link to join: while it can be used, a button above them stands for it.
fn without_link(page: &InteractionPage) -> String {
    match page.meeting.as_ref().and_then(|meeting| meeting.join_url.as_deref()) {
        Some(url) => page
            .notes
            .replace(&format!("Join Teams Meeting: {url}"), "")
            .trim_end()
            .to_owned(),
        None => page.notes.clone(),
    }
}

/// Line breaks are kept by the style sheet; addresses in the text stay text.
#[component]
fn Notes(notes: String) -> impl IntoView {
    let text = use_text();
    let body = if notes.trim().is_empty() {
        view! { <p class="quiet">{tu!(text, interactions.no_notes)}</p> }.into_any()
    } else {
        view! { <p class="notes">{notes}</p> }.into_any()
    };
    view! {
        <section id="interaction-details-notes" class="card" aria-labelledby="interaction-details-notes-title">
            <h2 id="interaction-details-notes-title">{tu!(text, interactions.notes)}</h2>
            {body}
        </section>
    }
}

#[component]
fn Facts(page: InteractionPage) -> impl IntoView {
    let text = use_text();
    let pair = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let status = page.status_name.map(|name| {
        let status = view! { <StatusText name=name is_closed=page.status_is_closed /> };
        pair(tu_string!(text, interactions.status), status.into_any())
    });
    let when = view! { {page.when} <span class="quiet">" " {page.zone}</span> };
    let duration = page.duration_minutes.map(|minutes| {
        pair(
            tu_string!(text, interactions.duration),
            duration_text(text, minutes).into_any(),
        )
    });
    let client = page.client.map(|client| {
        let link = view! {
            <a id="interaction-details-client-link" href=paths::client(client.id)>
                {client.name}
            </a>
        };
        pair(tu_string!(text, interactions.client), link.into_any())
    });
    let contact = page.contact.map(|contact| {
        let link = view! {
            <a id="interaction-details-contact-link" href=paths::contact(contact.id)>
                {contact.name}
            </a>
        };
        pair(tu_string!(text, interactions.contact), link.into_any())
    });
    view! {
        <aside class="card" aria-labelledby="interaction-details-facts-title">
            <h2 id="interaction-details-facts-title">{tu!(text, interactions.details)}</h2>
            <dl class="pairs">
                {status} {pair(tu_string!(text, interactions.when), when.into_any())} {duration}
                {pair(tu_string!(text, interactions.user), page.user_name.into_any())} {client} {contact}
            </dl>
        </aside>
    }
}

/// "45 min", "2 h", "1 h 30 min".
pub fn duration_text(text: I18n, minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => tu_string!(text, interactions.minutes, minutes = minutes),
        (hours, 0) => tu_string!(text, interactions.hours, hours = hours),
        (hours, minutes) => tu_string!(text, interactions.hours_minutes, hours = hours, minutes = minutes),
    }
}
