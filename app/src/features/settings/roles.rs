use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{people, roles},
    grants::Grants,
    people::{People, Search},
    person::PersonDialog,
    said::Said,
};
use crate::{
    i18n::{tu, tu_string},
    ui::{Loaded, PageHeader, Skeleton, aria_busy, resource, use_text},
};

/// The people of the tenant with their roles, and what these grant.
#[component]
pub fn RolesScreen() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let found = resource(move || wanted.get(), people);
    let granted = resource(|| (), |()| roles());
    let pending = RwSignal::new(false);
    let said = RwSignal::new(None);
    let changed = Callback::new(move |what: &'static str| {
        said.set(Some(what));
        found.refetch();
        granted.refetch();
    });
    let list = move |list| view! { <People list=list query=wanted.get_untracked() /> }.into_any();
    let grants = move || {
        Suspend::new(async move {
            // What went wrong is said above.
            granted.await.ok().map(|page| view! { <Grants page=page /> })
        })
    };
    view! {
        <PageHeader
            title=tu_string!(text, settings.roles_title)
            lead=Some(tu!(text, settings.roles_lead).into_any())
        />
        <Said id="roles-said" said=said />
        <Search wanted=wanted />
        <div id="people-region" aria-busy=aria_busy(pending)>
            <Loaded of=found draw=list rows=8 set_pending=pending />
        </div>
        <Transition fallback=|| view! { <Skeleton rows=8 /> }>{grants}</Transition>
        <PersonDialog query=wanted on_changed=changed />
    }
}
