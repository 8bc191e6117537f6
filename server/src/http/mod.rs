//! HTTP: the pages and server functions of `app`, and what stands before them.
//!
//! From the outside in: compression, security headers, the Origin check, the repair of form text, the client's address, the browser's
//! session, the person behind it. Health checks, the files of the browser and what Microsoft tells pass only the first two.

mod audit;
mod calendar;
mod captions;
mod client_address;
mod conditions;
mod files;
mod form_text;
mod headers;
mod health;
mod import;
mod live;
mod origin;
mod session;
mod status;
mod webhook_limits;
mod webhooks;

use std::path::{Path, PathBuf};

use app::{App, shell};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    response::Redirect,
    routing::get,
};
use backend::{Backend, sessions::WebSessions};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::{
    LeptosRoutes, file_and_error_handler_with_context, generate_route_list, site_pkg_dir_service,
    site_pkg_dir_service_route_path,
};
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, NotForContentType, Predicate},
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

use crate::config::Config;

/// Everything that is served.
pub fn router(config: &Config, backend: &Backend) -> anyhow::Result<Router> {
    let options = leptos_options(config)?;
    let routes = generate_route_list(App);
    let context = {
        let backend = backend.clone();
        move || {
            provide_context(backend.clone());
            headers::content_security_policy();
        }
    };
    // Nothing of these files depends on who asks, and a page loads dozens of them: they need neither session nor database. Nor are they
    // left to the framework's fallback, where they can get the status of a page that is drawn at the same moment.
    let file = site_pkg_dir_service(&options);
    let files_of_the_browser = Router::new()
        .route_service(&site_pkg_dir_service_route_path(&options), file.clone())
        .route_service("/templates/{*path}", file.clone())
        .route_service("/favicon.svg", file.clone())
        .route_service("/robots.txt", file);
    let pages = Router::new()
        .route("/", get(|| async { Redirect::to("/msp/clients") }))
        .leptos_routes_with_context(&options, routes, context.clone(), {
            let options = options.clone();
            move || shell(options.clone())
        })
        .fallback(file_and_error_handler_with_context::<LeptosOptions, _>(context, shell))
        .with_state(options)
        .merge(audit::routes(backend))
        .merge(calendar::routes(backend))
        .merge(captions::routes(backend))
        .merge(import::routes(backend))
        .merge(live::routes(backend));
    let secure = config.public_url.scheme() == "https";
    let sessions = SessionManagerLayer::new(WebSessions::new(backend.db().clone(), backend.clock().clone()))
        .with_name("minuted_session")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_expiry(Expiry::OnInactivity(session::lifetime()));
    Ok(pages
        .layer(from_fn(status::of_failures))
        .layer(from_fn_with_state(backend.clone(), session::find_person))
        // They find out by themselves who asks.
        .merge(files::routes(backend))
        .layer(sessions)
        .layer(from_fn_with_state(config.trusted_proxies.clone(), client_address::find))
        .layer(from_fn(form_text::repair))
        .layer(from_fn_with_state(config.public_url.clone(), origin::check))
        .merge(health::routes(backend))
        .merge(webhooks::routes(backend, &config.trusted_proxies))
        .merge(files_of_the_browser)
        .layer(from_fn_with_state(secure, headers::secure))
        // What is compressed by itself would only lose its length.
        .layer(
            CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::const_new("video/"))),
        ))
}

/// Where the browser's files are: beside the program (as in a release), or where the build puts them.
fn leptos_options(config: &Config) -> anyhow::Result<LeptosOptions> {
    let program = std::env::current_exe()?;
    let beside: Option<PathBuf> = program
        .parent()
        .map(|folder| folder.join("site"))
        .filter(|site| site.is_dir());
    let site = beside.unwrap_or_else(|| "target/site".into());
    let hashed = program.parent().is_some_and(|folder| folder.join("hash.txt").is_file());
    if !Path::new(&site).is_dir() {
        tracing::warn!(site = %site.display(), "there is no folder with the browser's files: pages will have neither style nor script");
    }
    Ok(LeptosOptions::builder()
        .output_name("minuted")
        .site_root(site.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(config.listen)
        .env(leptos::config::Env::PROD)
        .hash_files(hashed)
        .build())
}
