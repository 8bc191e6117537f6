use domain::Language;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_i18n::Locale as _;

use super::api::ChooseLanguage;
use crate::{
    i18n::{tu, tu_string},
    ui::use_text,
};

/// The languages as buttons of a plain form: choosing one loads the page anew, with script or without.
#[component]
pub fn LanguageForm() -> impl IntoView {
    let text = use_text();
    let current = text.get_locale_untracked().as_str();
    let buttons = Language::ALL.map(|language| {
        let tag = language.tag();
        let name = match language {
            Language::En => tu_string!(text, common.lang_en),
            Language::De => tu_string!(text, common.lang_de),
            Language::Fr => tu_string!(text, common.lang_fr),
        };
        view! {
            <button
                id=format!("language-{tag}-button")
                class="language"
                type="submit"
                name="language"
                value=tag
                lang=tag
                aria-pressed=if tag == current { "true" } else { "false" }
            >
                {name}
            </button>
        }
    });
    view! {
        <form id="language-form" class="languages" method="post" action=ChooseLanguage::url()>
            <fieldset>
                <legend class="visually-hidden">{tu!(text, common.language)}</legend>
                {buttons.collect_view()}
            </fieldset>
        </form>
    }
}
