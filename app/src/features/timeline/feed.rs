use domain::{ErrorCode, Place, Saved, TimelinePage, TimelineQuery};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::timeline_page;
use crate::{error::ApiError, ui::resource};

/// A timeline as the address describes it: what is asked for, and the page that answers it.
#[derive(Clone, Copy)]
pub struct Feed {
    pub query: Memo<TimelineQuery>,
    pub page: Resource<Result<TimelinePage, ApiError>>,
    /// What was added here last, by whoever reads this.
    pub saved: RwSignal<Option<Saved>>,
    /// Tells that rows came or went since the page was answered.
    pub drawn: Trigger,
}

impl Feed {
    /// `place` is `None` when the address names nobody.
    pub fn new(place: Memo<Option<Place>>) -> Self {
        let map = use_query_map();
        let query = Memo::new(move |_| map.with(|map| TimelineQuery::read(|name| map.get(name))));
        let page = resource(
            move || (place.get(), query.get()),
            |(place, query)| async move {
                match place {
                    Some(place) => timeline_page(place.to_string(), query).await,
                    None => Err(ErrorCode::NotFound.into()),
                }
            },
        );
        Self {
            query,
            page,
            saved: RwSignal::new(None),
            drawn: Trigger::new(),
        }
    }
}
