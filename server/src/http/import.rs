//! Files to be imported. The browser posts them itself, with and without script, and is sent on: to the preview, or back with the reason
//! why the file was not taken.

use app::paths;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use backend::{Backend, import::Rights};
use domain::{
    ErrorCode,
    import::{ImportKind, MAX_UPLOAD, Refusal},
};

use super::session::{Nobody, Staff};

/// How much of a file that is too large is still read, and thrown away: a browser that cannot send its file shows no answer.
const PATIENCE: usize = 64 * 1024 * 1024;

pub fn routes<S: Clone + Send + Sync + 'static>(backend: &Backend) -> Router<S> {
    let of = |kind: ImportKind| {
        post(
            move |State(backend): State<Backend>, staff: Result<Staff, Nobody>, form: Multipart| async move {
                take(&backend, staff, kind, form).await
            },
        )
    };
    let kinds = [ImportKind::Clients, ImportKind::Contacts];
    let router = kinds.into_iter().fold(Router::new(), |router, kind| {
        router.route(paths::import(kind), of(kind))
    });
    router
        // The size is counted here, where it can be told.
        .layer(DefaultBodyLimit::disable())
        .with_state(backend.clone())
}

async fn take(backend: &Backend, staff: Result<Staff, Nobody>, kind: ImportKind, form: Multipart) -> Response {
    let page = paths::import(kind);
    let actor = match staff {
        Ok(Staff(actor)) => Some(actor),
        Err(Nobody(ErrorCode::Unauthenticated)) => return Redirect::to(&paths::sign_in(page)).into_response(),
        Err(Nobody(_)) => None,
    };
    let Ok(rights) = actor.map(|actor| Rights::of(&actor, kind)).transpose() else {
        // The page says it in words.
        return Redirect::to(page).into_response();
    };
    let sent = match file(form).await {
        Ok(sent) => sent,
        Err(status) => return (status, "The file did not arrive in one piece.").into_response(),
    };
    let staged = match (rights, sent) {
        (None, _) => Ok(Err(Refusal::Unavailable)),
        (_, Err(refusal)) => Ok(Err(refusal)),
        (Some(rights), Ok((name, bytes))) => backend::import::stage(backend, &rights, &name, &bytes).await,
    };
    match staged {
        Ok(Ok(upload_id)) => Redirect::to(&format!("{page}/{upload_id}")).into_response(),
        Ok(Err(refusal)) => refused(page, &refusal),
        Err(error) => {
            tracing::error!(error = ?error, "a file could not be kept");
            let failure = error.failure();
            if failure.code == ErrorCode::Unavailable {
                return refused(page, &Refusal::Unavailable);
            }
            let words = "Something went wrong on our side. Try again.";
            (StatusCode::INTERNAL_SERVER_ERROR, words).into_response()
        }
    }
}

/// Back to the page, which says why.
fn refused(page: &str, refusal: &Refusal) -> Response {
    let (code, detail) = refusal.code();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("refused", code)
        .append_pair("detail", &detail)
        .finish();
    Redirect::to(&format!("{page}?{query}")).into_response()
}

/// The name and the bytes of the file in the form.
async fn file(mut form: Multipart) -> Result<Result<(String, Vec<u8>), Refusal>, StatusCode> {
    while let Some(field) = form.next_field().await.map_err(|error| error.status())? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let Some(bytes) = bounded(field).await? else {
            return Ok(Err(Refusal::TooLarge));
        };
        // A browser sends a field without a name and without a byte when nothing was chosen.
        if name.is_empty() && bytes.is_empty() {
            break;
        }
        return Ok(Ok((name, bytes)));
    }
    Ok(Err(Refusal::NoFile))
}

/// The bytes, unless they are too many: then nothing of them is kept.
async fn bounded(mut field: Field<'_>) -> Result<Option<Vec<u8>>, StatusCode> {
    let (mut bytes, mut read) = (Vec::new(), 0);
    while let Some(chunk) = field.chunk().await.map_err(|error| error.status())? {
        read += chunk.len();
        if read > PATIENCE {
            break;
        }
        if read > MAX_UPLOAD {
            bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((read <= MAX_UPLOAD).then_some(bytes))
}
