use domain::availability::{AddException, AvailabilityPage, DeleteException, SaveHours, SaveLimits, SaveServiceRules};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// When staff can be asked for, and what clients can ask for.
#[server(name = LoadAvailability, endpoint = "settings/availability", input = GetUrl)]
pub async fn availability() -> Result<AvailabilityPage, ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let kept = backend::settings::availability::Kept {
        hours: request.kept_form().await.map(|(typed, _)| typed),
        exception: request.kept_form().await.map(|(typed, _)| typed),
        service: request.kept_form().await.map(|(typed, _)| typed),
        limits: request.kept_form().await.map(|(typed, _)| typed),
    };
    request.answer(backend::settings::availability::page(request.backend(), &grant, kept).await)
}

/// Decides when somebody works.
#[server(name = SubmitHours, endpoint = "settings/save-hours")]
pub async fn save_hours(#[server(default)] input: SaveHours) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::availability::save_hours(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    let what = if input.remove.is_some() {
        "hours-removed"
    } else {
        "saved"
    };
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::AVAILABILITY, what));
    Ok(())
}

/// Makes days different from the usual ones.
#[server(name = SubmitException, endpoint = "settings/add-exception")]
pub async fn add_exception(#[server(default)] input: AddException) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::availability::add_exception(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::AVAILABILITY, "saved"));
    Ok(())
}

/// Makes days usual again.
#[server(name = RemoveException, endpoint = "settings/delete-exception")]
pub async fn delete_exception(#[server(default)] input: DeleteException) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    request.answer(backend::settings::availability::delete_exception(request.backend(), &grant, &input).await)?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::AVAILABILITY, "deleted"));
    Ok(())
}

/// Decides what holds for a service.
#[server(name = SubmitServiceRules, endpoint = "settings/save-service-rules")]
pub async fn save_service_rules(#[server(default)] input: SaveServiceRules) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::availability::save_service(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::AVAILABILITY, "saved"));
    Ok(())
}

/// Decides what holds for all services.
#[server(name = SubmitLimits, endpoint = "settings/save-limits")]
pub async fn save_limits(#[server(default)] input: SaveLimits) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let grant = request.require()?;
    let saved = backend::settings::availability::save_limits(request.backend(), &grant, &input).await;
    request.answer_form(&input, saved).await?;
    request.redirect_without_script(&crate::paths::settings_saved(crate::paths::AVAILABILITY, "saved"));
    Ok(())
}
