use domain::{News, Permission, WishRow};
use leptos::prelude::*;

use crate::{
    features::{interactions::api::wishes, live::follow},
    i18n::{tu, tu_string},
    paths,
    ui::{Icon, lasting, resource, use_text, use_viewer},
};

/// Meetings that staff have made, for which clients would like another time. Nothing where there are none.
#[component]
pub fn Wishes() -> impl IntoView {
    let viewer = use_viewer();
    let found = resource(
        || (),
        move |()| async move {
            let may = viewer
                .get()
                .await
                .is_ok_and(|viewer| viewer.may(Permission::InteractionRead));
            if may {
                wishes().await.unwrap_or_default()
            } else {
                Vec::new()
            }
        },
    );
    follow(
        Callback::new(|news| matches!(news, News::Change(_) | News::LookAgain)),
        None,
        Callback::new(move |()| found.refetch()),
    );
    let list = move || {
        Suspend::new(async move {
            let rows = found.await;
            lasting(move || (!rows.is_empty()).then(|| view! { <List rows=rows /> }))
        })
    };
    view! { <Transition>{list}</Transition> }
}

#[component]
fn List(rows: Vec<WishRow>) -> impl IntoView {
    let text = use_text();
    let rows = rows
        .into_iter()
        .map(|row| {
            let who = match row.client {
                Some(client) => format!("{}, {client}", row.by),
                None => row.by,
            };
            view! {
                <li>
                    <a
                        id=format!("meeting-wish-{}", row.interaction_id)
                        class="row-link"
                        href=paths::interaction(row.interaction_id)
                    >
                        {row.subject}
                    </a>
                    <span class="quiet">{who}</span>
                    <span>{tu_string!(text, appointments.wish_instead, wished = row.wished, when = row.when)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section id="meeting-wishes" class="panel panel-warning" aria-labelledby="meeting-wishes-title">
            <Icon icon=icondata_lu::LuCalendarClock />
            <div>
                <h2 id="meeting-wishes-title" class="panel-title">
                    {tu!(text, appointments.wishes_title)}
                </h2>
                <ul class="wishes">{rows}</ul>
            </div>
        </section>
    }
}
