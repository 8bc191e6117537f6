use domain::Viewer;
use leptos::prelude::*;

use super::{Source, lasting, resource};
use crate::{error::ApiError, features::session::api::viewer};

/// Who is signed in. One request answers for the whole staff area.
#[derive(Clone, Copy)]
pub struct ViewerResource(Resource<Result<Viewer, ApiError>>);

impl ViewerResource {
    pub fn provide() -> Self {
        let viewer = Self(resource(|| (), |()| viewer()));
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
