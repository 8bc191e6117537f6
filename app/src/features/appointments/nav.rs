use domain::{News, PENDING_COUNTED, Permission, Viewer};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

use crate::{
    features::{live::follow, session::api::viewer},
    i18n::{tu, tu_string},
    paths,
    ui::{ForViewer, Icon, use_text},
};

/// The entry of the main navigation, with how many wait, for those who may see requests.
#[component]
pub fn NavRequests() -> impl IntoView {
    let text = use_text();
    let path = use_location().pathname;
    let current = move || path.with(|path| path.starts_with(paths::REQUESTS)).then_some("true");
    // Since the page was made.
    let counted = RwSignal::new(None::<u32>);
    follow(
        Callback::new(|news| matches!(news, News::Request(_) | News::Wish | News::LookAgain)),
        None,
        Callback::new(move |()| {
            spawn_local(async move {
                if let Ok(viewer) = viewer().await {
                    counted.try_set(Some(viewer.pending_requests));
                }
            });
        }),
    );
    let entry = move |viewer: Viewer| {
        let first = viewer.pending_requests;
        let count = move || counted.get().unwrap_or(first);
        let badge = move || {
            let count = count();
            let shown = if count > PENDING_COUNTED {
                format!("{PENDING_COUNTED}+")
            } else {
                count.to_string()
            };
            (count > 0).then(|| {
                let words = tu_string!(text, appointments.waiting, count = shown.clone());
                view! {
                    <span class="nav-count" aria-hidden="true">
                        {shown}
                    </span>
                    <span class="visually-hidden">" (" {words} ")"</span>
                }
            })
        };
        viewer.may(Permission::ScheduleRead).then(|| {
            view! {
                <li>
                    <a id="nav-appointment-requests" class="nav-link" href=paths::REQUESTS aria-current=current>
                        <Icon icon=icondata_lu::LuInbox />
                        <span class="nav-label">{tu!(text, appointments.nav)}</span>
                        {badge}
                    </a>
                </li>
            }
            .into_any()
        })
    };
    view! { <ForViewer draw=entry /> }
}
