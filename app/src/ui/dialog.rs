use leptos::{html, prelude::*, reactive::send_wrapper_ext::SendOption};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

use super::browser::{focused, give_back, on_next_frame};

/// A link out of a dialog closes it as Esc does, so that the focus goes where it belongs.
pub fn close_by(event: &MouseEvent) {
    let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
    let dialog = event_target::<Element>(event).closest("dialog").ok().flatten();
    if let (true, Some(dialog), Ok(cancel)) = (is_plain, dialog, Event::new("cancel")) {
        event.prevent_default();
        let _ = dialog.dispatch_event(&cancel);
    }
}

/// A `<dialog>` that is open for as long as it is rendered. The server sends it open, so that it works without script; with script
/// it becomes modal, and whoever wants to close it (Esc, for one) asks `on_close`.
#[component]
pub fn Dialog(
    id: &'static str,
    labelled_by: &'static str,
    #[prop(default = "dialog")] class: &'static str,
    /// Gives the focus back to where it was.
    #[prop(optional)]
    returns_focus: bool,
    /// A click beside it asks to close it.
    #[prop(optional)]
    closes_outside: bool,
    on_close: Callback<()>,
    children: Children,
) -> impl IntoView {
    if returns_focus {
        let before = StoredValue::new(SendOption::<HtmlElement>::new_local(None));
        Effect::new(move |_| before.update_value(|before| before.update(|before| *before = focused())));
        on_cleanup(move || {
            if let Some(before) = before.try_with_value(|before| (**before).clone()).flatten() {
                on_next_frame(move || give_back(&before));
            }
        });
    }
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = node.get()
            && !dialog.matches(":modal").unwrap_or(false)
        {
            // Somebody may be at it already, where the page came with it open.
            let at = focused().filter(|element| dialog.contains(Some(element)));
            // `showModal` refuses a dialog that is open already.
            let _ = dialog.remove_attribute("open");
            let _ = dialog.show_modal();
            if let Some(at) = at {
                let _ = at.focus();
            }
        }
    });
    let cancel = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    // A browser lets a page refuse to close once; after that Esc closes without asking. So the key never gets that far.
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            on_close.run(());
        }
    };
    // A browser that closed it all the same (Esc while nothing had the focus, the back gesture) has taken it off the screen, not away.
    let closed = move |_| {
        if let Some(dialog) = node.get_untracked()
            && dialog.is_connected()
        {
            let _ = dialog.show_modal();
        }
        on_close.run(());
    };
    // What lies beside it is the dialog's own backdrop. The button going down counts: who selects text may let go of it there.
    let beside = move |event: MouseEvent| {
        if closes_outside && event_target::<Element>(&event).id() == id {
            event.prevent_default();
            on_close.run(());
        }
    };
    view! {
        <dialog
            id=id
            class=class
            open=true
            aria-labelledby=labelled_by
            node_ref=node
            on:cancel=cancel
            on:keydown=escape
            on:mousedown=beside
            on:close=closed
        >
            {children()}
        </dialog>
    }
}
