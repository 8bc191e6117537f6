use leptos::prelude::is_server;

/// What the browser calls the page. The browser sets it as text; the server writes it into the head of the page, where it would be markup:
/// `leptos_meta` leaves it as it is.
pub fn title_of(page: &str, app: &str) -> String {
    let title = if page.is_empty() {
        app.to_owned()
    } else {
        format!("{page} · {app}")
    };
    if is_server() {
        title.replace('&', "&amp;").replace('<', "&lt;")
    } else {
        title
    }
}
