use domain::Viewer;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::{Source, lasting, resource};
use crate::{error::ApiError, features::session::api::viewer};

/// Who is signed in. One request answers for the whole staff area.
#[derive(Clone, Copy)]
pub struct ViewerResource(Resource<Result<Viewer, ApiError>>);

impl ViewerResource {
    pub fn provide() -> Self {
        let viewer = Self(resource(|| (), |()| viewer()));
        Frame::provide(viewer.0);
        provide_context(viewer);
        viewer
    }

    pub async fn get(self) -> Result<Viewer, ApiError> {
        self.0.await
    }

    /// What went wrong, once it is known; tracked.
    pub fn error(self) -> Option<ApiError> {
        self.0.get()?.err()
    }
}

/// What the frame of the pages shows.
#[derive(Clone, Copy)]
pub struct Frame(Callback<()>);

impl Frame {
    pub fn provide<T>(of: Resource<Result<T, ApiError>>)
    where
        T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    {
        let again = move |()| {
            if of.get_untracked().is_some_and(|shown| shown.is_err()) {
                of.refetch();
            }
        };
        provide_context(Self(Callback::new(again)));
    }

    /// Asks for it again, if it did not come.
    pub fn again(self) {
        self.0.run(());
    }
}

impl Source for ViewerResource {
    type Value = Viewer;

    async fn load(self) -> Result<Viewer, ApiError> {
        self.get().await
    }

    fn again(self) {
        self.0.refetch();
    }
}

pub fn use_viewer() -> ViewerResource {
    use_context().unwrap_or_else(|| ViewerResource(Resource::new(|| (), |()| viewer())))
}

/// What depends on who looks at it; nothing until that is known.
#[component]
pub fn ForViewer(draw: impl Fn(Viewer) -> Option<AnyView> + Clone + Send + Sync + 'static) -> impl IntoView {
    let viewer = use_viewer();
    let shown = move || {
        let draw = draw.clone();
        Suspend::new(async move {
            let viewer = viewer.get().await.ok()?;
            Some(lasting(move || draw(viewer)))
        })
    };
    view! { <Suspense>{shown}</Suspense> }
}
