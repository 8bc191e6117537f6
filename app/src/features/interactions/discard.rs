use leptos::prelude::*;

use crate::{
    i18n::tu,
    ui::{Button, ButtonKind, Dialog, use_text},
};

#[derive(Clone, Copy)]
pub struct DiscardIds {
    pub dialog: &'static str,
    pub heading: &'static str,
    pub keep: &'static str,
    pub discard: &'static str,
}

/// Asks before what was typed is lost.
#[component]
pub fn Discard(
    ids: DiscardIds,
    /// What would be lost.
    words: &'static str,
    #[prop(into)] on_keep: Callback<()>,
    on_discard: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    view! {
        <Dialog
            id=ids.dialog
            labelled_by=ids.heading
            class="dialog dialog-small"
            returns_focus=true
            on_close=on_keep
        >
            <h2 id=ids.heading>{tu!(text, interactions.qa_discard_heading)}</h2>
            <p>{words}</p>
            <div class="actions actions-end">
                <Button id=ids.keep on:click=move |_| on_keep.run(())>
                    {tu!(text, interactions.qa_keep)}
                </Button>
                <Button id=ids.discard kind=ButtonKind::Danger on:click=move |_| on_discard.run(())>
                    {tu!(text, interactions.qa_discard)}
                </Button>
            </div>
        </Dialog>
    }
}
