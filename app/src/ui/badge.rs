use icondata_core::Icon as IconData;
use leptos::prelude::*;

use super::Icon;

/// What a badge's colour says. Colour is never alone: a badge always has an icon and a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Accent,
    Good,
    Warning,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Accent => "badge badge-accent",
            Self::Good => "badge badge-good",
            Self::Warning => "badge badge-warning",
            Self::Bad => "badge badge-bad",
        }
    }
}

#[component]
pub fn Badge(tone: Tone, icon: IconData, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <span class=tone.class()>
            <Icon icon />
            {text}
        </span>
    }
}
