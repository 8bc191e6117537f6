use domain::{
    ErrorCode, Failure,
    import::{Counts, ImportKind, ImportPreview},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    api::{SubmitImport, import_preview},
    problems::{Problems, Rows},
    upload::heading,
};
use crate::{
    i18n::{tu, tu_string},
    paths,
    ui::{
        ActionForm, ButtonKind, ButtonLink, ErrorPanel, Icon, Loaded, PageHeader, failure_of, focus_next, resource,
        use_text,
    },
};

const RESULT: &str = "import-result";

/// What a file would do, and the button that does it. Afterwards what it has done.
#[component]
pub fn PreviewScreen(kind: ImportKind) -> impl IntoView {
    let text = use_text();
    let (title, crumbs) = heading(text, kind);
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let create = Memo::new(move |_| query.read().get_str("create") == Some("on"));
    let action = ServerAction::<SubmitImport>::new();
    let preview = resource(
        move || (id.get(), create.get(), action.version().get()),
        move |(id, create, _)| import_preview(kind, id, create),
    );
    Effect::new(move |_| {
        if let Some(Ok(_)) = action.value().get() {
            focus_next(RESULT);
        }
    });
    let body = move |found: ImportPreview| match found.done {
        Some(counts) => view! { <Done kind=kind counts=counts /> }.into_any(),
        None => view! { <Preview preview=found action=action /> }.into_any(),
    };
    view! {
        <PageHeader title=title crumbs=crumbs />
        <Loaded of=preview draw=body rows=10 />
    }
}

#[component]
fn Numbers(counts: Counts, #[prop(optional)] is_done: bool) -> impl IntoView {
    let text = use_text();
    let number = |id: &'static str, count: u32, words: &'static str, class: &'static str| {
        view! {
            <div class=class>
                <dt>{words}</dt>
                <dd id=id>{count}</dd>
            </div>
        }
    };
    let wrong = if is_done {
        tu_string!(text, import.left_out)
    } else {
        tu_string!(text, import.wrong)
    };
    let class = if counts.wrong > 0 && !is_done {
        "number number-bad"
    } else {
        "number"
    };
    let clients = (counts.clients > 0).then(|| {
        number(
            "import-clients",
            counts.clients,
            tu_string!(text, import.clients_too),
            "number",
        )
    });
    view! {
        <dl class="numbers">
            {number("import-added", counts.added, tu_string!(text, import.added), "number")}
            {number("import-updated", counts.updated, tu_string!(text, import.updated), "number")}
            {number("import-unchanged", counts.unchanged, tu_string!(text, import.unchanged), "number")}
            {number("import-wrong", counts.wrong, wrong, class)} {clients}
        </dl>
    }
}

#[component]
fn Done(kind: ImportKind, counts: Counts) -> impl IntoView {
    let text = use_text();
    let (list, words) = match kind {
        ImportKind::Clients => (paths::CLIENTS, tu_string!(text, import.to_clients)),
        ImportKind::Contacts => (paths::CONTACTS, tu_string!(text, import.to_contacts)),
    };
    view! {
        <section id=RESULT class="import card" tabindex="-1" aria-labelledby="import-result-title">
            <h2 id="import-result-title" class="with-icon">
                <Icon icon=icondata_lu::LuCircleCheck />
                {tu!(text, import.done_title)}
            </h2>
            <Numbers counts=counts is_done=true />
            <div class="actions">
                <ButtonLink id="import-list-link" href=list kind=ButtonKind::Primary>
                    {words}
                </ButtonLink>
                <ButtonLink id="import-again-link" href=paths::import(kind)>
                    {tu!(text, import.again)}
                </ButtonLink>
            </div>
        </section>
    }
}

#[component]
fn Preview(preview: ImportPreview, action: ServerAction<SubmitImport>) -> impl IntoView {
    let text = use_text();
    let file = tu_string!(
        text,
        import.file_line,
        name = preview.file_name.clone(),
        encoding = preview.encoding.clone()
    );
    let ignored = (!preview.ignored.is_empty()).then(|| {
        view! {
            <p id="import-ignored" class="hint">
                {tu_string!(text, import.ignored, columns = preview.ignored.join(", "))}
            </p>
        }
    });
    let wrong = (!preview.problems.is_empty()).then(|| {
        view! { <Problems problems=preview.problems.clone() more=preview.more_problems /> }
    });
    view! {
        <div class="import">
            <section class="card" aria-labelledby="import-file-title">
                <h2 id="import-file-title" class="import-file">
                    {file}
                </h2>
                <Numbers counts=preview.counts />
                {ignored}
                <Unknown preview=preview.clone() />
                <Confirm preview=preview.clone() action=action />
            </section>
            {wrong}
            <Rows columns=preview.columns rows=preview.rows />
        </div>
    }
}

