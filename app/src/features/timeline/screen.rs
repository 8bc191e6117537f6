use domain::Place;
use leptos::prelude::*;

use super::{Feed, Timeline, api::timeline_options};
use crate::{
    features::interactions::{AddAction, Drawer, QuickAdd, SavedNotice, focus_saved},
    i18n::tu_string,
    ui::{Loaded, PageHeader, resource, use_text},
};

/// All interactions of the tenant.
#[component]
pub fn InteractionsScreen() -> impl IntoView {
    let text = use_text();
    let options = resource(|| (), |()| timeline_options());
    let place = Memo::new(|_| Some(Place::All));
    let feed = Feed::new(place);
    focus_saved(feed, place);
    let view = move |options| view! { <Timeline place=Place::All feed=feed options=options /> }.into_any();
    let actions = view! { <AddAction place=Place::All /> };
    view! {
        <PageHeader title=tu_string!(text, timeline.title) actions=Some(actions.into_any()) />
        <SavedNotice place=Place::All saved=feed.saved />
        <Loaded of=options draw=view rows=10 />
        <QuickAdd place=place on_saved=move |done| feed.saved.set(Some(done)) />
        <Drawer place=place />
    }
}
