use domain::PortalViewer;
use leptos::prelude::*;

use super::layout::use_portal_viewer;
use crate::{
    error::ApiError,
    i18n::{tu, tu_string},
    ui::{ErrorPanel, PageHeader, use_text},
};

/// The portal's first page: who is signed in, and for whom.
#[component]
pub fn PortalHome() -> impl IntoView {
    let who = use_portal_viewer();
    let body = move || {
        Suspend::new(async move {
            match who.get().await {
                Ok(viewer) => view! { <Welcome viewer=viewer /> }.into_any(),
                Err(ApiError(failure)) => view! { <ErrorPanel id="page-error" failure=failure /> }.into_any(),
            }
        })
    };
    view! { <Suspense>{body}</Suspense> }
}

#[component]
fn Welcome(viewer: PortalViewer) -> impl IntoView {
    let text = use_text();
    let PortalViewer {
        name,
        email,
        tenant_name,
        tenant_email,
        client_name,
        zone,
        ..
    } = viewer;
    view! {
        <PageHeader title=tu_string!(text, portal.welcome, name = name) />
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
