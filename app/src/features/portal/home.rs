use domain::{PortalViewer, portal::PortalList};
use leptos::prelude::*;

use super::{
    api::portal_list,
    fresh::keep_fresh,
    layout::use_portal_viewer,
    list::{NoneUpcoming, Rows, ask_link},
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Icon, Loaded, PageHeader, resource, use_text},
};

/// How many of what is to come stand on the first page.
const FIRST: usize = 3;

/// The portal's first page: what is next, who is signed in, and for whom.
#[component]
pub fn PortalHome() -> impl IntoView {
    let who = use_portal_viewer();
    let list = resource(|| (), |()| portal_list(String::new(), String::new()));
    // Where it does not come, the list tells why.
    let welcome = move || {
        Suspend::new(async move {
            who.get()
                .await
                .ok()
                .map(|viewer| view! { <Welcome name=viewer.name /> })
        })
    };
    let next = move |list: PortalList| {
        if list.rows.is_empty() {
            return view! { <NoneUpcoming /> }.into_any();
        }
        view! { <Rows rows=list.rows.into_iter().take(FIRST).collect() /> }.into_any()
    };
    keep_fresh(
        list,
        || portal_list(String::new(), String::new()),
        |one, other| one == other,
    );
    let account =
        move || Suspend::new(async move { who.get().await.ok().map(|viewer| view! { <Account viewer=viewer /> }) });
    let text = use_text();
    view! {
        <div class="stack portal-page">
            <Suspense>{welcome}</Suspense>
            <section class="stack" aria-labelledby="portal-next-title">
                <header class="card-head">
                    <h2 id="portal-next-title">{tu!(text, portal.next)}</h2>
                    <a id="portal-all-link" class="with-icon" href=paths::PORTAL_APPOINTMENTS>
                        {tu!(text, portal.all)}
                        <Icon icon=icondata_lu::LuArrowRight />
                    </a>
                </header>
                <Loaded of=list draw=next />
            </section>
            <Suspense>{account}</Suspense>
        </div>
    }
}

#[component]
fn Welcome(name: String) -> impl IntoView {
    let text = use_text();
    view! {
        <PageHeader
            title=tu_string!(text, portal.welcome, name = name)
            actions=Some(ask_link().into_any())
        />
    }
}

#[component]
fn Account(viewer: PortalViewer) -> impl IntoView {
    let text = use_text();
    let PortalViewer {
        email,
        tenant_name,
        tenant_email,
        client_name,
        zone,
        ..
    } = viewer;
    view! {
        <section id="portal-account" class="card" aria-labelledby="portal-account-title">
            <h2 id="portal-account-title">{tu!(text, portal.account)}</h2>
            <dl class="pairs">
                <div>
                    <dt>{tu!(text, session.email)}</dt>
                    <dd>{email}</dd>
                </div>
                <div>
                    <dt>{tu!(text, portal.company)}</dt>
                    <dd>{client_name}</dd>
                </div>
                <div>
                    <dt>{tu!(text, portal.provider)}</dt>
                    <dd>
                        {tenant_name} ", "
                        <a id="portal-provider-email" href=format!("mailto:{tenant_email}")>
                            {tenant_email.clone()}
                        </a>
                    </dd>
                </div>
                <div>
                    <dt>{tu!(text, errors.field.zone)}</dt>
                    <dd>{zone}</dd>
                </div>
            </dl>
        </section>
    }
}
