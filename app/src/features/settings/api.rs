use domain::{
    EntryChange, PeopleList, PersonForm, RolesPage, SaveStatus, SaveType, SetRoles, StatusesPage, TeamsPage, TypesPage,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// The tenant's roles and what they grant.
#[server(name = LoadRoles, endpoint = "settings/roles", input = GetUrl)]
pub async fn roles() -> Result<RolesPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::roles::page(request.backend(), &grant).await)
}

/// The people whose name or address holds `q`.
#[server(name = LoadPeople, endpoint = "settings/people", input = GetUrl)]
pub async fn people(#[server(default)] q: String) -> Result<PeopleList, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::roles::people(request.backend(), &grant, &q).await)
}

/// A person, and the roles that they can have.
#[server(name = LoadPerson, endpoint = "settings/person", input = GetUrl)]
pub async fn person(user_id: String) -> Result<PersonForm, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::roles::person(request.backend(), &grant, &user_id).await)
}

/// Gives a person roles and takes others from them.
#[server(name = SubmitRoles, endpoint = "settings/set-roles")]
pub async fn set_roles(input: SetRoles) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let (grant, people) = (request.require()?, request.require()?);
    request.answer(backend::settings::roles::set_roles(request.backend(), &grant, &people, &input).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::ROLES, "roles"));
    Ok(())
}

/// Lets a person sign in again, or no more.
#[server(name = SubmitActive, endpoint = "settings/set-active")]
pub async fn set_active(user_id: String, active: bool) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let (grant, people) = (request.require()?, request.require()?);
    let backend = request.backend();
    request.answer(backend::settings::roles::set_active(backend, &grant, &people, &user_id, active).await)?;
    let what = if active { "activated" } else { "deactivated" };
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::ROLES, what));
    Ok(())
}

/// The types of interactions with their use.
#[server(name = LoadTypes, endpoint = "settings/types", input = GetUrl)]
pub async fn types() -> Result<TypesPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await.map(|(typed, _)| typed);
    let page = request.answer(backend::settings::types::page(request.backend(), &grant).await)?;
    Ok(TypesPage { typed, ..page })
}

/// Adds a type, or changes one.
#[server(name = SubmitType, endpoint = "settings/save-type")]
pub async fn save_type(input: SaveType) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::types::save(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TYPES, "saved"));
    Ok(())
}

/// Copies one of the system's types.
#[server(name = ImportType, endpoint = "settings/import-type")]
pub async fn import_type(system_type_id: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::types::import(request.backend(), &grant, &system_type_id).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TYPES, "saved"));
    Ok(())
}

/// Moves a type, or deletes it.
#[server(name = ChangeType, endpoint = "settings/change-type")]
pub async fn change_type(type_id: String, change: EntryChange) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::types::change(request.backend(), &grant, &type_id, change).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TYPES, "changed"));
    Ok(())
}

/// The statuses of interactions with their use.
#[server(name = LoadStatuses, endpoint = "settings/statuses", input = GetUrl)]
pub async fn statuses() -> Result<StatusesPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let typed = request.kept_form().await.map(|(typed, _)| typed);
    let page = request.answer(backend::settings::statuses::page(request.backend(), &grant).await)?;
    Ok(StatusesPage { typed, ..page })
}

/// Adds a status, or changes one.
#[server(name = SubmitStatus, endpoint = "settings/save-status")]
pub async fn save_status(input: SaveStatus) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::statuses::save(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::STATUSES, "saved"));
    Ok(())
}

/// Moves a status, makes it the default, or deletes it.
#[server(name = ChangeStatus, endpoint = "settings/change-status")]
pub async fn change_status(status_id: String, change: EntryChange) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::statuses::change(request.backend(), &grant, &status_id, change).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::STATUSES, "changed"));
    Ok(())
}

/// How the tenant uses Teams.
#[server(name = LoadTeams, endpoint = "settings/teams", input = GetUrl)]
pub async fn teams() -> Result<TeamsPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::page(request.backend(), &grant).await)
}

/// Has Teams record meetings by itself, or not.
#[server(name = SubmitRecording, endpoint = "settings/recording")]
pub async fn set_recording(#[server(default)] on: bool) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::record(request.backend(), &grant, on).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "saved"));
    Ok(())
}

/// Tries again what Microsoft has not accepted.
#[server(name = RetryStranded, endpoint = "settings/retry-stranded")]
pub async fn retry_stranded(operation_id: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::stranded::retry(request.backend(), &grant, &operation_id).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "retried"));
    Ok(())
}
