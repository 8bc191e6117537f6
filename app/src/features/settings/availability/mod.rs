//! When staff can be asked for by clients, and what for.

pub mod api;
mod days;
mod hours;
mod services;

use domain::availability::AvailabilityPage;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use self::{
    api::availability,
    days::{ADD, Days},
    hours::People,
    services::Rules,
};
use super::{entries::Focus, said::Said};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Loaded, PageHeader, focus, on_next_frame, resource, use_text},
};

/// What a form on the page has done, as [`Said`] knows it, and where the focus goes then.
type Done = Callback<(&'static str, String)>;

#[component]
pub fn AvailabilityScreen() -> impl IntoView {
    let text = use_text();
    let page = resource(|| (), |()| availability());
    let said = RwSignal::new(None);
    let focus = Focus::new();
    let navigate = use_navigate();
    let done: Done = Callback::new(move |(what, id): (&'static str, String)| {
        said.set(Some(what));
        page.refetch();
        navigate(paths::AVAILABILITY, leave());
        focus.set(&id);
    });
    let body = move |page: AvailabilityPage| {
        focus.restore(ADD);
        let zone = page.zone.clone();
        let days = view! { <Days page=page.clone() done=done /> };
        let rules = page
            .rules
            .clone()
            .map(|rules| view! { <Rules rules=rules done=done /> });
        view! {
            <p class="hint">{tu_string!(text, availability.zone, zone = zone)}</p>
            <People page=page done=done />
            {days}
            {rules}
        }
        .into_any()
    };
    view! {
        <div id="availability-settings">
            <PageHeader
                title=tu_string!(text, availability.title)
                lead=Some(tu!(text, availability.lead).into_any())
            />
            <Said id="availability-said" said=said />
            <Loaded of=page draw=body rows=8 />
        </div>
    }
}

fn leave() -> NavigateOptions {
    NavigateOptions {
        scroll: false,
        replace: true,
        ..NavigateOptions::default()
    }
}

/// A dialog of the page: what it is about stands in the address.
#[derive(Clone, Copy)]
struct Opened {
    about: Memo<Option<String>>,
    close: Callback<()>,
}

/// The dialog under this name; `link` has opened the one about something.
fn use_dialog(name: &'static str, link: fn(&str) -> String) -> Opened {
    let query = use_query_map();
    let about = Memo::new(move |_| query.read().get(name));
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let link = about.get_untracked().map(|about| link(&about));
        navigate(paths::AVAILABILITY, leave());
        on_next_frame(move || {
            if let Some(link) = link {
                focus(&link);
            }
        });
    });
    Opened { about, close }
}
