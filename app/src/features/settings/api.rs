use domain::{
    CheckConnection, Diagnosis, EntryChange, OrganizerSaved, PeopleList, PersonForm, RolesPage, SaveOrganizer,
    SaveProfile, SaveStatus, SaveTeamsOptions, SaveType, SetRoles, StatusesPage, TeamsEffect, TeamsPage, TypesPage,
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
    let mut page = request.answer(backend::settings::teams::page(request.backend(), &grant).await)?;
    if let Some(setup) = &mut page.setup {
        setup.typed_profile = request.kept_form().await.map(|(typed, _)| typed);
        setup.typed_organizer = request.kept_form().await.map(|(typed, _)| typed);
        if let Some((CheckConnection { second_mailbox }, _)) = request.kept_form().await {
            setup.second_mailbox = second_mailbox;
        }
    }
    Ok(page)
}

/// How much a decision about Teams would be about.
#[server(name = LoadTeamsEffect, endpoint = "settings/teams-effect", input = GetUrl)]
pub async fn teams_effect() -> Result<TeamsEffect, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::effect(request.backend(), &grant).await)
}

/// Saves the app registration at Microsoft. Its secret is not kept in the browser's session.
#[server(name = SubmitProfile, endpoint = "settings/teams-profile")]
pub async fn save_profile(input: SaveProfile) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::teams::save_profile(request.backend(), &grant, &input).await;
    request.answer_form(&input.typed(), saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "profile"));
    Ok(())
}

/// Saves who organizes meetings from now on.
#[server(name = SubmitOrganizer, endpoint = "settings/teams-organizer")]
pub async fn save_organizer(input: SaveOrganizer) -> Result<OrganizerSaved, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::teams::save_organizer(request.backend(), &grant, &input).await;
    let saved = request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::organizer_saved(saved.stay));
    Ok(saved)
}

/// Decides how meetings are made from now on.
#[server(name = SubmitTeamsOptions, endpoint = "settings/teams-options")]
pub async fn save_teams_options(#[server(default)] input: SaveTeamsOptions) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::save_options(request.backend(), &grant, input).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "saved"));
    Ok(())
}

/// Shows clients what was recorded of their meetings, or shows it no more.
#[server(name = SubmitShowInPortal, endpoint = "settings/teams-portal")]
pub async fn show_in_portal(on: bool) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::show_in_portal(request.backend(), &grant, on).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "saved"));
    Ok(())
}

/// Lets meetings be made at Microsoft, or no more.
#[server(name = SubmitTeamsActive, endpoint = "settings/teams-active")]
pub async fn set_teams_active(on: bool) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::set_active(request.backend(), &grant, on).await)?;
    let what = if on { "teams-on" } else { "teams-off" };
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, what));
    Ok(())
}

/// Begins to check the connection. Who has no script waits for the outcome; with script the page asks for it.
#[server(name = StartCheck, endpoint = "settings/teams-check")]
pub async fn start_check(input: CheckConnection) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let patience = std::time::Duration::from_secs(if request.wants_page() { 50 } else { 0 });
    let begun = backend::settings::teams::check(request.backend(), &grant, &input, patience).await;
    request.answer_form(&input, begun).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::TEAMS, "checked"));
    Ok(())
}

/// What the last check of the connection has found, or the one under way so far.
#[server(name = LoadDiagnosis, endpoint = "settings/teams-diagnosis", input = GetUrl)]
pub async fn diagnosis() -> Result<Option<Diagnosis>, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::teams::diagnosis(request.backend(), &grant).await)
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
