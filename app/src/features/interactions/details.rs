use domain::{InteractionPage, Permission, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::interaction_page,
    cancel::CancelDialog,
    edit::{DELETE_BUTTON, DeleteDialog, EDIT_BUTTON, EditDialog},
    meeting::is_cancellable,
    record::{Lead, Record},
};
use crate::{
    features::{
        artifacts::{DeleteArtifactDialog, Refreshing},
        audit::HistoryLink,
        live::{DeletedNote, follow_record},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Crumb, Icon, Loaded, PageHeader, resource, use_text, use_viewer},
};

#[component]
pub fn InteractionScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), interaction_page);
    let is_gone = follow_record(id, page);
    Refreshing::provide();
    let view = move |(shown, viewer): (InteractionPage, Option<Viewer>)| {
        let may = |permission| viewer.as_ref().is_some_and(|viewer| viewer.may(permission));
        let rights = Rights {
            read_clients: may(Permission::ClientRead),
            update: may(Permission::InteractionUpdate),
            delete: may(Permission::InteractionDelete),
        };
        let sees_history = may(Permission::SettingsRead) && shown.meeting.is_some();
        let on_changed = Callback::new(move |()| page.refetch());
        view! { <Interaction page=shown rights=rights sees_history=sees_history on_changed=on_changed /> }.into_any()
    };
    view! {
        <Show when=move || !is_gone.get() fallback=DeletedNote>
            <Loaded of=(page, viewer) draw=view />
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
fn Interaction(page: InteractionPage, rights: Rights, sees_history: bool, on_changed: Callback<()>) -> impl IntoView {
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
    let lead = view! { <Lead page=page.clone() /> };
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
    let history = sees_history.then(|| view! { <HistoryLink id=page.interaction_id /> });
    let dialog = rights.delete.then(|| view! { <DeleteDialog page=page.clone() /> });
    let delete_artifact = rights
        .delete
        .then(|| view! { <DeleteArtifactDialog page=page.clone() on_changed=on_changed /> });
    let cancel = (rights.update && is_cancellable(&page))
        .then(|| view! { <CancelDialog page=page.clone() on_changed=on_changed /> });
    let actions = view! {
        <ButtonLink id="interaction-details-back-button" href=back kind=ButtonKind::Secondary>
            <Icon icon=icondata_lu::LuArrowLeft />
            {label}
        </ButtonLink>
        {history}
        {delete}
        {edit}
    };
    view! {
        <article id="interaction-details">
            <PageHeader title=page.title.clone() crumbs=crumbs lead=Some(lead.into_any()) actions=Some(actions.into_any()) />
            <Record page=page may_update=rights.update may_delete=rights.delete on_changed=on_changed />
            {dialog} {delete_artifact} {cancel}
        </article>
    }
}
