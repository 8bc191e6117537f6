use domain::{ErrorCode, Field, FieldError};
use leptos::prelude::*;

use super::{Icon, error_text, field_name, focus, problem_text, use_text};
use crate::i18n::tu_string;

/// All fields to mend, each a link to its control.
#[component]
pub fn Summary(
    id: &'static str,
    fields: Vec<FieldError>,
    /// The control to mend a field with.
    #[prop(into)]
    control: Callback<Field, &'static str>,
) -> impl IntoView {
    let text = use_text();
    let said = error_text(text, ErrorCode::Invalid);
    let links = fields
        .into_iter()
        .map(|FieldError { field, problem }| {
            let target = control.run(field);
            let words = tu_string!(
                text,
                errors.summary,
                field = field_name(text, field),
                problem = problem_text(text, &problem)
            );
            view! {
                <li>
                    <a
                        href=format!("#{target}")
                        rel="external"
                        on:click=move |event| {
                            event.prevent_default();
                            focus(target);
                        }
                    >
                        {words}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div id=id class="panel panel-bad" role="alert" tabindex="-1">
            <Icon icon=icondata_lu::LuCircleAlert />
            <div>
                <p class="panel-title">{said.what}</p>
                <p>{said.why} " " {said.next}</p>
                <ul class="panel-list">{links}</ul>
            </div>
        </div>
    }
}
