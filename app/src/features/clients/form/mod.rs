//! The dialog that adds a client and changes one, and what it shares with that of the contacts.

mod dialog;
mod fields;
mod foot;
mod language;

use domain::{ClientForm, ClientId, ErrorCode, Failure};
use leptos::{
    form::{ActionForm, FromFormData},
    html,
    prelude::*,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use web_sys::SubmitEvent;

use self::fields::{Fields, NAME, control};
pub use self::{
    dialog::{DialogIds, FormDialog},
    fields::Activity,
    foot::{Errors, Foot, FormIds},
    language::LanguageField,
};
use super::api::{SubmitClient, edit_client_form, new_client_form};
use crate::{
    error::ApiError,
    features::interactions::DiscardIds,
    i18n::tu_string,
    paths,
    ui::{ErrorPanel, Skeleton, focus, focus_next, on_next_frame, use_hydrated, use_text},
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
    let form = Resource::new_blocking(
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
    let (dirty, asking) = (RwSignal::new(false), RwSignal::new(false));
    let navigate = use_navigate();
    let leave = Callback::new(move |()| {
        asking.set(false);
        dirty.set(false);
        action.clear();
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&home.get_untracked(), options);
        focus_next(if id.is_some() { EDIT_BUTTON } else { ADD_BUTTON });
    });
    let close = Callback::new(move |()| {
        if action.pending().get_untracked() {
            // The answer decides what comes next.
        } else if dirty.get_untracked() {
            asking.set(true);
        } else {
            leave.run(());
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(saved)) = action.value().get() {
            if id.is_some() {
                leave.run(());
            }
            on_saved.run(saved);
        }
    });
    let body = move || {
        Suspend::new(async move {
            match form.await {
                Some(Ok(form)) => {
                    view! { <Form form=form action=action dirty=dirty home=home on_close=close /> }.into_any()
                }
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
        <FormDialog
            ids=DIALOG
            heading=Signal::stored(heading)
            is_open=is_open
            home=home
            asking=asking
            on_close=close
            on_leave=leave
        >
            <Transition fallback=|| view! { <Skeleton rows=7 /> }>{body}</Transition>
        </FormDialog>
    }
}

#[component]
fn Form(
    form: ClientForm,
    action: ServerAction<SubmitClient>,
    dirty: RwSignal<bool>,
    home: Signal<String>,
    on_close: Callback<()>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let busy = action.pending();
    let local = RwSignal::new(None::<Failure>);
    let failure = Signal::derive(move || {
        if busy.get() {
            return None;
        }
        local.get().or_else(|| match action.value().get() {
            Some(Err(ApiError(failure))) => Some(failure),
            _ => None,
        })
    });
    let node = NodeRef::<html::Form>::new();
    let id = StoredValue::new(form.values.client_id.clone());
    let version = RwSignal::new(form.values.version.clone());
    let theirs = Action::new(move |(): &()| edit_client_form(id.get_value()));
    let their_form = move || match theirs.value().get() {
        Some(Ok(form)) => Some(form),
        _ => None,
    };
    let changed = Signal::derive(move || their_form().and_then(|form| form.changed));
    let overwrite = Callback::new(move |()| {
        let Some(form) = untrack(their_form) else { return };
        version.set(form.values.version);
        on_next_frame(move || {
            if let Some(form) = node.get_untracked() {
                let _ = form.request_submit();
            }
        });
    });
    let check = move |event: SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Ok(Err(failure)) = SubmitClient::from_event(&event).map(|call| call.input.check()) {
            event.prevent_default();
            local.set(Some(failure));
        } else {
            local.set(None);
            focus(FORM.save);
        }
    };
    Effect::new(move |_| {
        if failure.read_untracked().is_none() {
            focus_next(NAME);
        }
    });
    Effect::new(move |_| {
        if let Some(failure) = failure.get() {
            if failure.code == ErrorCode::Conflict {
                theirs.dispatch(());
            }
            focus_next(failure.fields.first().map_or(FORM.errors, |error| control(error.field)));
        }
    });
    view! {
        <ActionForm
            action=action
            node_ref=node
            attr:id=FORM.form
            attr:class="form"
            attr:novalidate=move || hydrated.get()
            attr:aria-busy=move || busy.get().then_some("true")
            on:submit:capture=check
            on:input=move |_| dirty.set(true)
        >
            <Errors ids=FORM failure=failure control=control home=home changed=changed on_overwrite=overwrite />
            <input type="hidden" name="input[client_id]" value=id.get_value() />
            <input type="hidden" name="input[version]" value=version.get_untracked() prop:value=version />
            <div class="form-fields" inert=move || busy.get()>
                <Fields form=form failure=failure />
            </div>
            <Foot ids=FORM home=home busy=busy on_close=on_close />
        </ActionForm>
    }
}
