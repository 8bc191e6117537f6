use domain::{WishOf, WishRow};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{Icon, use_text},
};

/// What clients would like at another time. Nothing where nobody does.
#[component]
pub fn Wishes(list: Vec<WishRow>) -> impl IntoView {
    let text = use_text();
    let rows = list
        .into_iter()
        .map(|row| {
            let (id, href) = match row.of {
                WishOf::Appointment(id) => (id.to_string(), paths::request(id)),
                WishOf::Meeting(id) => (id.to_string(), paths::interaction(id)),
            };
            let title = row
                .title
                .unwrap_or_else(|| tu_string!(text, appointments.no_service).to_owned());
            let who = match row.client {
                Some(client) => format!("{}, {client}", row.by),
                None => row.by,
            };
            view! {
                <li>
                    <a id=format!("appointment-requests-wishes-{id}") class="row-link" href=href>
                        {title}
                    </a>
                    <span class="quiet">{who}</span>
                    <span>{tu_string!(text, appointments.wish_instead, wished = row.wished, when = row.when)}</span>
                </li>
            }
        })
        .collect_view();
    (!rows.is_empty()).then(|| {
        view! {
            <section
                id="appointment-requests-wishes"
                class="panel panel-warning"
                aria-labelledby="appointment-requests-wishes-title"
            >
                <Icon icon=icondata_lu::LuCalendarClock />
                <div>
                    <h2 id="appointment-requests-wishes-title" class="panel-title">
                        {tu!(text, appointments.wishes_title)}
                    </h2>
                    <ul class="wishes">{rows}</ul>
                </div>
            </section>
        }
    })
}
