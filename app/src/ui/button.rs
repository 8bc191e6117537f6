use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one action that a screen or a dialog is about.
    Primary,
    #[default]
    Secondary,
    /// Without a frame, for what is rarely needed.
    Quiet,
    Danger,
}

impl ButtonKind {
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// Transparent, as is [`super::ActionForm`]: it tells why.
#[component(transparent)]
pub fn Button(
    id: &'static str,
    #[prop(optional)] kind: ButtonKind,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Hidden where there is no script, for what a plain form cannot do.
    #[prop(optional)]
    needs_script: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <button id=id class=kind.class() class:needs-script=needs_script type=if submit { "submit" } else { "button" }>
            {children()}
        </button>
    }
}

/// A link that looks like a button: what it does works without script too.
#[component(transparent)]
pub fn ButtonLink(
    #[prop(into)] id: String,
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    children: Children,
) -> impl IntoView {
    view! {
        <a id=id class=kind.class() href=href>
            {children()}
        </a>
    }
}
