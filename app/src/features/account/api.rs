use domain::{Audience, ChangePassword, EditProfile, Enrolment, ForgotPassword, Profile, ResetPassword};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// Sends a link for a new password, if there is such an account. The answer does not tell.
#[server(name = SubmitForgot, endpoint = "account/forgot-password")]
pub async fn forgot_password(input: ForgotPassword) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let outcome =
        backend::accounts::passwords::ask(request.backend(), &request.visitor(), &input, request.language()).await;
    request.answer(outcome)?;
    leptos_axum::redirect(&format!("{}?sent=yes", crate::paths::forgot_password(input.audience)));
    Ok(())
}

/// Whether a link for a new password still works.
#[server(name = CheckLink, endpoint = "account/check-link", input = GetUrl)]
pub async fn check_link(token: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let outcome = backend::accounts::passwords::check_link(request.backend(), &request.visitor(), &token).await;
    request.answer(outcome)
}

/// Sets the password that was chosen by a link.
#[server(name = SubmitReset, endpoint = "account/reset-password")]
pub async fn reset_password(input: ResetPassword, #[server(default)] audience: Audience) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let outcome = backend::accounts::passwords::reset(request.backend(), &request.visitor(), &input).await;
    request.answer(outcome)?;
    leptos_axum::redirect(&format!("{}?notice=password-changed", crate::paths::door(audience)));
    Ok(())
}

/// The profile page of whoever is signed in.
#[server(name = LoadProfile, endpoint = "account/profile", input = GetUrl)]
pub async fn profile() -> Result<Profile, ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    let typed = request.kept_form().await.map(|(typed, _)| typed);
    let page = request.answer(backend::accounts::profile::page(request.backend(), &actor).await)?;
    Ok(page.with_typed(typed))
}

/// Saves name, language and time zone.
#[server(name = SaveDetails, endpoint = "account/save")]
pub async fn save_details(input: EditProfile) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    let saved = backend::accounts::profile::save(request.backend(), &actor, &input).await;
    let language = request.answer_form(&input, saved).await?;
    request.set_language(language);
    request.redirect_without_script(&crate::paths::profile_saved("details"));
    Ok(())
}

#[server(name = SavePassword, endpoint = "account/change-password")]
pub async fn change_password(input: ChangePassword) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::passwords::change(request.backend(), &actor, &input).await)?;
    request.redirect_without_script(&crate::paths::profile_saved("password"));
    Ok(())
}

/// Ends one sign-in.
#[server(name = EndSignIn, endpoint = "account/end-sign-in")]
pub async fn end_sign_in(session_id: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::profile::end_sign_in(request.backend(), &actor, &session_id).await)?;
    request.redirect_without_script(&crate::paths::profile_saved("sign-in"));
    Ok(())
}

/// Ends all sign-ins, this one too.
#[server(name = SignOutEverywhere, endpoint = "account/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::profile::sign_out_everywhere(request.backend(), &actor).await)?;
    request.end_session().await
}

/// Begins to set a second factor up.
#[server(name = BeginSecondFactor, endpoint = "account/begin-second-factor")]
pub async fn begin_second_factor(#[server(default)] password: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::second_factor::begin(request.backend(), &actor, &password).await)?;
    request.redirect_without_script(crate::paths::SECOND_FACTOR);
    Ok(())
}

/// What is to be scanned and written down.
#[server(name = LoadEnrolment, endpoint = "account/second-factor", input = GetUrl)]
pub async fn enrolment() -> Result<Enrolment, ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::second_factor::enrolment(request.backend(), &actor).await)
}

/// Switches the second factor on.
#[server(name = ConfirmSecondFactor, endpoint = "account/confirm-second-factor")]
pub async fn confirm_second_factor(#[server(default)] code: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::second_factor::confirm(request.backend(), &actor, &code).await)?;
    request.redirect_without_script(&crate::paths::profile_saved("second-factor-on"));
    Ok(())
}

#[server(name = SwitchSecondFactorOff, endpoint = "account/second-factor-off")]
pub async fn switch_second_factor_off(#[server(default)] password: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    request.answer(backend::accounts::second_factor::switch_off(request.backend(), &actor, &password).await)?;
    request.redirect_without_script(&crate::paths::profile_saved("second-factor-off"));
    Ok(())
}
