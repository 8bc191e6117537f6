//! Forms that were refused and sent without script: the browser loads the page anew, and what was typed would be gone.
//!
//! So it is kept in the browser's session until the page with the form is drawn, which puts it back. A form joins in three steps:
//!
//! 1. `impl Kept for TheInput { const PATH: … }` below. Only what may lie in the database in the clear: never a form with a password or
//!    a code.
//! 2. The server function that takes the form ends in [`Request::answer_form`] instead of [`Request::answer`].
//! 3. The server function that fills the form asks [`Request::kept_form`] first.
//!
//! Nothing else has to be done: with script the form is still there, so nothing is kept; two forms at most are, each once and for ten
//! minutes, only for the person who typed it, and none that is larger than a form may be.

use domain::{
    ApproveRequest, CheckConnection, DeclineRequest, EditInteraction, EditProfile, ErrorCode, MoveRequest, QuickAdd,
    SaveClient, SaveContact, SaveOrganizer, SaveStatus, SaveType, TypedProfile,
    availability::{AddException, SaveHours, SaveLimits, SaveServiceRules},
    portal::{AskAppointment, CancelAppointment, WishTime},
    schedule::{RemoveEntry, SaveEntry},
};
use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Request;
use crate::{
    error::ApiError,
    features::{
        account::api::SaveDetails,
        appointments::api::{SubmitApprove, SubmitDecline, SubmitMove},
        clients::api::SubmitClient,
        contacts::api::SubmitContact,
        interactions::{
            api::{SubmitDelete, SubmitEdit, SubmitQuickAdd},
            cancel::api::SubmitCancelMeeting,
        },
        portal::api::{SubmitAsk, SubmitCancel, SubmitWish},
        schedule::api::{SubmitEntry, SubmitRemoveEntry},
        settings::{
            api::{StartCheck, SubmitOrganizer, SubmitProfile, SubmitStatus, SubmitType},
            availability::api::{SubmitException, SubmitHours, SubmitLimits, SubmitServiceRules},
        },
    },
};

/// The key under which the browser's session holds them.
const KEPT: &str = "kept-forms";
/// How many are kept, how large each may be as JSON, and for how many seconds.
const MOST: usize = 2;
const LARGEST: usize = 256 * 1024;
const LONGEST: i64 = 600;

/// A form that may be kept.
pub trait Kept: Serialize + DeserializeOwned + Send + Sync {
    /// The path of the server function that takes it.
    const PATH: &'static str;
}

impl Kept for QuickAdd {
    const PATH: &'static str = SubmitQuickAdd::PATH;
}

impl Kept for EditInteraction {
    const PATH: &'static str = SubmitEdit::PATH;
}

impl Kept for SubmitCancelMeeting {
    const PATH: &'static str = <Self as ServerFn>::PATH;
}

impl Kept for SubmitDelete {
    const PATH: &'static str = <Self as ServerFn>::PATH;
}

impl Kept for SaveClient {
    const PATH: &'static str = SubmitClient::PATH;
}

impl Kept for SaveContact {
    const PATH: &'static str = SubmitContact::PATH;
}

impl Kept for SaveType {
    const PATH: &'static str = SubmitType::PATH;
}

impl Kept for SaveStatus {
    const PATH: &'static str = SubmitStatus::PATH;
}

/// Without the secret.
impl Kept for TypedProfile {
    const PATH: &'static str = SubmitProfile::PATH;
}

impl Kept for SaveOrganizer {
    const PATH: &'static str = SubmitOrganizer::PATH;
}

impl Kept for CheckConnection {
    const PATH: &'static str = StartCheck::PATH;
}

impl Kept for EditProfile {
    const PATH: &'static str = SaveDetails::PATH;
}

impl Kept for RemoveEntry {
    const PATH: &'static str = SubmitRemoveEntry::PATH;
}

impl Kept for SaveEntry {
    const PATH: &'static str = SubmitEntry::PATH;
}

impl Kept for ApproveRequest {
    const PATH: &'static str = SubmitApprove::PATH;
}

impl Kept for MoveRequest {
    const PATH: &'static str = SubmitMove::PATH;
}

impl Kept for DeclineRequest {
    const PATH: &'static str = SubmitDecline::PATH;
}

impl Kept for AskAppointment {
    const PATH: &'static str = SubmitAsk::PATH;
}

impl Kept for CancelAppointment {
    const PATH: &'static str = SubmitCancel::PATH;
}

impl Kept for WishTime {
    const PATH: &'static str = SubmitWish::PATH;
}

impl Kept for SaveHours {
    const PATH: &'static str = SubmitHours::PATH;
}

