use leptos::prelude::*;

use super::Opened;
use crate::{
    features::interactions::{Discard, DiscardIds},
    i18n::tu_string,
    ui::{Dialog, Icon, use_text},
};

/// The ids of a dialog that adds or changes a client or a contact.
#[derive(Clone, Copy)]
pub struct DialogIds {
    pub dialog: &'static str,
    pub heading: &'static str,
    pub close: &'static str,
    pub discard: DiscardIds,
}

/// The frame of such a dialog. Whether it is open stands in the address; what was typed is not lost without a question.
#[component]
pub fn FormDialog(ids: DialogIds, heading: &'static str, opened: Opened, children: ChildrenFn) -> impl IntoView {
    let text = use_text();
    let Opened {
        is_open,
        home,
        asking,
        leave,
        close,
        ..
    } = opened;
    let children = StoredValue::new(children);
    view! {
        <Show when=move || is_open.get()>
            <Dialog id=ids.dialog labelled_by=ids.heading on_close=close>
                <header class="dialog-head">
                    <h2 id=ids.heading>{heading}</h2>
                    <a
                        id=ids.close
                        class="button button-quiet button-icon"
                        href=home
                        aria-label=tu_string!(text, common.close)
                        on:click=move |event| {
                            event.prevent_default();
                            close.run(());
                        }
                    >
                        <Icon icon=icondata_lu::LuX />
                    </a>
                </header>
                {children.with_value(|children| children())}
            </Dialog>
        </Show>
        <Show when=move || asking.get()>
            <Discard
                ids=ids.discard
                words=tu_string!(text, clients.form_discard)
                on_keep=move |()| asking.set(false)
                on_discard=leave
            />
        </Show>
    }
}
