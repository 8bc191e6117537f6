use leptos::{prelude::*, tachys::reactive_graph::OwnedView};

/// What is drawn anew whenever it is loaded anew, and works until then.
///
/// A closure that is run again loses at once what it has made before, and a `Suspend` in it leaves the old nodes where they are until it has
/// something to show: if two things are loaded one after the other, a page in between is there, and dead. What is drawn here lives as long as it
/// is shown.
pub fn lasting<V: IntoView>(draw: impl FnOnce() -> V) -> OwnedView<V> {
    let owner = Owner::current()
        .and_then(|owner| owner.parent())
        .unwrap_or_default()
        .child();
    let view = owner.with(draw);
    OwnedView::new_with_owner(view, owner)
}
