use domain::{AuditPage, AuditQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{api::audit, filters::Filters, list::Entries};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, Empty, Icon, Loaded, PageHeader, aria_busy, resource, use_text},
};

/// Who changed settings, and who did what with recordings and transcripts, in the whole tenant.
#[component]
pub fn AuditScreen() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| AuditQuery::read(|name| query.get(name))));
    let page = resource(move || asked.get(), audit);
    let pending = RwSignal::new(false);
    let body = move |page| view! { <Page page=page query=asked.get_untracked() /> }.into_any();
    view! {
        <PageHeader title=tu_string!(text, audit.title) lead=Some(tu!(text, audit.lead).into_any()) />
        <Filters query=asked />
        <div id="audit-region" aria-busy=aria_busy(pending)>
            <Loaded of=page draw=body rows=8 set_pending=pending />
        </div>
    }
}

#[component]
fn Page(page: AuditPage, query: AuditQuery) -> impl IntoView {
    let text = use_text();
    if page.rows.is_empty() && query.after.is_empty() {
        let (title, words) = if query.filter().narrows() {
            (
                tu_string!(text, audit.no_hit_title),
                tu_string!(text, audit.no_hit_text),
            )
        } else {
            (tu_string!(text, audit.empty_title), tu_string!(text, audit.empty_text))
        };
        return view! { <Empty id="audit-empty" icon=icondata_lu::LuHistory title=title text=words /> }.into_any();
    }
    let export = paths::audit_export(&query);
    let next = page.next.map(|after| paths::audit(&AuditQuery { after, ..query }));
    view! {
        <div class="audit-actions">
            <ButtonLink id="audit-export-link" href=export attr:rel="external" attr:download="">
                <Icon icon=icondata_lu::LuDownload />
                {tu!(text, audit.export)}
            </ButtonLink>
        </div>
        <Entries rows=page.rows zone=page.zone next=next />
    }
    .into_any()
}
