//! The dialog that adds a client and changes one, and what it shares with that of the contacts.

mod dialog;
mod editing;
mod fields;
mod language;
mod opened;

use domain::{ClientForm, ClientId};
use leptos::{form::FromFormData, prelude::*};
use leptos_router::hooks::use_query_map;
use web_sys::SubmitEvent;

use self::fields::{Fields, NAME, control};
pub use self::{
    dialog::{DialogIds, FormDialog},
    editing::{Editing, FormBody, FormIds},
    fields::Activity,
    language::LanguageField,
    opened::Opened,
};
use super::api::{SubmitClient, edit_client_form, new_client_form};
use crate::{
    areas,
    error::ApiError,
    features::interactions::DiscardIds,
    i18n::tu_string,
    paths,
    ui::{ActionForm, ErrorPanel, Skeleton, failure_of, resource, use_hydrated, use_text},
};

pub const ADD_BUTTON: &str = "clients-add-button";
pub const EDIT_BUTTON: &str = "client-edit-button";
const DIALOG: DialogIds = DialogIds {
    dialog: "client-dialog",
    heading: "client-dialog-heading",
    close: "client-dialog-close-button",
    discard: DiscardIds {
        dialog: "client-dialog-discard",
        heading: "client-dialog-discard-heading",
        keep: "client-dialog-keep-button",
        discard: "client-dialog-discard-button",
    },
};
const FORM: FormIds = FormIds {
    form: "client-form",
    errors: "client-form-errors",
    changed: "client-form-changed",
    theirs: "client-form-theirs-link",
    overwrite: "client-form-overwrite-button",
    cancel: "client-form-cancel-button",
    save: "client-form-save-button",
};

/// Adds a client on the list, or changes the one whose page it stands on.
#[component]
pub fn ClientDialog(
    /// The client; none on the list.
    #[prop(optional)]
    id: Option<Memo<String>>,
    #[prop(into)] on_saved: Callback<ClientId>,
) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitClient>::new();
    let query = use_query_map();
    let is_open = Memo::new(move |_| match id {
        Some(_) => query.read().get_str("do") == Some("edit"),
        None => query.read().get_str("new") == Some("client"),
    });
    // Asked for anew at each opening.
    let form = resource(
        move || is_open.get().then(|| id.map(|id| id.get())),
        |asked| async move {
            match asked {
                Some(Some(id)) => Some(edit_client_form(id).await),
                Some(None) => Some(new_client_form().await),
                None => None,
            }
        },
    );
    let home = Signal::derive(move || match id {
        Some(id) => format!("{}/{}", paths::CLIENTS, id.get()),
        None => paths::CLIENTS.to_owned(),
    });
    let button = if id.is_some() { EDIT_BUTTON } else { ADD_BUTTON };
    let forget = Callback::new(move |()| action.clear());
    let opened = Opened::new(is_open, home, button, action.pending(), forget);
    Effect::new(move |_| {
        if let Some(Ok(saved)) = action.value().get() {
            if id.is_some() {
                opened.leave.run(());
            }
            on_saved.run(saved);
        }
    });
    let body = move || {
        Suspend::new(async move {
            match form.await {
                Some(Ok(form)) => areas::drawn(draw(form, action, opened).await),
                Some(Err(ApiError(failure))) => {
                    view! { <ErrorPanel id="client-form-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    let heading = if id.is_some() {
        tu_string!(text, clients.form_edit)
    } else {
        tu_string!(text, clients.form_new)
    };
    view! {
        <FormDialog ids=DIALOG heading=heading opened=opened>
            <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
        </FormDialog>
    }
}

areas::part! {
    /// The form, whose code comes when it is opened.
    directory_form: form: ClientForm, action: ServerAction<SubmitClient>, opened: Opened =>
    view! { <Form form=form action=action opened=opened /> }
}

#[component]
fn Form(form: ClientForm, action: ServerAction<SubmitClient>, opened: Opened) -> impl IntoView {
    let hydrated = use_hydrated();
    let theirs = |id| async {
        let form = edit_client_form(id).await.ok()?;
        Some((form.values.version, form.changed))
    };
    let answered = (action.pending(), failure_of(action));
    let editing = Editing::new(&FORM, (NAME, control), opened, answered, &form, theirs);
    let check = move |event: SubmitEvent| {
        let call = SubmitClient::from_event(&event).ok();
        editing.check(&event, call.map(|call| call.input.check().map(drop)));
    };
    view! {
        <ActionForm
            action=action
            node_ref=editing.node
            attr:id=FORM.form
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || editing.busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| opened.dirty.set(true)
        >
            <FormBody editing=editing id_name="input[client_id]">
                <Fields form=form failure=editing.failure />
            </FormBody>
        </ActionForm>
    }
}
