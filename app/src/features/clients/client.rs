use domain::{ClientPage, Permission, Place, Viewer};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    api::client_page,
    contacts::Contacts,
    facts::Facts,
    form::{ClientDialog, EDIT_BUTTON},
};
use crate::{
    features::{
        contacts::ContactDialog,
        interactions::{AddButton, Drawer, QuickAdd, SavedNotice, focus_saved},
        timeline::{Feed, Timeline},
    },
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, ButtonLink, Crumb, Icon, Loaded, PageHeader, Tone, resource, use_text, use_viewer},
};

#[component]
pub fn ClientScreen() -> impl IntoView {
    let viewer = use_viewer();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let page = resource(move || id.get(), client_page);
    let place = Memo::new(move |_| id.read().parse().ok().map(Place::Client));
    let feed = Feed::new(place);
    focus_saved(feed, place);
    let navigate = use_navigate();
    let view = move |(page, viewer)| view! { <Client page=page viewer=viewer feed=feed /> }.into_any();
    view! {
        <Loaded of=(page, viewer) draw=view rows=10 />
        <QuickAdd place=place on_saved=move |done| feed.saved.set(Some(done)) />
        <Drawer place=place />
        <ClientDialog id=id on_saved=move |_| page.refetch() />
        <ContactDialog client_id=id on_saved=move |contact| navigate(&paths::contact(contact), NavigateOptions::default()) />
    }
}

#[component]
fn Client(page: ClientPage, viewer: Option<Viewer>, feed: Feed) -> impl IntoView {
    let text = use_text();
    let may = |permission| viewer.as_ref().is_some_and(|viewer| viewer.may(permission));
    let may_add = may(Permission::InteractionCreate);
    let may_add_contacts = may(Permission::ContactCreate);
    let ClientPage {
        client_id,
        name,
        url,
        email,
        phone,
        address,
        zone,
        language,
        is_inactive,
        contacts,
        options,
    } = page;
    let badges = is_inactive.then(|| {
        view! { <Badge tone=Tone::Neutral icon=icondata_lu::LuCircleSlash text=tu_string!(text, clients.inactive) /> }
            .into_any()
    });
    let lead = view! {
        <Facts url=url email=email phone=phone address=address.join(", ") language=language zone=zone />
    };
    let edit = may(Permission::ClientUpdate).then(|| {
        view! {
            <ButtonLink id=EDIT_BUTTON href=paths::edit(&paths::client(client_id)) attr:data-noscroll="">
                <Icon icon=icondata_lu::LuPencil />
                {tu!(text, clients.edit)}
            </ButtonLink>
        }
    });
    let add = may_add.then(|| view! { <AddButton place=Place::Client(client_id) /> });
    let actions = view! { {edit} {add} }.into_any();
    let crumbs = vec![Crumb {
        label: tu_string!(text, common.clients).to_owned(),
        href: paths::CLIENTS.to_owned(),
    }];
    view! {
        <PageHeader title=name.clone() crumbs=crumbs badges=badges lead=Some(lead.into_any()) actions=Some(actions) />
        <SavedNotice place=Place::Client(client_id) saved=feed.saved />
        <div class="columns">
            <Timeline
                place=Place::Client(client_id)
                feed=feed
                options=options
                name=name.clone()
                may_add=may_add
            />
            <Contacts contacts=contacts client_id=client_id client=name may_add=may_add_contacts />
        </div>
    }
}
