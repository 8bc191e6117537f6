use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Live, connection::State};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonKind, ButtonLink, Empty, use_text},
};

/// Says quietly that what is shown may be old.
#[component]
pub fn LiveNote(live: Live) -> impl IntoView {
    let text = use_text();
    let location = use_location();
    let state = live.state();
    let words = move || match state.get() {
        State::UpToDate => None,
        State::Lost => Some(view! { <span>{tu!(text, live.lost)}</span> }.into_any()),
        State::SignedOut => {
            let here = location.pathname.get()
                + &location.search.with(|search| {
                    if search.is_empty() {
                        String::new()
                    } else {
                        format!("?{search}")
                    }
                });
            Some(
                view! {
                    <span>{tu!(text, live.signed_out)}</span>
                    " "
                    <a id="live-sign-in-link" href=paths::sign_in_at(live.audience(), &here) rel="external">
                        {tu!(text, session.again)}
                    </a>
                }
                .into_any(),
            )
        }
    };
    view! {
        <div id="live-note" class="live-note" role="status">
            {words}
        </div>
    }
}

/// What stands in place of a record that somebody deleted while it was shown.
#[component]
pub fn DeletedNote() -> impl IntoView {
    let text = use_text();
    view! {
        <div role="status">
            <Empty
                id="interaction-deleted"
                icon=icondata_lu::LuTrash2
                title=tu_string!(text, live.deleted_title)
                text=tu_string!(text, live.deleted_text)
            >
                <ButtonLink id="interaction-deleted-link" href=paths::INTERACTIONS kind=ButtonKind::Primary>
                    {tu!(text, live.to_interactions)}
                </ButtonLink>
            </Empty>
        </div>
    }
}
