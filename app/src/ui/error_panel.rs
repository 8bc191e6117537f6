use domain::{ErrorCode, Failure};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Button, ButtonKind, ButtonLink, Icon, NotFound, error_text, use_text};
use crate::{
    error::{ApiError, respond_with},
    i18n::{tu, tu_string},
    paths,
};

/// What happened, why, and what to do next; the children are the buttons to do it with.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn ErrorPanel(
    #[prop(into)] id: String,
    failure: Failure,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let text = use_text();
    let Failure { code, retry_after, .. } = failure;
    let said = error_text(text, code);
    let wait = retry_after.map(|seconds| tu_string!(text, errors.retry_in, seconds = seconds));
    let sign_in = (code == ErrorCode::Unauthenticated).then(|| {
        let location = use_location();
        let here = location.pathname.get_untracked() + &location.search.with_untracked(|search| {
            if search.is_empty() { String::new() } else { format!("?{search}") }
        });
        view! {
            <ButtonLink id=format!("{id}-sign-in") href=paths::sign_in(&here) kind=ButtonKind::Primary attr:rel="external">
                {tu!(text, session.again)}
            </ButtonLink>
        }
    });
    view! {
        <div id=id class="panel panel-bad" role="alert" tabindex="-1">
            <Icon icon=icondata_lu::LuCircleAlert />
            <div>
                <p class="panel-title">{said.what}</p>
                <p>{said.why} " " {said.next} {wait.map(|wait| format!(" {wait}"))}</p>
                {(sign_in.is_some() || children.is_some())
                    .then(|| {
                        view! {
                            <div class="actions">
                                {sign_in} {children.map(|children| children())}
                            </div>
                        }
                    })}
            </div>
        </div>
    }
}

/// A page whose data did not come: the page for "not found", or what went wrong with the way to try again.
#[component]
pub fn Failed(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    let ApiError(failure) = error;
    let text = use_text();
    respond_with(failure.code.status());
    if failure.code == ErrorCode::NotFound {
        return view! { <NotFound /> }.into_any();
    }
    // Without the database more than this may be missing: the frame of the page, and what else it shows.
    let loads_anew = failure.code == ErrorCode::Unavailable;
    let again = move |_| {
        if loads_anew {
            let _ = window().location().reload();
        } else {
            retry.run(());
        }
    };
    view! {
        <ErrorPanel id="page-error" failure=failure>
            <Button id="page-error-retry-button" on:click=again>
                {tu!(text, common.retry)}
            </Button>
        </ErrorPanel>
    }
    .into_any()
}
