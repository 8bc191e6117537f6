use std::{future::Future, pin::Pin};

use domain::Viewer;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::{Failed, Skeleton, ViewerResource, lasting};
use crate::error::ApiError;

/// What is loaded for a page, and again whenever `from` changes. The server waits for it before it sends the page.
///
/// The future of a server function holds all that the server does for it, and the framework moves it a dozen times: it is boxed first.
pub fn resource<S, T, F>(
    from: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Resource<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let fetch = move |from| -> Pin<Box<dyn Future<Output = T> + Send>> { Box::pin(fetch(from)) };
    Resource::new_blocking(from, fetch)
}

/// What can be waited for, and asked for again.
pub trait Source: Copy + Send + Sync + 'static {
    type Value: Send + 'static;

    fn load(self) -> impl Future<Output = Result<Self::Value, ApiError>> + Send;
    fn again(self);
}

impl<T> Source for Resource<Result<T, ApiError>>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Value = T;

    async fn load(self) -> Result<T, ApiError> {
        self.await
    }

    fn again(self) {
        self.refetch();
    }
}

/// With whoever looks at it; `None` where that cannot be found out, which the frame of the page tells.
impl<T> Source for (Resource<Result<T, ApiError>>, ViewerResource)
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Value = (T, Option<Viewer>);

    async fn load(self) -> Result<Self::Value, ApiError> {
        let viewer = self.1.get().await.ok();
        Ok((self.0.await?, viewer))
    }

    fn again(self) {
        self.0.refetch();
    }
}

/// What a page shows once it has come: until then grey bars, and where it does not come, why not. What is there stays until something newer
/// has come.
#[component]
pub fn Loaded<S: Source>(
    of: S,
    draw: impl Fn(S::Value) -> AnyView + Clone + Send + Sync + 'static,
    /// How many grey bars.
    #[prop(default = 6)]
    rows: usize,
    #[prop(optional)] set_pending: Option<RwSignal<bool>>,
) -> impl IntoView {
    let shown = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            let loaded = of.load().await;
            lasting(move || match loaded {
                Ok(value) => draw(value),
                Err(error) => view! { <Failed error=error retry=move |()| of.again() /> }.into_any(),
            })
        })
    };
    let fallback = move || view! { <Skeleton rows=rows /> };
    let pending = set_pending.unwrap_or_default();
    view! {
        <Transition fallback=fallback set_pending=pending>
            {shown}
        </Transition>
    }
}
