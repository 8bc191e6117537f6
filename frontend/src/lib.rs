//! Entry point in the browser: hydrates the page that the server rendered.

use app::{App, Hydrated, keep_links_plain};
use leptos::{mount::hydrate_from_async, prelude::*, tachys::dom::body};

#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    let hydrated = Hydrated::default();
    let flag = hydrated.clone();
    keep_links_plain();
    let page = hydrate_from_async(body(), move || {
        provide_context(flag);
        view! { <App /> }
    })
    .await;
    page.forget();
    hydrated.set();
}
