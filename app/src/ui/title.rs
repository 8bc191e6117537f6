use leptos::prelude::is_server;

/// What the browser calls a page. The browser sets it as text; the server writes it into the head of the page, where it would be markup:
/// `leptos_meta` leaves it as it is.
pub fn titles(app: &'static str) -> impl Fn(String) -> String + Send + Sync + 'static {
    // Asked here: where the page is written nobody knows any more.
    let is_markup = is_server();
    move |page| {
        let title = if page.is_empty() {
            app.to_owned()
        } else {
            format!("{page} · {app}")
        };
        if is_markup {
            title.replace('&', "&amp;").replace('<', "&lt;")
        } else {
            title
        }
    }
}
