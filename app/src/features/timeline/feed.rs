use domain::{ErrorCode, Place, TimelinePage, TimelineQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::timeline_page;
use crate::error::ApiError;

/// A timeline as the address describes it: what is asked for, and the page that answers it.
#[derive(Clone, Copy)]
pub struct Feed {
    pub query: Memo<TimelineQuery>,
    pub page: Resource<Result<TimelinePage, ApiError>>,
}

impl Feed {
    /// `place` is `None` when the address names nobody; with each `version` the page is read anew.
    pub fn new(place: Memo<Option<Place>>, version: Memo<u32>) -> Self {
        let map = use_query_map();
        let query = Memo::new(move |_| map.with(|map| TimelineQuery::read(|name| map.get(name))));
        let page = Resource::new_blocking(
            move || (place.get(), query.get(), version.get()),
            |(place, query, _)| async move {
                match place {
                    Some(place) => timeline_page(place.to_string(), query).await,
                    None => Err(ErrorCode::NotFound.into()),
                }
            },
        );
        Self { query, page }
    }
}
