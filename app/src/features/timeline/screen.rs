use domain::Place;
use leptos::prelude::*;

use super::{Feed, Timeline, api::timeline_options};
use crate::{
    features::interactions::{AddAction, Drawer, QuickAdd, SavedNotice, focus_saved},
    i18n::tu_string,
    ui::{Failed, PageHeader, Skeleton, use_text},
};

/// All interactions of the tenant.
#[component]
pub fn InteractionsScreen() -> impl IntoView {
    let text = use_text();
    let options = Resource::new_blocking(|| (), |()| timeline_options());
    let place = Memo::new(|_| Some(Place::All));
    let feed = Feed::new(place);
    focus_saved(feed, place);
    let view = move || {
        Suspend::new(async move {
            match options.await {
                Ok(options) => view! { <Timeline place=Place::All feed=feed options=options /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| options.refetch() /> }.into_any(),
            }
        })
    };
    let actions = view! { <AddAction place=Place::All /> };
    view! {
        <PageHeader title=tu_string!(text, timeline.title) actions=Some(actions.into_any()) />
        <SavedNotice place=Place::All saved=feed.saved />
        <Transition fallback=|| view! { <Skeleton rows=10 /> }>{view}</Transition>
        <QuickAdd place=place on_saved=move |done| feed.saved.set(Some(done)) />
        <Drawer place=place />
    }
}
