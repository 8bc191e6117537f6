use domain::{ContactForm, ContactId};
use leptos::{form::FromFormData, prelude::*};
use leptos_router::hooks::use_query_map;
use web_sys::SubmitEvent;

use super::{
    api::{SubmitContact, edit_contact_form, new_contact_form},
    fields::{Fields, NAME, control},
};
use crate::{
    areas,
    error::ApiError,
    features::{
        clients::{DialogIds, Editing, FormBody, FormDialog, FormIds, Opened},
        interactions::DiscardIds,
    },
    i18n::tu_string,
    paths,
    ui::{ActionForm, ErrorPanel, Skeleton, failure_of, resource, use_hydrated, use_text},
};

pub const ADD_BUTTON: &str = "contacts-add-button";
/// The same on a client's page.
pub const CLIENT_ADD_BUTTON: &str = "client-contacts-add-button";
pub const EDIT_BUTTON: &str = "contact-edit-button";
const DIALOG: DialogIds = DialogIds {
    dialog: "contact-dialog",
    heading: "contact-dialog-heading",
    close: "contact-dialog-close-button",
    discard: DiscardIds {
        dialog: "contact-dialog-discard",
        heading: "contact-dialog-discard-heading",
        keep: "contact-dialog-keep-button",
        discard: "contact-dialog-discard-button",
    },
};
pub const FORM: FormIds = FormIds {
    form: "contact-form",
    errors: "contact-form-errors",
    changed: "contact-form-changed",
    theirs: "contact-form-theirs-link",
    overwrite: "contact-form-overwrite-button",
    cancel: "contact-form-cancel-button",
    save: "contact-form-save-button",
};

/// Adds a contact, on the list or on a client's page, or changes the one whose page it stands on.
#[component]
pub fn ContactDialog(
    /// The contact to change.
    #[prop(optional)]
    id: Option<Memo<String>>,
    /// The client whose page it stands on.
    #[prop(optional)]
    client_id: Option<Memo<String>>,
    #[prop(into)] on_saved: Callback<ContactId>,
) -> impl IntoView {
    let text = use_text();
    let action = ServerAction::<SubmitContact>::new();
    let query = use_query_map();
    let is_open = Memo::new(move |_| match id {
        Some(_) => query.read().get_str("do") == Some("edit"),
        None => query.read().get_str("new") == Some("contact"),
    });
    // Asked for anew at each opening.
    let form = resource(
        move || {
            let client = move || client_id.map(|id| id.get()).unwrap_or_default();
            is_open.get().then(|| (id.map(|id| id.get()), client()))
        },
        |asked| async move {
            match asked {
                Some((Some(id), _)) => Some(edit_contact_form(id).await),
                Some((None, client)) => Some(new_contact_form(client).await),
                None => None,
            }
        },
    );
    let home = Signal::derive(move || match (id, client_id) {
        (Some(id), _) => format!("{}/{}", paths::CONTACTS, id.get()),
        (None, Some(client)) => format!("{}/{}", paths::CLIENTS, client.get()),
        (None, None) => paths::CONTACTS.to_owned(),
    });
    let button = match (id, client_id) {
        (Some(_), _) => EDIT_BUTTON,
        (None, Some(_)) => CLIENT_ADD_BUTTON,
        (None, None) => ADD_BUTTON,
    };
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
                    view! { <ErrorPanel id="contact-form-load-error" failure=failure /> }.into_any()
                }
                None => view! { <Skeleton rows=7 /> }.into_any(),
            }
        })
    };
    let heading = if id.is_some() {
        tu_string!(text, contacts.form_edit)
    } else {
        tu_string!(text, contacts.form_new)
    };
    view! {
        <FormDialog ids=DIALOG heading=heading opened=opened>
            <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
        </FormDialog>
    }
}

areas::part! {
    /// The form, whose code comes when it is opened.
    directory_form: form: ContactForm, action: ServerAction<SubmitContact>, opened: Opened =>
    view! { <Form form=form action=action opened=opened /> }
}

#[component]
fn Form(form: ContactForm, action: ServerAction<SubmitContact>, opened: Opened) -> impl IntoView {
    let hydrated = use_hydrated();
    let theirs = |id| async {
        let form = edit_contact_form(id).await.ok()?;
        Some((form.values.version, form.changed))
    };
    let answered = (action.pending(), failure_of(action));
    let editing = Editing::new(&FORM, (NAME, control), opened, answered, &form, theirs);
    let check = move |event: SubmitEvent| {
        let call = SubmitContact::from_event(&event).ok();
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
            <FormBody editing=editing id_name="input[contact_id]">
                <Fields form=form failure=editing.failure />
            </FormBody>
        </ActionForm>
    }
}
