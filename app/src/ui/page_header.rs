use leptos::prelude::*;
use leptos_meta::Title;

use super::{Icon, use_text};
use crate::i18n::tu_string;

/// A step on the way to the page. The page itself is not one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

/// Where one is, what it is called, and at most one primary action. Also sets the title of the document.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(optional)] crumbs: Vec<Crumb>,
    /// Badges behind the title.
    #[prop(optional_no_strip)]
    badges: Option<AnyView>,
    /// A line under the title.
    #[prop(optional_no_strip)]
    lead: Option<AnyView>,
    #[prop(optional_no_strip)] actions: Option<AnyView>,
) -> impl IntoView {
    let text = use_text();
    let crumbs = (!crumbs.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label=tu_string!(text, common.breadcrumbs)>
                <ol>
                    {crumbs
                        .into_iter()
                        .map(|Crumb { label, href }| {
                            view! {
                                <li>
                                    <a href=href>{label}</a>
                                    <Icon icon=icondata_lu::LuChevronRight />
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </nav>
        }
    });
    view! {
        <Title text=title.clone() />
        <header class="page-header">
            <div class="page-header-text">
                {crumbs} <div class="page-title">
                    <h1>{title}</h1>
                    {badges}
                </div> {lead.map(|lead| view! { <div class="page-lead">{lead}</div> })}
            </div>
            {actions.map(|actions| view! { <div class="actions">{actions}</div> })}
        </header>
    }
}
