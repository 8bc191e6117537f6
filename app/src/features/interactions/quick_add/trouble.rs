use domain::ConnectionTrouble;
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{I18n, Icon},
};

/// Where a meeting can be made: what the last check of the connection to Microsoft found, and who mends it.
pub fn trouble(text: I18n, id: String, found: ConnectionTrouble) -> AnyView {
    let lines = found
        .lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let next = if found.may_look {
        let link = format!("{id}-link");
        view! {
            <p>
                <a id=link href=paths::TEAMS>
                    {tu!(text, interactions.trouble_look)}
                </a>
            </p>
        }
        .into_any()
    } else {
        view! { <p>{tu!(text, interactions.trouble_ask)}</p> }.into_any()
    };
    view! {
        <div id=id class="panel panel-warning">
            <Icon icon=icondata_lu::LuTriangleAlert />
            <div>
                <p class="panel-title">{tu_string!(text, interactions.trouble_title)}</p>
                <ul class="panel-list">{lines}</ul>
                <p class="quiet">{tu!(text, interactions.trouble_when, when = found.when)}</p>
                {next}
            </div>
        </div>
    }
    .into_any()
}
