use domain::InteractionId;
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{api::SubmitRefreshRecordings, words};
use crate::{
    i18n::{tu, tu_string},
    ui::{ActionForm, FormFailure, I18n, Icon, failure_of, use_text},
};

/// The look at Microsoft that was asked for. It outlives the page's data, which is loaded anew whenever something has come. It is made when
/// it is wanted first, so that a page whose record may be opened later does not bring its code along.
#[derive(Clone)]
pub struct Refreshing {
    owner: Option<Owner>,
    action: StoredValue<Option<Look>>,
}

type Look = ServerAction<SubmitRefreshRecordings>;

impl Refreshing {
    /// For the screen that loads the data.
    pub fn provide() {
        provide_context(Self {
            owner: Owner::current(),
            action: StoredValue::new(None),
        });
    }

    fn find() -> Look {
        let Some(Self { owner, action }) = use_context() else {
            return ServerAction::new();
        };
        if let Some(action) = action.get_value() {
            return action;
        }
        let made = owner.map_or_else(ServerAction::new, |owner| owner.with(ServerAction::new));
        action.set_value(Some(made));
        made
    }
}

/// Asks Microsoft whether there is something new, and says what came of it.
#[component]
pub fn Refresh(id: InteractionId, may_update: bool, on_changed: Callback<()>) -> impl IntoView {
    let text = use_text();
    let action = Refreshing::find();
    let query = use_query_map();
    let busy = action.pending();
    Effect::new(move |before: Option<usize>| {
        let version = action.version().get();
        if before.is_some_and(|before| before != version) && matches!(action.value().get_untracked(), Some(Ok(_))) {
            on_changed.run(());
        }
        version
    });
    let said = move || match action.value().get() {
        _ if busy.get() => String::new(),
        Some(Ok(found)) => words::refreshed(text, &found),
        Some(Err(_)) => String::new(),
        // Without script it stands in the address.
        None => query.with(|query| in_address(text, query)).unwrap_or_default(),
    };
    let label = move || {
        if busy.get() {
            tu_string!(text, artifacts.refreshing)
        } else {
            tu_string!(text, artifacts.refresh)
        }
    };
    let form = may_update.then(|| {
        view! {
            <ActionForm action=action attr:id="online-meeting-refresh-form">
                <input type="hidden" name="interaction_id" value=id.to_string() />
                <button
                    id="online-meeting-refresh-recordings-button"
                    class="button"
                    type="submit"
                    aria-disabled=move || busy.get().then_some("true")
                >
                    <span class="spinner" aria-hidden="true"></span>
                    <Icon icon=icondata_lu::LuRefreshCw />
                    <span>{label}</span>
                </button>
            </ActionForm>
        }
    });
    view! {
        {form}
        <p id="online-meeting-refreshed" class="refreshed" role="status">
            {said}
        </p>
        <FormFailure id="online-meeting-refresh-error" failure=failure_of(action) />
    }
}

fn in_address(text: I18n, query: &ParamsMap) -> Option<String> {
    let (recordings, transcripts) = query.get_str("refreshed")?.split_once('-')?;
    Some(words::brought(
        text,
        recordings.parse().ok()?,
        transcripts.parse().ok()?,
    ))
}

/// When Microsoft was asked, and when it will be.
#[component]
pub fn Looked(looked: Option<String>, next: Option<String>) -> impl IntoView {
    let text = use_text();
    let looked = match looked {
        Some(when) => tu_string!(text, artifacts.looked, when = when),
        None => tu_string!(text, artifacts.not_looked).to_owned(),
    };
    let next = match next {
        Some(when) => tu_string!(text, artifacts.next, when = when),
        None => tu_string!(text, artifacts.no_next).to_owned(),
    };
    view! {
        <p id="online-meeting-looked" class="quiet with-icon">
            <Icon icon=icondata_lu::LuHistory />
            <span>{looked} " " {next}</span>
        </p>
    }
}

/// What keeps Microsoft from handing them out, and who can do what about it.
#[component]
pub fn Trouble(kind: domain::ArtifactKind, trouble: domain::CaptureTrouble) -> impl IntoView {
    let text = use_text();
    let id = match kind {
        domain::ArtifactKind::Recording => "online-meeting-recordings-trouble",
        domain::ArtifactKind::Transcript => "online-meeting-transcripts-trouble",
    };
    view! {
        <div id=id class="panel panel-warning">
            <Icon icon=icondata_lu::LuTriangleAlert />
            <div>
                <p class="panel-title">{words::missing(text, kind)}</p>
                <p>{words::because(text, kind, trouble)}</p>
            </div>
        </div>
    }
}

/// The tenant is not connected, so that nobody can ask.
#[component]
pub fn Unreachable() -> impl IntoView {
    let text = use_text();
    view! {
        <div id="online-meeting-unreachable" class="panel panel-warning">
            <Icon icon=icondata_lu::LuTriangleAlert />
            <div>
                <p class="panel-title">{tu!(text, artifacts.unreachable)}</p>
                <p>{tu!(text, artifacts.because_not_set_up)}</p>
            </div>
        </div>
    }
}

/// The head of what was captured.
#[component]
pub fn Heading() -> impl IntoView {
    let text = use_text();
    view! { <h3 id="online-meeting-captured-title">{tu!(text, artifacts.title)}</h3> }
}
