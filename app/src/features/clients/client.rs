use domain::{ClientPage, Permission, Place, Saved};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{api::client_page, contacts::Contacts, saved::SavedNotice};
use crate::{
    features::{
        interactions::QuickAdd,
        timeline::{Feed, Timeline, row_id},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{
        Badge, ButtonKind, ButtonLink, Crumb, Failed, Icon, PageHeader, Skeleton, Tone, focus, on_next_frame, use_text,
        use_viewer,
    },
};

#[component]
pub fn ClientScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let saved = RwSignal::new(None::<Saved>);
    let version = Memo::new(move |count: Option<&u32>| count.copied().unwrap_or(0) + u32::from(saved.read().is_some()));
    let page = Resource::new_blocking(move || id.get(), client_page);
    let place = Memo::new(move |_| id.read().parse().ok().map(Place::Client));
    let feed = Feed::new(place, version);

    // What was just added gets the focus as soon as it is in the timeline.
    let focused = StoredValue::new(None::<domain::InteractionId>);
    Effect::new(move |_| {
        feed.page.track();
        let Some((place, id)) = place.get().zip(saved.read().as_ref().map(|saved| saved.interaction_id)) else {
            return;
        };
        if focused.get_value() != Some(id) {
            on_next_frame(move || {
                if focus(&row_id(place, id)) {
                    focused.set_value(Some(id));
                }
            });
        }
    });

    let view = move || {
        Suspend::new(async move {
            let may_add = viewer
                .get()
                .await
                .is_ok_and(|viewer| viewer.may(Permission::InteractionCreate));
            match page.await {
                Ok(page) => view! { <Client page=page may_add=may_add saved=saved feed=feed /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| page.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <Skeleton rows=10 /> }>{view}</Transition>
        <QuickAdd client_id=id on_saved=move |done| saved.set(Some(done)) />
    }
}

#[component]
fn Client(page: ClientPage, may_add: bool, saved: RwSignal<Option<Saved>>, feed: Feed) -> impl IntoView {
    let text = use_text();
    let ClientPage {
        client_id,
        name,
        url,
        zone,
        is_inactive,
        contacts,
        options,
    } = page;
    let badges = is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.inactive) /> }
            .into_any()
    });
    let lead = (url.is_some() || zone.is_some()).then(|| view! { <Facts url=url zone=zone /> }.into_any());
    let actions = may_add.then(|| {
        view! {
            <ButtonLink
                id="client-interactions-add-button"
                href=paths::quick_add(client_id)
                kind=ButtonKind::Primary
                attr:data-noscroll=""
                attr:aria-keyshortcuts="c"
            >
                <Icon icon=icondata_lu::LuPlus />
                {tu!(text, interactions.add)}
            </ButtonLink>
        }
        .into_any()
    });
    let crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    view! {
        <PageHeader title=name.clone() crumbs=crumbs badges=badges lead=lead actions=actions />
        <SavedNotice saved=saved />
        <div class="columns">
            <Timeline
                place=Place::Client(client_id)
                feed=feed
                options=options
                name=name
                may_add=may_add
            />
            <Contacts contacts=contacts />
        </div>
    }
}

/// The client's website and time zone. Only web addresses become links: a stored `javascript:` must not.
#[component]
fn Facts(url: Option<String>, zone: Option<String>) -> impl IntoView {
    let text = use_text();
    let website = url.map(|url| {
        let shown = url
            .trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let href = if shown.len() < url.len() {
            url.clone()
        } else {
            format!("https://{url}")
        };
        let is_web = href.starts_with("https://") || href.starts_with("http://");
        let link = if is_web && !shown.contains([' ', ':', '\\']) {
            view! {
                <a id="client-website-link" href=href target="_blank" rel="noopener noreferrer">
                    {shown}
                    <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
                </a>
            }
            .into_any()
        } else {
            url.into_any()
        };
        view! {
            <div class="fact">
                <dt>
                    <Icon icon=icondata_lu::LuGlobe />
                    <span class="visually-hidden">{tu!(text, clients.website)}</span>
                </dt>
                <dd>{link}</dd>
            </div>
        }
    });
    let zone = zone.map(|zone| {
        view! {
            <div class="fact">
                <dt>
                    <Icon icon=icondata_lu::LuClock />
                    <span class="visually-hidden">{tu!(text, clients.zone)}</span>
                </dt>
                <dd>{zone}</dd>
            </div>
        }
    });
    view! { <dl class="facts">{website} {zone}</dl> }
}
