//! What the cards of the page have in common.

use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, Button, ButtonKind, I18n, Tone},
};

/// Beside a title: what the card is about is saved.
pub fn saved(text: I18n, is_saved: bool) -> Option<AnyView> {
    is_saved.then(|| {
        let words = tu_string!(text, settings.step_saved);
        view! { <Badge tone=Tone::Good icon=icondata_lu::LuCircleCheck text=words /> }.into_any()
    })
}

/// What is set up, to be read.
pub fn pairs<const N: usize>(pairs: [(&'static str, String); N]) -> AnyView {
    let pairs = pairs.map(|(name, value)| {
        let value = if value.is_empty() { "–".to_owned() } else { value };
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    view! { <dl class="pairs">{pairs.collect_view()}</dl> }.into_any()
}

/// The end of a form.
pub fn save(text: I18n, id: &'static str) -> AnyView {
    view! {
        <div class="actions">
            <Button id=id kind=ButtonKind::Primary submit=true>
                {tu!(text, settings.save)}
            </Button>
        </div>
    }
    .into_any()
}
