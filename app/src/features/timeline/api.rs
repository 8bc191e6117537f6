use domain::{TimelineOptions, TimelinePage, TimelineQuery};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// A page of a timeline. `place` is `all`, `client.<id>` or `contact.<id>`.
#[server(name = LoadTimeline, endpoint = "timeline/page", input = GetUrl)]
pub async fn timeline_page(place: String, #[server(default)] query: TimelineQuery) -> Result<TimelinePage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::timeline::page(request.backend(), &grant, &place, &query).await)
}

/// The types and people to filter by.
#[server(name = LoadTimelineOptions, endpoint = "timeline/options", input = GetUrl)]
pub async fn timeline_options() -> Result<TimelineOptions, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::timeline::options(request.backend(), &grant).await)
}
