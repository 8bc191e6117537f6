use domain::{ContactPage, Permission, Place, Saved};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::api::contact_page;
use crate::{
    features::{
        interactions::{AddButton, Drawer, QuickAdd, SavedNotice, focus_saved},
        timeline::{Feed, Timeline},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, Crumb, Failed, Icon, PageHeader, Skeleton, Tone, use_text, use_viewer},
};

#[component]
pub fn ContactScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = Resource::new_blocking(move || id.get(), contact_page);
    let place = Memo::new(move |_| id.read().parse().ok().map(Place::Contact));
    let saved = RwSignal::new(None::<Saved>);
    let version = Memo::new(move |count: Option<&u32>| count.copied().unwrap_or(0) + u32::from(saved.read().is_some()));
    let feed = Feed::new(place, version);
    focus_saved(feed, place, saved);
    let view = move || {
        Suspend::new(async move {
            let may_add = viewer
                .get()
                .await
                .is_ok_and(|viewer| viewer.may(Permission::InteractionCreate));
            match page.await {
                Ok(page) => view! { <Contact page=page may_add=may_add saved=saved feed=feed /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| page.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <Skeleton rows=10 /> }>{view}</Transition>
        <QuickAdd place=place on_saved=move |done| saved.set(Some(done)) />
        <Drawer place=place />
    }
}

#[component]
fn Contact(page: ContactPage, may_add: bool, saved: RwSignal<Option<Saved>>, feed: Feed) -> impl IntoView {
    let text = use_text();
    let badges = page.is_inactive.then(|| {
        view! {
            <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.contact_inactive) />
        }
        .into_any()
    });
    let mut crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    if let Some(client) = &page.client {
        crumbs.push(Crumb {
            label: client.name.clone(),
            href: paths::client(client.id),
        });
    }
    let (place, name, options) = (Place::Contact(page.contact_id), page.name.clone(), page.options.clone());
    let actions = may_add.then(|| view! { <AddButton place=place /> }.into_any());
    view! {
        <PageHeader title=page.name.clone() crumbs=crumbs badges=badges actions=actions />
        <SavedNotice place=place saved=saved />
        <div class="columns">
            <Timeline place=place feed=feed options=options name=name />
            <Facts page=page />
        </div>
    }
}

#[component]
fn Facts(page: ContactPage) -> impl IntoView {
    let text = use_text();
    let pair = |name: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let email = match page.email {
        Some(email) => {
            let href = format!("mailto:{email}");
            view! {
                <a id="contact-email-link" class="contact-email" href=href>
                    <Icon icon=icondata_lu::LuMail />
                    {email}
                </a>
            }
            .into_any()
        }
        None => view! { <span class="quiet">{tu!(text, clients.no_email)}</span> }.into_any(),
    };
    let client = page.client.map(|client| {
        let link = view! {
            <a id="contact-client-link" href=paths::client(client.id)>
                {client.name}
            </a>
        };
        pair(tu_string!(text, interactions.client), link.into_any())
    });
    let role = page
        .role
        .map(|role| pair(tu_string!(text, clients.role), role.into_any()));
    let portal = page.portal.map(|portal| {
        let zone = portal
            .zone
            .map(|zone| pair(tu_string!(text, clients.zone), zone.into_any()));
        let language = portal
            .language
            .map(|tag| pair(tu_string!(text, clients.language), tag.into_any()));
        view! { {pair(tu_string!(text, clients.portal), tu!(text, clients.portal_yes).into_any())} {language} {zone} }
    });
    view! {
        <aside id="contact-details" class="card" aria-labelledby="contact-details-title">
            <h2 id="contact-details-title">{tu!(text, interactions.details)}</h2>
            <dl class="pairs">{role} {pair(tu_string!(text, clients.email), email)} {client} {portal}</dl>
        </aside>
    }
}
