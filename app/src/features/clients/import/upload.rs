use domain::{
    ErrorCode, Permission, Viewer,
    import::{Column, ImportKind, MAX_LINES, NAMES, Refusal},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        Button, ButtonKind, Crumb, Failed, I18n, Icon, Loaded, PageHeader, error_text, field_name, focus_at_start,
        use_text, use_viewer,
    },
};

const FILE: &str = "import-file";
const REFUSED: &str = "import-refused";

/// The title of both pages, and the way back.
pub fn heading(text: I18n, kind: ImportKind) -> (&'static str, Vec<Crumb>) {
    let (title, list, path) = match kind {
        ImportKind::Clients => (
            tu_string!(text, import.clients_title),
            tu_string!(text, clients.title),
            paths::CLIENTS,
        ),
        ImportKind::Contacts => (
            tu_string!(text, import.contacts_title),
            tu_string!(text, contacts.title),
            paths::CONTACTS,
        ),
    };
    let crumb = Crumb {
        label: list.to_owned(),
        href: path.to_owned(),
    };
    (title, vec![crumb])
}

/// Where a file is given in. An ordinary form, which the browser posts itself, with and without script.
#[component]
pub fn ImportScreen(kind: ImportKind) -> impl IntoView {
    let text = use_text();
    let (title, crumbs) = heading(text, kind);
    let viewer = use_viewer();
    let needed = match kind {
        ImportKind::Clients => [Permission::ClientCreate, Permission::ClientUpdate],
        ImportKind::Contacts => [Permission::ContactCreate, Permission::ContactUpdate],
    };
    let body = move |viewer: Viewer| {
        if needed.into_iter().all(|permission| viewer.may(permission)) {
            view! { <Upload kind=kind /> }.into_any()
        } else {
            view! { <Failed error=ErrorCode::Forbidden.into() retry=|()| () /> }.into_any()
        }
    };
    view! {
        <PageHeader title=title crumbs=crumbs />
        <Loaded of=viewer draw=body />
    }
}

#[component]
fn Upload(kind: ImportKind) -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let refusal =
        move || query.with(|query| Refusal::read(query.get_str("refused")?, query.get_str("detail").unwrap_or("")));
    if untrack(refusal).is_some() {
        focus_at_start(REFUSED);
    }
    let panel = move || {
        refusal().map(|refusal| {
            view! {
                <div id=REFUSED class="panel panel-bad" role="alert" tabindex="-1">
                    <Icon icon=icondata_lu::LuCircleAlert />
                    <div>
                        <p>{refusal_text(text, &refusal)}</p>
                    </div>
                </div>
            }
        })
    };
    let (template, name, matched) = match kind {
        ImportKind::Clients => (
            "/templates/clients.csv",
            "clients.csv",
            tu_string!(text, import.match_clients),
        ),
        ImportKind::Contacts => (
            "/templates/contacts.csv",
            "contacts.csv",
            tu_string!(text, import.match_contacts),
        ),
    };
    view! {
        <div class="import">
            <p class="import-lead">{tu!(text, import.lead)}</p>
            {panel}
            <form
                id="import-form"
                class="card form"
                method="post"
                action=paths::import(kind)
                enctype="multipart/form-data"
            >
                <div class="field">
                    <label class="label" for=FILE>
                        {tu!(text, import.file)}
                    </label>
                    <input
                        id=FILE
                        class="input input-file"
                        type="file"
                        name="file"
                        accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
                        required
                        aria-describedby="import-file-hint"
                    />
                    <p id="import-file-hint" class="hint">
                        {tu!(text, import.file_hint)}
                    </p>
                </div>
                <div class="actions">
                    <Button id="import-upload-button" kind=ButtonKind::Primary submit=true>
                        {tu!(text, import.upload)}
                    </Button>
                    <a id="import-template-link" class="button button-quiet" href=template download=name rel="external">
                        <Icon icon=icondata_lu::LuDownload />
                        {tu!(text, import.template)}
                    </a>
                </div>
            </form>
            <section class="card" aria-labelledby="import-columns-title">
                <h2 id="import-columns-title">{tu!(text, import.columns_title)}</h2>
                <p>{tu!(text, import.columns_text)} " " {matched}</p>
                <Columns kind=kind />
            </section>
        </div>
    }
}

/// The columns that a file may have, by the names of the template.
#[component]
fn Columns(kind: ImportKind) -> impl IntoView {
    let text = use_text();
    let known = NAMES
        .into_iter()
        .filter(move |(column, name)| *column != Column::Inactive && Column::find(kind, name) == Some(*column));
    let rows = known.map(|(column, name)| {
        let required = kind
            .required()
            .contains(&column)
            .then(|| view! { <span class="label-aside">{tu!(text, import.required)}</span> });
        view! {
            <tr>
                <th scope="row">
                    <code>{name}</code>
                </th>
                <td>{field_name(text, column.field())} {required}</td>
            </tr>
        }
    });
    view! {
        <table class="table table-small">
            <thead>
                <tr>
                    <th scope="col">{tu!(text, import.column)}</th>
                    <th scope="col">{tu!(text, import.meaning)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// Why the file was not taken, and what to do.
fn refusal_text(text: I18n, refusal: &Refusal) -> String {
    let column = |column: Column| field_name(text, column.field());
    match refusal {
        Refusal::NoFile => tu_string!(text, import.no_file).to_owned(),
        Refusal::TooLarge => tu_string!(text, import.too_large).to_owned(),
        Refusal::Empty => tu_string!(text, import.empty).to_owned(),
        Refusal::NotText => tu_string!(text, import.not_text).to_owned(),
        Refusal::Workbook => tu_string!(text, import.workbook).to_owned(),
        Refusal::TooManyLines(lines) => tu_string!(text, import.too_many, lines = *lines, max = MAX_LINES),
        Refusal::Missing(missing) => tu_string!(text, import.missing, column = column(*missing)),
        Refusal::Twice(twice) => tu_string!(text, import.twice, column = column(*twice)),
        Refusal::Unavailable => {
            let said = error_text(text, ErrorCode::Unavailable);
            [said.what, said.why, said.next].join(" ")
        }
    }
}
