use domain::Audience;
use leptos::prelude::*;
use leptos_meta::Title;

use super::language::LanguageForm;
use crate::{
    i18n::{tu, tu_string},
    ui::use_text,
};

/// The frame of all pages for those who are not signed in: what it is, for whom, and the choice of language.
#[component]
pub fn Door(#[prop(into)] title: String, #[prop(into)] lead: String, children: Children) -> impl IntoView {
    let text = use_text();
    view! {
        <Title text=title.clone() />
        <main class="sign-in">
            <div class="sign-in-card">
                <div class="brand">
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span>{tu!(text, common.app_name)}</span>
                </div>
                <h1>{title}</h1>
                <p class="sign-in-lead">{lead}</p>
                {children()}
            </div>
            <LanguageForm />
        </main>
    }
}

/// For whom a door is.
pub fn for_whom(audience: Audience) -> &'static str {
    let text = use_text();
    match audience {
        Audience::Staff => tu_string!(text, session.audience),
        Audience::Portal => tu_string!(text, session.portal_audience),
    }
}
