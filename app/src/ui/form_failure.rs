//! What a form's action answered, told where it belongs: beside the fields, or in a panel above them.

use domain::{ErrorCode, Failure, Field};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{ErrorPanel, focus_next, problem_text, use_text};
use crate::error::ApiError;

/// Why the last try failed; `None` while there was none, or when it succeeded.
pub fn failure_of<S>(action: ServerAction<S>) -> Signal<Option<Failure>>
where
    S: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    Signal::derive(move || match action.value().get() {
        Some(Err(ApiError(failure))) => Some(failure),
        _ => None,
    })
}

/// What is wrong with one field, in words.
pub fn problem_of(failure: Signal<Option<Failure>>, field: Field) -> Signal<Option<String>> {
    let text = use_text();
    Signal::derive(move || {
        failure.with(|failure| {
            let error = failure.as_ref()?.fields.iter().find(|error| error.field == field)?;
            Some(problem_text(text, &error.problem))
        })
    })
}

/// The panel for what is not told beside a field. Where fields are to be mended the focus goes to the first of `controls` that is.
#[component]
pub fn FormFailure(
    id: &'static str,
    failure: Signal<Option<Failure>>,
    /// The controls in their order, by what they hold.
    #[prop(optional)]
    controls: &'static [(Field, &'static str)],
    /// The ways on, below the text.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    Effect::new(move |_| {
        let Some(failure) = failure.get() else { return };
        let wrong = controls
            .iter()
            .find(|(field, _)| failure.fields.iter().any(|error| error.field == *field));
        focus_next(wrong.map_or(id, |(_, control)| *control));
    });
    let children = StoredValue::new(children);
    move || {
        let failure = failure.get().filter(|failure| failure.code != ErrorCode::Invalid)?;
        let ways_on = children.with_value(|children| children.as_ref().map(|children| children()));
        Some(match ways_on {
            Some(ways_on) => view! {
                <ErrorPanel id=id failure=failure>
                    {ways_on}
                </ErrorPanel>
            }
            .into_any(),
            None => view! { <ErrorPanel id=id failure=failure /> }.into_any(),
        })
    }
}

/// Loads another page once the action succeeded. For what changes more than this page shows, such as the language; where there is no
/// script the server sends the browser on.
pub fn load_when_done<S>(action: ServerAction<S>, href: String)
where
    S: ServerFn<Error = ApiError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            let _ = window().location().set_href(&href);
        }
    });
}
