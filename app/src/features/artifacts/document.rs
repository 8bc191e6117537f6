//! A transcript by itself.

use domain::{DocumentId, DocumentPage};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::document_page,
    reader::{Leads, Reader, Words},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Crumb, Icon, Loaded, PageHeader, resource, use_text},
};

#[component]
pub fn DocumentScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), document_page);
    let reader = Reader::default();
    let body = move |page| view! { <Document page=page reader=reader /> }.into_any();
    view! { <Loaded of=page draw=body rows=8 /> }
}

#[component]
fn Document(page: DocumentPage, reader: Reader) -> impl IntoView {
    let text = use_text();
    let mut crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    crumbs.extend(page.client.clone().map(|client| Crumb {
        label: client.name,
        href: paths::client(client.id),
    }));
    crumbs.extend(page.interaction.clone().map(|interaction| Crumb {
        label: interaction.name,
        href: paths::interaction(interaction.id),
    }));
    let lead = view! {
        <span class="with-icon">
            <Icon icon=icondata_lu::LuCalendar />
            {page.when}
        </span>
        <span class="quiet">{page.zone}</span>
    };
    let watched = page.interaction.as_ref().zip(page.session);
    let leads = watched.map(|(interaction, session)| Leads {
        href: format!("{}&t=", paths::watch_session(interaction.id, session)),
        seek: None,
    });
    let watch = watched.map(|(interaction, session)| {
        view! {
            <ButtonLink
                id="document-watch-link"
                href=paths::watch_session(interaction.id, session)
                kind=ButtonKind::Primary
            >
                <Icon icon=icondata_lu::LuPlay />
                {tu!(text, watch.watch)}
            </ButtonLink>
        }
    });
    let actions = view! {
        <Downloads id=page.document_id alone=false />
        {watch}
    };
    let links = [
        page.interaction.map(|interaction| {
            (
                "document-interaction-link",
                tu_string!(text, watch.record),
                interaction.name,
                paths::interaction(interaction.id),
            )
        }),
        page.client.map(|client| {
            (
                "document-client-link",
                tu_string!(text, interactions.client),
                client.name,
                paths::client(client.id),
            )
        }),
        page.contact.map(|contact| {
            (
                "document-contact-link",
                tu_string!(text, interactions.contact),
                contact.name,
                paths::contact(contact.id),
            )
        }),
    ];
    let links = links
        .into_iter()
        .flatten()
        .map(|(id, what, name, href)| {
            view! {
                <div>
                    <dt>{what}</dt>
                    <dd>
                        <a id=id href=href>
                            {name}
                        </a>
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <article id="document-page">
            <PageHeader title=page.name crumbs=crumbs lead=Some(lead.into_any()) actions=Some(actions.into_any()) />
            <div class="columns">
                <section class="card transcript" aria-label=tu_string!(text, artifacts.transcript)>
                    <Words reading=page.reading reader=reader leads=leads />
                </section>
                <aside class="card" aria-labelledby="document-about-title">
                    <h2 id="document-about-title">{tu!(text, interactions.details)}</h2>
                    <dl class="pairs">{links}</dl>
                </aside>
            </div>
        </article>
    }
}

/// The files of a transcript, and itself where it stands beside a film.
#[component]
pub fn Downloads(id: DocumentId, alone: bool) -> impl IntoView {
    let text = use_text();
    let own_page = alone.then(|| {
        view! {
            <a id="transcript-page-link" class="button button-quiet button-small" href=paths::document(id)>
                <Icon icon=icondata_lu::LuFileText />
                {tu!(text, watch.alone)}
            </a>
        }
    });
    view! {
        <div class="actions">
            {own_page}
            <a
                id="transcript-download-vtt"
                class="button button-quiet button-small"
                href=paths::download(id)
                rel="external"
                download=""
                aria-label=tu_string!(text, watch.download_vtt)
            >
                <Icon icon=icondata_lu::LuDownload />
                {tu!(text, watch.vtt)}
            </a>
            <a
                id="transcript-download-text"
                class="button button-quiet button-small"
                href=format!("{}?format=txt", paths::download(id))
                rel="external"
                download=""
                aria-label=tu_string!(text, watch.download_text)
            >
                <Icon icon=icondata_lu::LuDownload />
                {tu!(text, watch.text)}
            </a>
        </div>
    }
}
