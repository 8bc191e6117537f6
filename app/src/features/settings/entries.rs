//! What the pages of types and of statuses have in common: rows with buttons, and a dialog whose address says what it is about.

use domain::Used;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use web_sys::SubmitEvent;

use crate::{
    i18n::{tu, tu_string},
    ui::{I18n, Icon, Spot, focus, focused, focused_id, on_next_frame, once_drawn, use_text},
};

/// How many interactions have a type or status.
pub fn used(text: I18n, used: Used) -> String {
    match used {
        Used { or_more: true, .. } => tu_string!(text, settings.used_more).to_owned(),
        Used { count: 0, .. } => tu_string!(text, settings.used_never).to_owned(),
        Used { count: 1, .. } => tu_string!(text, settings.used_once).to_owned(),
        Used { count, .. } => tu_string!(text, settings.used_often, count = count),
    }
}

/// Where a row stands.
#[derive(Clone, Copy)]
pub struct Place {
    pub is_first: bool,
    pub is_last: bool,
}

impl Place {
    pub fn of(n: usize, all: usize) -> Self {
        Self {
            is_first: n == 0,
            is_last: n + 1 == all,
        }
    }
}

/// The buttons of a row, within the row's form. A button that can do nothing now keeps its place and the focus.
#[expect(clippy::needless_pass_by_value, reason = "components own their props")]
#[component]
pub fn RowButtons(
    /// `interaction-type-…`, which the ids begin with.
    prefix: String,
    name: String,
    place: Place,
    /// Opens the dialog.
    edit: String,
    /// There is a default, and this is not it.
    #[prop(optional)]
    can_be_default: bool,
) -> impl IntoView {
    let text = use_text();
    let button = |what: &'static str, label: String, icon, is_off: bool| {
        view! {
            <button
                id=format!("{prefix}-{what}-button")
                class="button button-quiet button-icon"
                type="submit"
                name="change"
                value=what
                aria-label=label.clone()
                title=label
                aria-disabled=is_off.then_some("true")
            >
                <Icon icon=icon />
            </button>
        }
    };
    let default = can_be_default.then(|| {
        button(
            "make-default",
            tu_string!(text, settings.make_default_of, name = name.clone()),
            icondata_lu::LuStar,
            false,
        )
    });
    let edit_label = tu_string!(text, settings.edit_of, name = name.clone());
    view! {
        {default}
        {button(
            "up",
            tu_string!(text, settings.up_of, name = name.clone()),
            icondata_lu::LuArrowUp,
            place.is_first,
        )}
        {button(
            "down",
            tu_string!(text, settings.down_of, name = name.clone()),
            icondata_lu::LuArrowDown,
            place.is_last,
        )}
        <a
            id=format!("{prefix}-edit-link")
            class="button button-quiet button-icon"
            href=edit
            aria-label=edit_label.clone()
            title=edit_label
            data-noscroll=""
        >
            <Icon icon=icondata_lu::LuPencil />
        </a>
        {button(
            "delete",
            tu_string!(text, settings.delete_of, name = name.clone()),
            icondata_lu::LuTrash2,
            false,
        )}
    }
}

/// What was done last, and where the focus goes once the list shows it.
#[derive(Clone, Copy)]
pub struct Focus(StoredValue<Option<Next>>);

/// Where the focus goes, unless whoever has done something goes on elsewhere before it is drawn.
struct Next {
    to: String,
    /// Where they were, unless that was in a dialog: the browser leads them out of it.
    from: Option<String>,
}

impl Next {
    /// Where they went meanwhile.
    fn went_on(&self) -> Option<Spot> {
        let from = self.from.as_ref()?;
        Spot::now().filter(|spot| spot.id != *from)
    }
}

impl Focus {
    pub fn new() -> Self {
        Self(StoredValue::new(None))
    }

    /// Remembers the button that sent a form; stops one that can do nothing. Answers with what it does.
    pub fn pressed(self, event: &SubmitEvent) -> Option<&'static str> {
        let button = event.submitter()?;
        if button.get_attribute("aria-disabled").is_some() {
            event.prevent_default();
            return None;
        }
        self.set(&button.id());
        Some(match button.get_attribute("value")?.as_str() {
            "up" => "up",
            "down" => "down",
            "delete" => "deleted",
            "make-default" => "default",
            _ => return None,
        })
    }

    pub fn set(self, id: &str) {
        let is_staying =
            focused().is_some_and(|element| element.closest("dialog").is_ok_and(|dialog| dialog.is_none()));
        self.0.set_value(Some(Next {
            to: id.to_owned(),
            from: focused_id().filter(|_| is_staying),
        }));
    }

    /// Called where the list is drawn anew, while the old one is still there: gives the focus back, or to `otherwise` where the button went
    /// with its row.
    pub fn restore(self, otherwise: &'static str) {
        let Some(next) = self.0.try_update_value(Option::take).flatten() else {
            return;
        };
        let went_on = next.went_on();
        once_drawn(move || {
            if !went_on.is_some_and(|spot| spot.take_up()) && !focus(&next.to) {
                focus(otherwise);
            }
        });
    }
}

/// A dialog on one of the pages: what it is about stands in the address under `new` or `edit`.
#[derive(Clone, Copy)]
pub struct Opened {
    /// Empty for a new entry.
    pub id: Memo<Option<String>>,
    pub close: Callback<()>,
}

pub fn use_dialog(page: &'static str, prefix: &'static str, add_button: &'static str) -> Opened {
    let query = use_query_map();
    let id = Memo::new(move |_| {
        let query = query.read();
        query.get("edit").or_else(|| query.get("new").map(|_| String::new()))
    });
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        let link = match id.get_untracked().as_deref() {
            None | Some("") => add_button.to_owned(),
            Some(id) => format!("{prefix}-{id}-edit-link"),
        };
        let options = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(page, options);
        on_next_frame(move || {
            focus(&link);
        });
    });
    Opened { id, close }
}

/// The foot of a dialog's form.
#[component]
pub fn Foot(prefix: &'static str, home: &'static str) -> impl IntoView {
    let text = use_text();
    view! {
        <div class="actions actions-end">
            <a id=format!("{prefix}-cancel-link") class="button" href=home data-noscroll="">
                {tu!(text, common.cancel)}
            </a>
            <button id=format!("{prefix}-save-button") class="button button-primary" type="submit">
                {tu!(text, settings.save)}
            </button>
        </div>
    }
}

/// The field for the name.
#[component]
pub fn NameField(id: &'static str, value: String, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let text = use_text();
    view! {
        <crate::ui::Field id=id label=tu_string!(text, errors.field.name) error=error>
            <input
                id=id
                class="input"
                name="input[name]"
                value=value
                required
                maxlength=domain::MAX_ENTRY_NAME.to_string()
                autocomplete="off"
                aria-describedby=crate::ui::described_by(id)
                aria-invalid=crate::ui::invalid(error)
            />
        </crate::ui::Field>
    }
}