/// Clients that contacts name and that are not there: they can be added along.
#[component]
fn Unknown(preview: ImportPreview) -> impl IntoView {
    let text = use_text();
    if preview.unknown_clients.is_empty() {
        return None;
    }
    let mut names = preview.unknown_clients.join(", ");
    if preview.unknown_clients.len() >= 20 {
        names = tu_string!(text, import.and_more, names = names);
    }
    let here = format!("{}/{}", paths::import(preview.kind), preview.upload_id);
    let words = if preview.creates_clients {
        tu_string!(text, import.creates, names = names)
    } else {
        tu_string!(text, import.unknown_text, names = names)
    };
    let link = preview.may_create_clients.then(|| {
        if preview.creates_clients {
            view! {
                <ButtonLink id="import-create-not-link" href=here.clone()>
                    {tu!(text, import.create_not)}
                </ButtonLink>
            }
            .into_any()
        } else {
            view! {
                <ButtonLink id="import-create-link" href=format!("{here}?create=on")>
                    <Icon icon=icondata_lu::LuPlus />
                    {tu!(text, import.create)}
                </ButtonLink>
            }
            .into_any()
        }
    });
    Some(view! {
        <div id="import-unknown-clients" class="panel">
            <Icon icon=icondata_lu::LuBuilding2 />
            <div>
                <p class="panel-title">{tu!(text, import.unknown_title)}</p>
                <p>{words}</p>
                {link.map(|link| view! { <div class="actions">{link}</div> })}
            </div>
        </div>
    })
}

#[component]
fn Confirm(preview: ImportPreview, action: ServerAction<SubmitImport>) -> impl IntoView {
    let text = use_text();
    let busy = action.pending();
    let failure = failure_of(action);
    let counts = preview.counts;
    let again = view! {
        <ButtonLink id="import-again-link" href=paths::import(preview.kind)>
            {tu!(text, import.again)}
        </ButtonLink>
    };
    if counts.added + counts.updated == 0 {
        let words = if counts.unchanged == 0 {
            tu_string!(text, import.only_wrong)
        } else {
            tu_string!(text, import.nothing)
        };
        return view! {
            <p id="import-nothing">{words}</p>
            <div class="actions">{again}</div>
        }
        .into_any();
    }
    let leave_out = (counts.wrong > 0).then(|| {
        view! {
            <label class="check" for="import-leave-out">
                <input id="import-leave-out" type="checkbox" name="input[leave_out]" value="on" required />
                {tu!(text, import.leave_out)}
            </label>
        }
    });
    let create = preview
        .creates_clients
        .then(|| view! { <input type="hidden" name="input[create_clients]" value="on" /> });
    let label = move || {
        if busy.get() {
            tu_string!(text, import.importing)
        } else {
            tu_string!(text, import.confirm)
        }
    };
    let kind = match preview.kind {
        ImportKind::Clients => "clients",
        ImportKind::Contacts => "contacts",
    };
    view! {
        {move || failure.get().filter(|_| !busy.get()).map(|failure| view! { <Refused failure=failure /> })}
        <ActionForm action=action attr:id="import-confirm-form" attr:class="form">
            <input type="hidden" name="kind" value=kind />
            <input type="hidden" name="input[upload_id]" value=preview.upload_id.to_string() />
            <input type="hidden" name="input[seen]" value=counts.token() />
            {create}
            {leave_out}
            <div class="actions">
                <button
                    id="import-confirm-button"
                    class=ButtonKind::Primary.class()
                    type="submit"
                    aria-disabled=move || busy.get().then_some("true")
                >
                    <span class="spinner" aria-hidden="true"></span>
                    <span aria-live="polite">{label}</span>
                </button>
                {again}
            </div>
        </ActionForm>
    }
    .into_any()
}

/// Nothing was imported: mostly because somebody else was faster.
#[component]
fn Refused(failure: Failure) -> impl IntoView {
    let text = use_text();
    if failure.code != ErrorCode::Conflict {
        return view! { <ErrorPanel id="import-error" failure=failure /> }.into_any();
    }
    view! {
        <div id="import-error" class="panel panel-bad" role="alert" tabindex="-1">
            <Icon icon=icondata_lu::LuCircleAlert />
            <div>
                <p class="panel-title">{tu!(text, import.changed)}</p>
                <p>{tu!(text, import.changed_text)}</p>
            </div>
        </div>
    }
    .into_any()
}
