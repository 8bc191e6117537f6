use domain::schedule::{
    Conflict, EntryForm, EntryMoved, EntryPage, EntryRemoved, EntrySaved, MoveEntry, MoveQuestion, RemoveEntry,
    SaveEntry, SchedulePage, ScheduleQuery,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// A page of the schedule.
#[server(name = LoadSchedule, endpoint = "schedule/page", input = GetUrl)]
pub async fn schedule_page(#[server(default)] query: ScheduleQuery) -> Result<SchedulePage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::schedule::page(request.backend(), &grant, &query).await)
}

/// An entry, with its form for those who may change it.
#[server(name = LoadEntry, endpoint = "schedule/entry", input = GetUrl)]
pub async fn schedule_entry(entry_id: String) -> Result<EntryPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = request.kept_form().await;
    let mut page = request.answer(backend::schedule::entry(request.backend(), &grant, &entry_id, kept).await)?;
    if let Some((kept, _)) = request.kept_form::<RemoveEntry>().await {
        page.message = kept.message;
    }
    Ok(page)
}

/// The form for a new entry from `start` to `until`, wall clocks, on the schedule of `who`.
#[server(name = LoadNewEntry, endpoint = "schedule/new-form", input = GetUrl)]
pub async fn new_entry_form(
    #[server(default)] start: String,
    #[server(default)] until: String,
    #[server(default)] who: String,
) -> Result<EntryForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = request.kept_form().await.map(|(kept, _)| kept);
    let asked = backend::schedule::NewFor {
        start: &start,
        end: &until,
        who: &who,
    };
    request.answer(backend::schedule::new_entry(request.backend(), &grant, asked, kept).await)
}

/// What somebody else's time is taken by while times are typed.
#[server(name = FindConflicts, endpoint = "schedule/conflicts", input = GetUrl)]
pub async fn conflicts_at(
    #[server(default)] user_id: String,
    #[server(default)] entry_id: String,
    #[server(default)] start: String,
    #[server(default)] end: String,
) -> Result<Vec<Conflict>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let found = backend::schedule::conflicts(request.backend(), &grant, (&user_id, &entry_id), (&start, &end)).await;
    request.answer(found)
}

/// Saves the popup: a new entry, with a Teams meeting when the switch is on, or another state of one.
#[server(name = SubmitEntry, endpoint = "schedule/save")]
pub async fn save_entry(input: SaveEntry) -> Result<EntrySaved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::schedule::save(request.backend(), &grant, &input).await;
    let saved = request.answer_form(&input, outcome).await?;
    request.return_without_script(&crate::paths::ENTRY_POPUP, crate::paths::SCHEDULE);
    Ok(saved)
}

/// What is asked before an entry is moved on which a meeting hangs.
#[server(name = LoadMoveQuestion, endpoint = "schedule/move-question", input = GetUrl)]
pub async fn move_question(entry_id: String, to: String) -> Result<MoveQuestion, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::schedule::move_question(request.backend(), &grant, &entry_id, &to).await)
}

/// Moves an entry, and whatever belongs to it.
#[server(name = SubmitMove, endpoint = "schedule/move")]
pub async fn move_entry(input: MoveEntry) -> Result<EntryMoved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let moved = request.answer(backend::schedule::move_entry(request.backend(), &grant, &input).await)?;
    request.return_without_script(&crate::paths::ENTRY_POPUP, crate::paths::SCHEDULE);
    Ok(moved)
}

/// Takes an entry off the schedule, or cancels its meeting.
#[server(name = SubmitRemoveEntry, endpoint = "schedule/remove")]
pub async fn remove_entry(input: RemoveEntry) -> Result<EntryRemoved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let outcome = backend::schedule::remove(request.backend(), &grant, &input).await;
    let removed = request.answer_form(&input, outcome).await?;
    request.return_without_script(&crate::paths::ENTRY_POPUP, crate::paths::SCHEDULE);
    Ok(removed)
}
