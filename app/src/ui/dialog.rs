use leptos::{html, prelude::*};
use web_sys::Event;

/// A `<dialog>` that is open for as long as it is rendered. The server sends it open, so that it works without script; with script
/// it becomes modal, and whoever wants to close it (Esc, for one) asks `on_close`.
#[component]
pub fn Dialog(
    id: &'static str,
    labelled_by: &'static str,
    #[prop(default = "dialog")] class: &'static str,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.matches(":modal").unwrap_or(false)
        {
            // `showModal` refuses a dialog that is open already.
            let _ = dialog.remove_attribute("open");
            let _ = dialog.show_modal();
        }
    });
    let cancel = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    view! {
        <dialog
            id=id
            class=class
            open=true
            aria-labelledby=labelled_by
            node_ref=node
            on:cancel=cancel
            // The browser closes without asking when Esc is pressed twice.
            on:close=move |_| on_close.run(())
        >
            {children()}
        </dialog>
    }
}