impl Kept for AddException {
    const PATH: &'static str = SubmitException::PATH;
}

impl Kept for SaveServiceRules {
    const PATH: &'static str = SubmitServiceRules::PATH;
}

impl Kept for SaveLimits {
    const PATH: &'static str = SubmitLimits::PATH;
}

#[derive(Serialize, Deserialize)]
struct Form {
    path: String,
    /// Tenant and user: somebody else may sign in in the same browser.
    who: String,
    code: ErrorCode,
    /// In seconds since 1970.
    since: i64,
    input: Value,
}

/// The form without NUL, which the database cannot hold: what takes its place is refused beside its field just the same.
fn storable(mut form: Value) -> Value {
    match &mut form {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{FFFD}"),
        Value::Array(items) => items.iter_mut().for_each(|item| *item = storable(item.take())),
        Value::Object(fields) => fields.values_mut().for_each(|field| *field = storable(field.take())),
        _ => {}
    }
    form
}

impl Request {
    /// Like [`Request::answer`]; keeps the form if it was refused and the browser will load the page anew.
    pub async fn answer_form<T, F: Kept>(&self, form: &F, outcome: backend::Result<T>) -> Result<T, ApiError> {
        let answer = self.answer(outcome);
        if let Err(ApiError(failure)) = &answer
            && self.wants_page()
        {
            // Losing what was typed is no reason to hide why it was refused.
            if let Err(error) = self.keep(form, failure.code).await {
                tracing::warn!(error = ?error, "a refused form could not be kept");
            }
        }
        answer
    }

    async fn keep<F: Kept>(&self, form: &F, code: ErrorCode) -> Result<(), tower_sessions::session::Error> {
        let input = storable(serde_json::to_value(form)?);
        let (Ok(session), Some(who)) = (self.session(), self.who()) else {
            return Ok(());
        };
        if input.to_string().len() > LARGEST {
            return Ok(());
        }
        let now = self.backend().clock().now().timestamp();
        let mut forms: Vec<Form> = session.get(KEPT).await?.unwrap_or_default();
        forms.retain(|form| form.path != F::PATH && now - form.since < LONGEST);
        forms.truncate(MOST - 1);
        forms.insert(
            0,
            Form {
                path: F::PATH.to_owned(),
                who,
                code,
                since: now,
                input,
            },
        );
        session.insert(KEPT, forms).await
    }

    /// What was typed into the form that the page under way is to show again, and why it was refused.
    pub async fn kept_form<F: Kept>(&self) -> Option<(F, ErrorCode)> {
        if !self.shows_refusal_of(F::PATH) {
            return None;
        }
        self.take::<F>().await.unwrap_or_else(|error| {
            tracing::warn!(error = ?error, "a kept form could not be read");
            None
        })
    }

    /// The message to the attendees of a meeting that was to be cancelled or deleted.
    pub async fn kept_message(&self, interaction_id: &str) -> String {
        let cancel = self.kept_form::<SubmitCancelMeeting>().await;
        let mut typed = cancel.map(|(form, _)| (form.interaction_id, form.message));
        if typed.is_none() {
            let delete = self.kept_form::<SubmitDelete>().await;
            typed = delete.map(|(form, _)| (form.interaction_id, form.message));
        }
        let typed = typed.filter(|(of, _)| of == interaction_id);
        typed.map(|(_, message)| message).unwrap_or_default()
    }

    fn who(&self) -> Option<String> {
        if let Ok(actor) = self.actor() {
            return Some(format!("{}/{}", actor.scope().tenant(), actor.user_id()));
        }
        let actor = self.portal_actor().ok()?;
        Some(format!("{}/{}", actor.scope().tenant(), actor.user_id()))
    }

    async fn take<F: Kept>(&self) -> Result<Option<(F, ErrorCode)>, tower_sessions::session::Error> {
        let Ok(session) = self.session() else { return Ok(None) };
        let Some(mut forms) = session.get::<Vec<Form>>(KEPT).await? else {
            return Ok(None);
        };
        let now = self.backend().clock().now().timestamp();
        let Some(at) = forms.iter().position(|form| form.path == F::PATH) else {
            return Ok(None);
        };
        let form = forms.remove(at);
        forms.retain(|form| now - form.since < LONGEST);
        if forms.is_empty() {
            session.remove_value(KEPT).await?;
        } else {
            session.insert(KEPT, forms).await?;
        }
        let is_fresh = now - form.since < LONGEST && Some(&form.who) == self.who().as_ref();
        Ok(serde_json::from_value(form.input)
            .ok()
            .filter(|_| is_fresh)
            .map(|input| (input, form.code)))
    }
}
