use domain::Place;
use leptos::prelude::*;

use super::{Feed, Timeline, api::timeline_options};
use crate::{
    i18n::tu_string,
    ui::{Failed, PageHeader, Skeleton, use_text},
};

/// All interactions of the tenant.
#[component]
pub fn InteractionsScreen() -> impl IntoView {
    let text = use_text();
    let options = Resource::new_blocking(|| (), |()| timeline_options());
    let feed = Feed::new(Memo::new(|_| Some(Place::All)), Memo::new(|_| 0));
    let view = move || {
        Suspend::new(async move {
            match options.await {
                Ok(options) => view! { <Timeline place=Place::All feed=feed options=options /> }.into_any(),
                Err(error) => view! { <Failed error=error retry=move |()| options.refetch() /> }.into_any(),
            }
        })
    };
    view! {
        <PageHeader title=tu_string!(text, timeline.title) />
        <Transition fallback=|| view! { <Skeleton rows=10 /> }>{view}</Transition>
    }
}
