use domain::{AuditPage, InteractionId};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{api::history, list::Entries};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, Crumb, Empty, Icon, Loaded, PageHeader, aria_busy, resource, use_text},
};

/// The way to the history of a meeting, on its page.
#[component]
pub fn HistoryLink(id: InteractionId) -> impl IntoView {
    let text = use_text();
    view! {
        <ButtonLink id="interaction-history-link" href=paths::history(&id.to_string(), "")>
            <Icon icon=icondata_lu::LuHistory />
            {tu!(text, audit.history)}
        </ButtonLink>
    }
}

/// Who opened, saved or deleted what was recorded of a meeting.
#[component]
pub fn HistoryScreen() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        (
            params.read().get("id").unwrap_or_default(),
            query.read().get("after").unwrap_or_default(),
        )
    });
    let page = resource(move || asked.get(), |(id, after)| history(id, after));
    let pending = RwSignal::new(false);
    let body = move |page| {
        let (id, after) = asked.get_untracked();
        view! { <History id=id is_first=after.is_empty() page=page /> }.into_any()
    };
    view! {
        <div aria-busy=aria_busy(pending)>
            <Loaded of=page draw=body set_pending=pending />
        </div>
    }
}

#[component]
fn History(id: String, is_first: bool, page: AuditPage) -> impl IntoView {
    let text = use_text();
    let title = page.title.filter(|title| !title.is_empty());
    let crumbs = vec![
        Crumb {
            label: tu_string!(text, timeline.title).to_owned(),
            href: paths::INTERACTIONS.to_owned(),
        },
        Crumb {
            label: title.unwrap_or_else(|| tu_string!(text, audit.meeting).to_owned()),
            href: id
                .parse()
                .map_or_else(|_| paths::INTERACTIONS.to_owned(), paths::interaction),
        },
    ];
    let lead = tu!(text, audit.history_lead).into_any();
    let body = if page.rows.is_empty() && is_first {
        view! {
            <Empty
                id="history-empty"
                icon=icondata_lu::LuHistory
                title=tu_string!(text, audit.history_empty_title)
                text=tu_string!(text, audit.history_empty_text)
            />
        }
        .into_any()
    } else {
        let next = page.next.map(|next| paths::history(&id, &next));
        view! { <Entries rows=page.rows zone=page.zone next=next of_one=true /> }.into_any()
    };
    view! {
        <PageHeader title=tu_string!(text, audit.history_title) crumbs=crumbs lead=Some(lead) />
        {body}
    }
}
