use domain::{PortalSignIn, SignIn, Viewer};
use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::error::ApiError;

/// Signs staff in and sends the browser on to where it wanted to go.
#[server(name = SubmitSignIn, endpoint = "session/sign-in")]
pub async fn sign_in(input: SignIn) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let outcome = backend::sessions::sign_in(request.backend(), &request.visitor(), &input).await;
    request.enter(outcome, input.destination()).await
}

/// Signs a portal user in and sends the browser on to where it wanted to go.
#[server(name = SubmitPortalSignIn, endpoint = "session/portal-sign-in")]
pub async fn portal_sign_in(input: PortalSignIn) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    let outcome = backend::sessions::portal_sign_in(request.backend(), &request.visitor(), &input).await;
    request
        .enter(outcome, domain::Audience::Portal.destination(&input.next))
        .await
}

/// The second step of signing in, where the account has a second factor.
#[server(name = SubmitCode, endpoint = "session/code")]
pub async fn second_step(#[server(default)] code: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    request.second_step(&code).await
}

/// Ends the session, here and in the database.
#[server(endpoint = "session/sign-out")]
pub async fn sign_out() -> Result<(), ApiError> {
    let request = crate::server::request()?;
    request.end_session().await
}

/// Chooses the language of the interface, for this browser and, when signed in, for the user.
#[server(endpoint = "session/language")]
pub async fn choose_language(language: String) -> Result<(), ApiError> {
    let request = crate::server::request()?;
    request.choose_language(&language).await
}

/// Who is signed in.
#[server(name = LoadViewer, endpoint = "session/viewer", input = GetUrl)]
pub async fn viewer() -> Result<Viewer, ApiError> {
    let request = crate::server::request()?;
    let actor = request.actor()?;
    // Known already; but a server function is asynchronous, and one that never waits is taken for a mistake.
    Ok(std::future::ready(backend::sessions::viewer(&actor)).await)
}
