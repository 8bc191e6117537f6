use domain::{DirectoryForm, ErrorCode, Failure, Field, Versioned};
use leptos::{html, prelude::*};
use web_sys::SubmitEvent;

use super::Opened;
use crate::{
    i18n::{tu, tu_string},
    ui::{Button, DialogFoot, ErrorPanel, Summary, focus, focus_first, focus_next, on_next_frame, use_text},
};

/// The ids around the fields of a form.
#[derive(Clone, Copy)]
pub struct FormIds {
    pub form: &'static str,
    pub errors: &'static str,
    pub changed: &'static str,
    pub theirs: &'static str,
    pub overwrite: &'static str,
    pub cancel: &'static str,
    pub save: &'static str,
}

/// The form of a client or contact being filled in: what is wrong with it, and what somebody else has made of the record meanwhile.
#[derive(Clone, Copy)]
pub struct Editing {
    pub ids: &'static FormIds,
    /// The control to mend a field with.
    control: fn(Field) -> &'static str,
    opened: Opened,
    pub busy: Memo<bool>,
    /// What was found wrong before anything was sent.
    local: RwSignal<Option<Failure>>,
    pub failure: Signal<Option<Failure>>,
    pub node: NodeRef<html::Form>,
    id: StoredValue<String>,
    version: RwSignal<String>,
    /// The other version, and who made it.
    theirs: Action<(), Option<Theirs>>,
    changed: Signal<Option<String>>,
}

pub type Theirs = (String, Option<String>);

impl Editing {
    /// `first` gets the focus at the start; `theirs` asks for the form anew.
    pub fn new<Values, Asked>(
        ids: &'static FormIds,
        (first, control): (&'static str, fn(Field) -> &'static str),
        opened: Opened,
        (busy, answered): (Memo<bool>, Signal<Option<Failure>>),
        form: &DirectoryForm<Values>,
        theirs: fn(String) -> Asked,
    ) -> Self
    where
        Values: Versioned,
        Asked: Future<Output = Option<Theirs>> + Send + 'static,
    {
        let local = RwSignal::new(None::<Failure>);
        let failure = Signal::derive(move || {
            if busy.get() {
                return None;
            }
            local.get().or_else(|| answered.get())
        });
        let id = StoredValue::new(form.values.id().to_owned());
        let theirs = Action::new(move |(): &()| theirs(id.get_value()));
        // Without script the page that tells of the conflict knows it already.
        let known = form
            .changed
            .clone()
            .filter(|_| answered.with_untracked(Option::is_some));
        let changed = Signal::derive(move || match theirs.value().get().flatten() {
            Some((_, changed)) => changed,
            None => known.clone(),
        });
        Effect::new(move |_| {
            if failure.read_untracked().is_none() {
                focus_first(first);
            }
        });
        Effect::new(move |_| {
            if let Some(failure) = failure.get() {
                // What comes back after it was refused counts as typed.
                opened.dirty.set(true);
                if failure.code == ErrorCode::Conflict {
                    theirs.dispatch(());
                }
                focus_next(failure.fields.first().map_or(ids.errors, |error| control(error.field)));
            }
        });
        Self {
            ids,
            control,
            opened,
            busy,
            local,
            failure,
            node: NodeRef::new(),
            id,
            version: RwSignal::new(form.values.version().to_owned()),
            theirs,
            changed,
        }
    }

    /// Looks at the form before it is sent. What cannot be read at all is left to the server.
    pub fn check(&self, event: &SubmitEvent, checked: Option<Result<(), Failure>>) {
        if self.busy.get_untracked() {
            event.prevent_default();
        } else if let Some(Err(failure)) = checked {
            event.prevent_default();
            self.local.set(Some(failure));
        } else {
            self.local.set(None);
            focus(self.ids.save);
        }
    }

    /// Saves over the other version.
    fn overwrite(self) {
        let Some((version, _)) = self.theirs.value().get_untracked().flatten() else {
            return;
        };
        self.version.set(version);
        on_next_frame(move || {
            if let Some(form) = self.node.get_untracked() {
                let _ = form.request_submit();
            }
        });
    }
}

/// What is in such a form, around its fields.
#[component]
pub fn FormBody(
    editing: Editing,
    /// The name of the field with the id.
    id_name: &'static str,
    children: Children,
) -> impl IntoView {
    let Editing {
        ids,
        busy,
        id,
        version,
        opened,
        ..
    } = editing;
    let text = use_text();
    let label = Signal::derive(move || {
        if busy.get() {
            tu_string!(text, clients.saving)
        } else {
            tu_string!(text, clients.save)
        }
    });
    view! {
        <Errors editing=editing />
        <input type="hidden" name=id_name value=id.get_value() />
        <input type="hidden" name="input[version]" value=version.get_untracked() prop:value=version />
        <div class="form-fields" inert=move || busy.get()>
            {children()}
        </div>
        <DialogFoot ids=(ids.cancel, ids.save) label=label busy=busy home=opened.home on_close=opened.close />
    }
}

/// What stands in the way of saving, at the top of the form.
#[component]
fn Errors(editing: Editing) -> impl IntoView {
    let text = use_text();
    let Editing {
        ids,
        control,
        failure,
        changed,
        opened,
        ..
    } = editing;
    move || {
        failure.get().map(|failure| match failure.code {
            ErrorCode::Invalid => view! { <Summary id=ids.errors fields=failure.fields control=control /> }.into_any(),
            ErrorCode::Conflict => {
                let who = move || {
                    changed
                        .get()
                        .map(|who| tu_string!(text, interactions.ed_changed, who = who))
                };
                view! {
                    <ErrorPanel id=ids.errors failure=failure>
                        <p id=ids.changed>{who}</p>
                        <a id=ids.theirs class="button" href=opened.home target="_blank">
                            {tu!(text, interactions.ed_theirs)}
                        </a>
                        <Button id=ids.overwrite needs_script=true on:click=move |_| editing.overwrite()>
                            {tu!(text, interactions.ed_over)}
                        </Button>
                    </ErrorPanel>
                }
                .into_any()
            }
            _ => view! { <ErrorPanel id=ids.errors failure=failure /> }.into_any(),
        })
    }
}
