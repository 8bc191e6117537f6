use domain::schedule::Conflict;
use leptos::prelude::*;

use crate::{
    i18n::tu_string,
    ui::{Icon, use_text},
};

/// Names other entries at the same time. They are no reason not to save.
#[component]
pub fn Clash(title: &'static str, found: Vec<Conflict>) -> impl IntoView {
    let text = use_text();
    let lines = found
        .into_iter()
        .map(|conflict| {
            let title = if conflict.title.is_empty() {
                tu_string!(text, schedule.busy).to_owned()
            } else {
                conflict.title
            };
            view! { <li>{format!("{title}, {}", conflict.when)}</li> }
        })
        .collect_view();
    view! {
        <div class="panel panel-warning">
            <Icon icon=icondata_lu::LuTriangleAlert />
            <div>
                <p class="panel-title">{title}</p>
                <ul class="panel-list">{lines}</ul>
            </div>
        </div>
    }
}
