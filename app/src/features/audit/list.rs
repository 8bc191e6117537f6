use domain::{Audience, AuditRow};
use leptos::prelude::*;

use super::words;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, I18n, Icon, use_text},
};

/// Entries, the latest first, and the way to the older ones. Those of one meeting need not say which.
#[component]
pub fn Entries(
    rows: Vec<AuditRow>,
    zone: String,
    next: Option<String>,
    #[prop(optional)] of_one: bool,
) -> impl IntoView {
    let text = use_text();
    let rows = rows.into_iter().map(|row| entry(text, row, of_one)).collect_view();
    let about = (!of_one).then(|| view! { <th scope="col">{tu!(text, audit.column_about)}</th> });
    let next = next.map(|href| {
        view! {
            <nav class="pager" aria-label=tu_string!(text, audit.pages)>
                <ButtonLink id="audit-next-link" href=href>
                    {tu!(text, audit.older)}
                    <Icon icon=icondata_lu::LuArrowRight />
                </ButtonLink>
            </nav>
        }
    });
    view! {
        <p class="count">{tu_string!(text, audit.zone, zone = zone)}</p>
        <table id="audit-table" class="table audit">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, audit.column_when)}</th>
                    <th scope="col">{tu!(text, audit.column_who)}</th>
                    <th scope="col">{tu!(text, audit.column_what)}</th>
                    {about}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {next}
    }
}

fn entry(text: I18n, row: AuditRow, of_one: bool) -> AnyView {
    let details = words::details(text, &row)
        .into_iter()
        .map(|line| view! { <span class="audit-detail">{line}</span> })
        .collect_view();
    let kind = row
        .kind
        .map_or(tu_string!(text, audit.unknown), |kind| words::kind(text, kind));
    let portal =
        (row.audience == Audience::Portal).then(|| view! { <span class="tag">{tu!(text, audit.portal)}</span> });
    let subject = row.subject.filter(|subject| !subject.is_empty());
    let about = (!of_one).then(|| {
        let about = match (row.interaction, subject) {
            (Some(id), subject) => {
                let name = subject.unwrap_or_else(|| tu_string!(text, audit.meeting).to_owned());
                view! { <a href=paths::interaction(id)>{name}</a> }.into_any()
            }
            (None, Some(subject)) => subject.into_any(),
            (None, None) => view! { <span class="quiet">"–"</span> }.into_any(),
        };
        view! { <td class="audit-about">{about}</td> }
    });
    view! {
        <tr id=format!("audit-{}", row.entry_id)>
            <td class="audit-when">
                <time datetime=row.iso>{row.when}</time>
            </td>
            <th scope="row">
                <span class="person">
                    <span class="person-name">{row.name} {portal}</span>
                    <span class="person-email">{row.email}</span>
                </span>
            </th>
            <td>
                <span class="with-icon">
                    <Icon icon=words::icon(row.kind) />
                    {kind}
                </span>
                {details}
            </td>
            {about}
        </tr>
    }
    .into_any()
}
