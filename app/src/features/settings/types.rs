use domain::{Field, ICONS, Place as Where, SaveType, TimelineQuery, TypeRow, TypeTemplate, TypesPage};
use leptos::prelude::*;

use super::{
    api::{ChangeType, ImportType, SubmitType, types},
    entries::{Focus, Foot, NameField, Opened, Place, RowButtons, use_dialog, used},
    said::Said,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, Badge, ButtonKind, ButtonLink, Dialog, FormFailure, I18n, Icon, Loaded, PageHeader, Tone,
        failure_of, focus_at_start, icon_named, problem_of, resource, use_text,
    },
};

const ADD: &str = "interaction-type-add-link";
const PREFIX: &str = "interaction-type";
const NAME: &str = "interaction-type-name";

/// The types that interactions of the tenant can have.
#[component]
pub fn TypesScreen() -> impl IntoView {
    let text = use_text();
    let page = resource(|| (), |()| types());
    let said = RwSignal::new(None);
    let focus = Focus::new();
    let change = ServerAction::<ChangeType>::new();
    let import = ServerAction::<ImportType>::new();
    let doing = StoredValue::new(None);
    Effect::new(move |_| {
        if let Some(Ok(())) = change.value().get() {
            said.set(doing.get_value());
            page.refetch();
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = import.value().get() {
            said.set(Some("saved"));
            focus.set(ADD);
            page.refetch();
        }
    });
    let opened = use_dialog(paths::TYPES, PREFIX, ADD);
    let saved = Callback::new(move |()| {
        said.set(Some("saved"));
        page.refetch();
        opened.close.run(());
    });
    let body = move |page: TypesPage| {
        focus.restore(ADD);
        let rows = StoredValue::new(page.types.clone());
        let typed = StoredValue::new(page.typed.clone());
        view! {
            <List page=page change=change doing=doing focus=focus />
            <TypeDialog opened=opened types=rows typed=typed on_saved=saved />
        }
        .into_any()
    };
    let templates = move || {
        Suspend::new(async move {
            let page = page.await.ok()?;
            (page.may_change && !page.templates.is_empty())
                .then(|| view! { <Templates templates=page.templates import=import /> })
        })
    };
    view! {
        <PageHeader
            title=tu_string!(text, settings.types_title)
            lead=Some(tu!(text, settings.types_lead).into_any())
        />
        <Said id="interaction-types-said" said=said />
        <FormFailure id="interaction-types-failure" failure=failure_of(change) />
        <FormFailure id="interaction-types-import-failure" failure=failure_of(import) />
        <Loaded of=page draw=body />
        <Transition>{templates}</Transition>
    }
}

#[component]
fn List(
    page: TypesPage,
    change: ServerAction<ChangeType>,
    doing: StoredValue<Option<&'static str>>,
    focus: Focus,
) -> impl IntoView {
    let text = use_text();
    let all = page.types.len();
    let may_change = page.may_change;
    let rows = page
        .types
        .into_iter()
        .enumerate()
        .map(|(n, row)| {
            let (id, name) = (row.type_id.to_string(), row.name.clone());
            let row_id = format!("{PREFIX}-{id}");
            let buttons = may_change.then(|| {
                let pressed = move |event| doing.set_value(focus.pressed(&event));
                view! {
                    <ActionForm action=change attr:class="entry-buttons" on:submit:capture=pressed>
                        <input type="hidden" name="type_id" value=id.clone() />
                        <RowButtons
                            prefix=format!("{PREFIX}-{id}")
                            name=name
                            place=Place::of(n, all)
                            edit=paths::settings_dialog(paths::TYPES, "edit", &id)
                        />
                    </ActionForm>
                }
            });
            view! {
                <li class="entry" id=row_id>
                    <TypeFacts row=row />
                    {buttons}
                </li>
            }
        })
        .collect_view();
    let add = may_change.then(|| {
        view! {
            <ButtonLink
                id=ADD
                href=paths::settings_dialog(paths::TYPES, "new", "type")
                kind=ButtonKind::Primary
                attr:data-noscroll=""
            >
                <Icon icon=icondata_lu::LuPlus />
                {tu!(text, settings.add_type)}
            </ButtonLink>
        }
    });
    view! {
        <ol id="interaction-types" class="entries">
            {rows}
        </ol>
        <div class="actions">{add}</div>
        <p class="hint">{tu!(text, settings.types_hint)}</p>
    }
}

#[component]
fn TypeFacts(row: TypeRow) -> impl IntoView {
    let text = use_text();
    let TypeRow {
        type_id,
        name,
        icon,
        origin,
        is_online_meeting,
        used: count,
    } = row;
    let origin = match origin {
        Some(_) if is_online_meeting => Some(
            view! { <Badge tone=Tone::Accent icon=icondata_lu::LuVideo text=tu_string!(text, settings.for_meetings) /> }
                .into_any(),
        ),
        Some(origin) => {
            let words = if origin == name {
                tu_string!(text, settings.built_in).to_owned()
            } else {
                tu_string!(text, settings.built_in_as, name = origin)
            };
            Some(view! { <span class="quiet">{words}</span> }.into_any())
        }
        None => None,
    };
    let query = TimelineQuery {
        kind: type_id.to_string(),
        ..TimelineQuery::default()
    };
    view! {
        <span class="entry-icon">
            <Icon icon=icon_named(&icon) />
        </span>
        <span class="entry-text">
            <span class="entry-name">{name}</span>
            {origin}
        </span>
        <a id=format!("{PREFIX}-{type_id}-used-link") class="entry-used" href=paths::timeline(Where::All, &query)>
            {used(text, count)}
        </a>
    }
}

#[component]
fn Templates(templates: Vec<TypeTemplate>, import: ServerAction<ImportType>) -> impl IntoView {
    let text = use_text();
    let rows = templates
        .into_iter()
        .map(|template| {
            let id = template.type_id.to_string();
            view! {
                <li class="entry">
                    <span class="entry-icon">
                        <Icon icon=icon_named(&template.icon) />
                    </span>
                    <span class="entry-text">{template.name.clone()}</span>
                    <ActionForm action=import attr:class="entry-buttons">
                        <input type="hidden" name="system_type_id" value=id.clone() />
                        <button
                            id=format!("import-type-{id}-button")
                            class="button"
                            type="submit"
                            aria-label=tu_string!(text, settings.import_of, name = template.name)
                        >
                            {tu!(text, settings.import)}
                        </button>
                    </ActionForm>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="roles" aria-labelledby="type-templates-title">
            <h2 id="type-templates-title">{tu!(text, settings.templates_title)}</h2>
            <p class="quiet">{tu!(text, settings.templates_text)}</p>
            <ul id="type-templates" class="entries">
                {rows}
            </ul>
        </section>
    }
}

#[component]
fn TypeDialog(
    opened: Opened,
    types: StoredValue<Vec<TypeRow>>,
    typed: StoredValue<Option<SaveType>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let form = move || {
        let id = opened.id.get()?;
        let row = types.with_value(|types| types.iter().find(|row| row.type_id.to_string() == id).cloned());
        // A type that is not there (any more) is no dialog.
        if !id.is_empty() && row.is_none() {
            return None;
        }
        let held = row.map(|row| SaveType {
            type_id: row.type_id.to_string(),
            name: row.name,
            icon: row.icon,
        });
        // Once: who opens the dialog again begins anew.
        let typed = typed.try_update_value(Option::take).flatten();
        let values = typed.filter(|typed| typed.type_id == id).or(held).unwrap_or_default();
        Some(view! { <TypeForm values=values opened=opened on_saved=on_saved /> })
    };
    view! { {form} }
}

#[component]
fn TypeForm(values: SaveType, opened: Opened, on_saved: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitType>::new();
    let failure = failure_of(action);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            on_saved.run(());
        }
    });
    focus_at_start(NAME);
    let SaveType { type_id, name, icon } = values;
    let heading = if type_id.is_empty() {
        tu_string!(text, settings.add_type)
    } else {
        tu_string!(text, settings.edit_type)
    };
    let chosen = ICONS.iter().copied().find(|known| *known == icon).unwrap_or(ICONS[0]);
    let icons = ICONS.map(|name| {
        view! {
            <label class="icon-choice" title=icon_words(text, name)>
                <input
                    id=format!("interaction-type-icon-{name}")
                    type="radio"
                    name="input[icon]"
                    value=name
                    checked=name == chosen
                />
                <Icon icon=icon_named(name) />
                <span class="visually-hidden">{icon_words(text, name)}</span>
            </label>
        }
    });
    view! {
        <Dialog
            id="interaction-type-dialog"
            labelled_by="interaction-type-heading"
            class="dialog dialog-small"
            on_close=opened.close
        >
            <h2 id="interaction-type-heading">{heading}</h2>
            <FormFailure
                id="interaction-type-failure"
                failure=failure
                controls=&[(Field::Name, NAME), (Field::Icon, "interaction-type-icon-activity")]
            />
            <ActionForm action=action attr:id="interaction-type-form" attr:class="form">
                <input type="hidden" name="input[type_id]" value=type_id />
                <NameField id=NAME value=name error=problem_of(failure, Field::Name) />
                <fieldset class="field">
                    <legend class="label">{tu!(text, errors.field.icon)}</legend>
                    <div class="icon-choices">{icons.collect_view()}</div>
                    <p class="field-error">{problem_of(failure, Field::Icon)}</p>
                </fieldset>
                <Foot prefix=PREFIX home=paths::TYPES />
            </ActionForm>
        </Dialog>
    }
}

/// What an icon shows.
fn icon_words(text: I18n, icon: &str) -> &'static str {
    match icon {
        "phone" => tu_string!(text, settings.icon.phone),
        "mail" => tu_string!(text, settings.icon.mail),
        "video" => tu_string!(text, settings.icon.video),
        "users" => tu_string!(text, settings.icon.users),
        "user" => tu_string!(text, settings.icon.user),
        "message-square" => tu_string!(text, settings.icon.message),
        "calendar" => tu_string!(text, settings.icon.calendar),
        "file-text" => tu_string!(text, settings.icon.file),
        "notebook-pen" => tu_string!(text, settings.icon.note),
        "headphones" => tu_string!(text, settings.icon.headphones),
        "monitor" => tu_string!(text, settings.icon.monitor),
        "wrench" => tu_string!(text, settings.icon.wrench),
        "map-pin" => tu_string!(text, settings.icon.place),
        "building-2" => tu_string!(text, settings.icon.building),
        _ => tu_string!(text, settings.icon.activity),
    }
}
