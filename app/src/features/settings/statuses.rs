use domain::{Field, SaveStatus, StatusRow, StatusesPage};
use leptos::prelude::*;

use super::{
    api::{ChangeStatus, SubmitStatus, statuses},
    entries::{Focus, Foot, NameField, Opened, Place, RowButtons, use_dialog, used},
    said::Said,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Badge, ButtonKind, ButtonLink, Dialog, FormFailure, Icon, Loaded, PageHeader, Tone, failure_of,
        focus_at_start, problem_of, resource, use_text,
    },
};

const ADD: &str = "interaction-status-add-link";
const PREFIX: &str = "interaction-status";
const NAME: &str = "interaction-status-name";

/// The statuses that interactions of the tenant can have.
#[component]
pub fn StatusesScreen() -> impl IntoView {
    let text = use_text();
    let page = resource(|| (), |()| statuses());
    let said = RwSignal::new(None);
    let focus = Focus::new();
    let change = ServerAction::<ChangeStatus>::new();
    let doing = StoredValue::new(None);
    Effect::new(move |_| {
        if let Some(Ok(())) = change.value().get() {
            said.set(doing.get_value());
            page.refetch();
        }
    });
    let opened = use_dialog(paths::STATUSES, PREFIX, ADD);
    let saved = Callback::new(move |()| {
        said.set(Some("saved"));
        page.refetch();
        opened.close.run(());
    });
    let body = move |page: StatusesPage| {
        focus.restore(ADD);
        let rows = StoredValue::new(page.statuses.clone());
        let typed = StoredValue::new(page.typed.clone());
        view! {
            <List page=page change=change doing=doing focus=focus />
            <StatusDialog opened=opened statuses=rows typed=typed on_saved=saved />
        }
        .into_any()
    };
    view! {
        <PageHeader
            title=tu_string!(text, settings.statuses_title)
            lead=Some(tu!(text, settings.statuses_lead).into_any())
        />
        <Said id="interaction-statuses-said" said=said />
        <FormFailure id="interaction-statuses-failure" failure=failure_of(change) />
        <Loaded of=page draw=body />
    }
}

#[component]
fn List(
    page: StatusesPage,
    change: ServerAction<ChangeStatus>,
    doing: StoredValue<Option<&'static str>>,
    focus: Focus,
) -> impl IntoView {
    let text = use_text();
    let all = page.statuses.len();
    let may_change = page.may_change;
    let rows = page
        .statuses
        .into_iter()
        .enumerate()
        .map(|(n, row)| {
            let (id, name) = (row.status_id.to_string(), row.name.clone());
            let row_id = format!("{PREFIX}-{id}");
            let buttons = may_change.then(|| {
                let pressed = move |event| doing.set_value(focus.pressed(&event));
                view! {
                    <ActionForm action=change attr:class="entry-buttons" on:submit:capture=pressed>
                        <input type="hidden" name="status_id" value=id.clone() />
                        <RowButtons
                            prefix=format!("{PREFIX}-{id}")
                            name=name
                            place=Place::of(n, all)
                            edit=paths::settings_dialog(paths::STATUSES, "edit", &id)
                            can_be_default=!row.is_default
                        />
                    </ActionForm>
                }
            });
            view! {
                <li class="entry" id=row_id>
                    <StatusFacts row=row />
                    {buttons}
                </li>
            }
        })
        .collect_view();
    let add = may_change.then(|| {
        view! {
            <ButtonLink
                id=ADD
                href=paths::settings_dialog(paths::STATUSES, "new", "status")
                kind=ButtonKind::Primary
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuPlus />
                {tu!(text, settings.add_status)}
            </ButtonLink>
        }
    });
    view! {
        <ol id="interaction-statuses" class="entries">
            {rows}
        </ol>
        <div class="actions">{add}</div>
        <p class="hint">{tu!(text, settings.statuses_hint)}</p>
    }
}

#[component]
fn StatusFacts(row: StatusRow) -> impl IntoView {
    let text = use_text();
    let (icon, words) = if row.is_closed {
        (icondata_lu::LuCircleCheck, tu_string!(text, settings.is_closed))
    } else {
        (icondata_lu::LuCircle, tu_string!(text, settings.is_open))
    };
    let default = row.is_default.then(|| {
        view! { <Badge tone=Tone::Accent icon=icondata_lu::LuStar text=tu_string!(text, settings.is_default) /> }
    });
    view! {
        <span class="entry-icon">
            <Icon icon=icon />
        </span>
        <span class="entry-text">
            <span class="entry-name">{row.name}</span>
            <span class="quiet">{words}</span>
            {default}
        </span>
        <span class="entry-used">{used(text, row.used)}</span>
    }
}

#[component]
fn StatusDialog(
    opened: Opened,
    statuses: StoredValue<Vec<StatusRow>>,
    typed: StoredValue<Option<SaveStatus>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let form = move || {
        let id = opened.id.get()?;
        let row = statuses.with_value(|rows| rows.iter().find(|row| row.status_id.to_string() == id).cloned());
        // A status that is not there (any more) is no dialog.
        if !id.is_empty() && row.is_none() {
            return None;
        }
        let held = row.map(|row| SaveStatus {
            status_id: row.status_id.to_string(),
            name: row.name,
            is_closed: row.is_closed.then(|| "on".to_owned()),
        });
        // Once: who opens the dialog again begins anew.
        let typed = typed.try_update_value(Option::take).flatten();
        let values = typed.filter(|typed| typed.status_id == id).or(held).unwrap_or_default();
        Some(view! { <StatusForm values=values opened=opened on_saved=on_saved /> })
    };
    view! { {form} }
}

#[component]
fn StatusForm(values: SaveStatus, opened: Opened, on_saved: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitStatus>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            on_saved.run(());
        }
    });
    focus_at_start(NAME);
    let heading = if values.status_id.is_empty() {
        tu_string!(text, settings.add_status)
    } else {
        tu_string!(text, settings.edit_status)
    };
    view! {
        <Dialog
            id="interaction-status-dialog"
            labelled_by="interaction-status-heading"
            class="dialog dialog-small"
            on_close=opened.close
        >
            <h2 id="interaction-status-heading">{heading}</h2>
            <FormFailure id="interaction-status-failure" failure=failure controls=&[(Field::Name, NAME)] />
            <ActionForm action=action attr:id="interaction-status-form" attr:class="form">
                <input type="hidden" name="input[status_id]" value=values.status_id />
                <NameField id=NAME value=values.name error=problem_of(failure, Field::Name) />
                <label class="check" for="interaction-status-closed">
                    <input
                        id="interaction-status-closed"
                        type="checkbox"
                        name="input[is_closed]"
                        value="on"
                        checked=values.is_closed.is_some()
                    />
                    {tu!(text, settings.closed_label)}
                </label>
                <Foot prefix=PREFIX home=paths::STATUSES />
            </ActionForm>
        </Dialog>
    }
}
