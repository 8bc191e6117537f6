use domain::{ContactPage, Known, Origin, Permission, Phone, Place, Viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    api::contact_page,
    form::{ContactDialog, EDIT_BUTTON},
};
use crate::{
    features::{
        clients::PhoneLink,
        interactions::{AddButton, Drawer, QuickAdd, SavedNotice, focus_saved},
        timeline::{Feed, Timeline},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, ButtonLink, Crumb, Icon, Loaded, PageHeader, Tone, resource, use_text, use_viewer},
};

#[component]
pub fn ContactScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), contact_page);
    let place = Memo::new(move |_| id.read().parse().ok().map(Place::Contact));
    let feed = Feed::new(place);
    focus_saved(feed, place);
    let view = move |(page, viewer)| view! { <Contact page=page viewer=viewer feed=feed /> }.into_any();
    view! {
        <Loaded of=(page, viewer) draw=view rows=10 />
        <QuickAdd place=place on_saved=move |done| feed.saved.set(Some(done)) />
        <Drawer place=place />
        <ContactDialog id=id on_saved=move |_| page.refetch() />
    }
}

#[component]
fn Contact(page: ContactPage, viewer: Option<Viewer>, feed: Feed) -> impl IntoView {
    let may = |permission| viewer.as_ref().is_some_and(|viewer| viewer.may(permission));
    let text = use_text();
    let badges = page.is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, contacts.inactive) /> }
            .into_any()
    });
    let mut crumbs = vec![Crumb {
        label: tu_string!(text, contacts.title).to_owned(),
        href: paths::CONTACTS.to_owned(),
    }];
    if let Some(client) = &page.client {
        crumbs.push(Crumb {
            label: client.name.clone(),
            href: paths::client(client.id),
        });
    }
    let edit = may(Permission::ContactUpdate).then(|| {
        view! {
            <ButtonLink
                id=EDIT_BUTTON
                href=paths::edit(&paths::contact(page.contact_id))
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuPencil />
                {tu!(text, clients.edit)}
            </ButtonLink>
        }
    });
    let (place, name, options) = (Place::Contact(page.contact_id), page.name.clone(), page.options.clone());
    let add = may(Permission::InteractionCreate).then(|| view! { <AddButton place=place /> });
    let actions = view! { {edit} {add} }.into_any();
    view! {
        <PageHeader title=page.name.clone() crumbs=crumbs badges=badges actions=Some(actions) />
        <SavedNotice place=place saved=feed.saved />
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
    let phones = (!page.phones.is_empty()).then(|| {
        let phones = page.phones.into_iter().enumerate().map(|(n, Phone { number, kind })| {
            let kind = kind.as_deref().map(|kind| match kind {
                "work" => tu_string!(text, contacts.work),
                "mobile" => tu_string!(text, contacts.mobile),
                "home" => tu_string!(text, contacts.home),
                "fax" => tu_string!(text, contacts.fax),
                _ => tu_string!(text, contacts.other),
            });
            view! {
                <span class="contact-phone">
                    <PhoneLink id=format!("contact-phone-{n}") number=number />
                    {kind.map(|kind| view! { <span class="quiet">{kind}</span> })}
                </span>
            }
        });
        pair(tu_string!(text, errors.field.phone), phones.collect_view().into_any())
    });
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
        .map(|role| pair(tu_string!(text, errors.field.role), role.into_any()));
    let portal = page.has_portal_account.then(|| {
        pair(
            tu_string!(text, contacts.portal),
            tu!(text, contacts.portal_yes).into_any(),
        )
    });
    let known = |known: Known| {
        let origin = match known.origin {
            Origin::Contact => None,
            Origin::Portal => Some(tu_string!(text, contacts.origin_portal)),
            Origin::Client => Some(tu_string!(text, contacts.origin_client)),
            Origin::Organisation => Some(tu_string!(text, contacts.origin_organisation)),
        };
        view! { {known.value} {origin.map(|origin| view! { <span class="fact-origin">{origin}</span> })} }.into_any()
    };
    let language = page
        .language
        .map(|language| pair(tu_string!(text, errors.field.language), known(language)));
    let zone = page
        .zone
        .map(|zone| pair(tu_string!(text, errors.field.zone), known(zone)));
    view! {
        <aside id="contact-details" class="card" aria-labelledby="contact-details-title">
            <h2 id="contact-details-title">{tu!(text, interactions.details)}</h2>
            <dl class="pairs">
                {role} {pair(tu_string!(text, errors.field.email), email)} {phones} {client} {language} {zone} {portal}
            </dl>
        </aside>
    }
}
