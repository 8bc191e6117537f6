use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        reactive_graph::OwnedView,
        ssr::StreamBuilder,
        view::{Position, PositionState},
    },
};

/// What is drawn anew whenever it is loaded anew, and works until then.
///
/// A closure that is run again loses at once what it has made before, and a `Suspend` in it leaves the old nodes where they are until it has
/// something to show: if two things are loaded one after the other, a page in between is there, and dead. What is drawn here lives as long as it
/// is shown.
///
/// And it is drawn when it is shown: see [`Drawn`].
pub fn lasting<V: IntoView + 'static>(draw: impl FnOnce() -> V + Send + 'static) -> OwnedView<Drawn> {
    let owner = Owner::current()
        .and_then(|owner| owner.parent())
        .unwrap_or_default()
        .child();
    OwnedView::new_with_owner(Drawn(Box::new(move || draw().into_any())), owner)
}

/// A view that is made when it is needed (docs/adr/0034). Before the server writes a page it walks over all that may wait for something, twice
/// at least, and throws away what it has made on the way: with the view made at once, a page of rows was made three times.
pub struct Drawn(Box<dyn FnOnce() -> AnyView + Send>);

impl Drawn {
    fn draw(self) -> AnyView {
        (self.0)()
    }
}

impl Render for Drawn {
    type State = <AnyView as Render>::State;

    fn build(self) -> Self::State {
        self.draw().build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.draw().rebuild(state);
    }
}

impl AddAnyAttr for Drawn {
    type Output<SomeNewAttr: Attribute> = <AnyView as AddAnyAttr>::Output<SomeNewAttr>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        self.draw().add_any_attr(attr)
    }
}

impl RenderHtml for Drawn {
    type AsyncOutput = AnyView;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    /// Whatever waits in here is found by `resolve`.
    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> AnyView {
        self.draw().resolve().await
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.draw()
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.draw()
            .to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.draw().hydrate::<FROM_SERVER>(cursor, position)
    }

    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.draw().hydrate_async(cursor, position).await
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use any_spawner::Executor;
    use futures::StreamExt;

    use super::*;

    #[tokio::test]
    async fn the_server_draws_once_what_it_has_waited_for() {
        // Another test of this process may have done so.
        let _ = Executor::init_tokio();
        let owner = Owner::new();
        let times = Arc::new(AtomicU32::new(0));
        let stream = owner.with(|| {
            let found = Resource::new(
                || (),
                |()| async {
                    tokio::task::yield_now().await;
                    "Printer offline".to_owned()
                },
            );
            let times = times.clone();
            let shown = move || {
                let times = times.clone();
                Suspend::new(async move {
                    let found = found.await;
                    lasting(move || {
                        times.fetch_add(1, Ordering::Relaxed);
                        view! { <p>{found}</p> }
                    })
                })
            };
            view! { <Transition>{shown}</Transition> }.to_html_stream_in_order()
        });
        let html: String = stream.collect().await;
        assert!(html.contains("<p>Printer offline"), "{html}");
        assert_eq!(times.load(Ordering::Relaxed), 1);
    }
}
