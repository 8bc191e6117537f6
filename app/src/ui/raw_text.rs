//! Where the framework writes text into the page as it is. The browser sets it as text, so only the server has to escape it.

use leptos::prelude::is_server;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What the browser calls a page.
pub fn titles(app: &'static str) -> impl Fn(String) -> String + Send + Sync + 'static {
    // Asked here: where the head of the page is written nobody knows any more.
    let is_markup = is_server();
    move |page| {
        let title = if page.is_empty() {
            app.to_owned()
        } else {
            format!("{page} · {app}")
        };
        if is_markup { escaped(&title) } else { title }
    }
}

/// What stands in a `<textarea>`, for its component.
pub fn in_text_area(text: String) -> String {
    if is_server() { escaped(&text) } else { text }
}
