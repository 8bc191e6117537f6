use domain::{AuditKind, AuditQuery, MAX_SEARCH};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use web_sys::{FormData, SubmitEvent};

use super::words;
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{ButtonLink, use_text},
};

/// A GET form, so that what is asked for stands in the address and works without script.
#[component]
pub fn Filters(query: Memo<AuditQuery>) -> impl IntoView {
    let text = use_text();
    let form = NodeRef::<html::Form>::new();
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        let data = form
            .get_untracked()
            .and_then(|form| FormData::new_with_form(&form).ok());
        let Some(data) = data else { return };
        event.prevent_default();
        let asked = AuditQuery::read(|name| data.get(name).as_string());
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&paths::audit(&asked), options);
    };
    let now = query.get_untracked();
    let (from, to) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let person = NodeRef::<html::Input>::new();
    let kind = NodeRef::<html::Select>::new();
    // The back button and "Show everything" change the address under the form.
    Effect::new(move |_| {
        let query = query.get();
        for (node, value) in [(from, query.from), (to, query.to), (person, query.person)] {
            if let Some(input) = node.get() {
                input.set_value(&value);
            }
        }
        if let Some(select) = kind.get() {
            select.set_value(&query.kind);
        }
    });
    let kinds = AuditKind::ALL
        .iter()
        .map(|kind| {
            let selected = kind.as_str() == now.kind;
            view! {
                <option value=kind.as_str() selected=selected>
                    {words::kind(text, *kind)}
                </option>
            }
        })
        .collect_view();
    view! {
        <form
            id="audit-filters"
            class="audit-filters"
            role="search"
            method="get"
            action=paths::AUDIT
            node_ref=form
            on:submit=submit
        >
            <div class="field">
                <label class="label" for="audit-from-input">
                    {tu!(text, audit.from)}
                </label>
                <input id="audit-from-input" class="input" type="date" name="from" value=now.from node_ref=from />
            </div>
            <div class="field">
                <label class="label" for="audit-to-input">
                    {tu!(text, audit.to)}
                </label>
                <input id="audit-to-input" class="input" type="date" name="to" value=now.to node_ref=to />
            </div>
            <div class="field">
                <label class="label" for="audit-person-input">
                    {tu!(text, audit.person)}
                </label>
                <input
                    id="audit-person-input"
                    class="input"
                    type="search"
                    name="person"
                    value=now.person
                    maxlength=MAX_SEARCH.to_string()
                    placeholder=tu_string!(text, audit.person_hint)
                    autocomplete="off"
                    node_ref=person
                />
            </div>
            <div class="field">
                <label class="label" for="audit-kind-select">
                    {tu!(text, audit.column_what)}
                </label>
                <select id="audit-kind-select" class="input" name="kind" node_ref=kind>
                    <option value="">{tu!(text, audit.any_kind)}</option>
                    {kinds}
                </select>
            </div>
            <div class="actions">
                <button id="audit-filter-button" class="button" type="submit">
                    {tu!(text, audit.apply)}
                </button>
                <ButtonLink id="audit-clear-link" href=paths::AUDIT kind=crate::ui::ButtonKind::Quiet>
                    {tu!(text, audit.clear)}
                </ButtonLink>
            </div>
        </form>
    }
}
