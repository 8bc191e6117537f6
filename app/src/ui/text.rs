use leptos_i18n::context::CookieOptions;

use crate::i18n::{Locale, use_i18n};

/// The texts in the reader's language. A change of language loads the page anew, so texts are read once (`tu!`), not tracked.
pub type I18n = leptos_i18n::I18nContext<Locale>;

pub fn use_text() -> I18n {
    use_i18n()
}

/// The language stands in the cookie `i18n_pref_locale`, which only the server writes, when somebody chooses a language. Without it
/// the browser's preference counts.
pub fn language_cookie() -> CookieOptions<Locale> {
    CookieOptions::<Locale>::default().readonly(true)
}
