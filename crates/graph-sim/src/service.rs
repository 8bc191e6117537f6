//! From a request to its answer: routing, faults, the limit per mailbox, the log.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::Response;

use crate::{
    ArtifactKind, CannedAnswer, FaultAnswer, LoggedRequest, Route, contract, control, faults, page,
    reply::{Outgoing, Reply},
    request::Request,
    rules,
    state::State,
    subscriptions,
    throttle::Asked,
};

/// Exchange's limit per app and mailbox.
const PARALLEL_PER_MAILBOX: usize = 4;

pub(crate) type Shared = Arc<Mutex<State>>;

pub(crate) fn lock(state: &Shared) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(crate) struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection is dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

pub(crate) async fn answer(state: &Shared, request: Request) -> Result<Response<Outgoing>, Dropped> {
    let reply = if request.path == "/" || request.path.starts_with("/_sim/page/") {
        page::answer(&lock(state), &request)
    } else if request.path.starts_with("/_sim/") {
        control::answer(&mut lock(state), &request)
    } else {
        observed(state, &request).await?
    };
    let (request_id, now) = {
        let mut state = lock(state);
        (state.ids.guid().to_string(), state.clock.now())
    };
    Ok(reply.into_response(&request, &request_id, now))
}

/// Counts a request in and, when it is answered or abandoned, out again.
struct Observed {
    state: Shared,
    epoch: u64,
    index: usize,
    mailbox: Option<String>,
    status: Option<u16>,
    broke: Option<&'static str>,
}

impl Drop for Observed {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        if state.epoch != self.epoch {
            return;
        }
        state.overall.leave();
        if let Some(load) = self.mailbox.as_ref().and_then(|mailbox| state.load.get_mut(mailbox)) {
            load.leave();
        }
        if self.status.is_some() {
            state.answered += 1;
        }
        let answered = self.status.map(|_| state.answered);
        if let Some(logged) = state.requests.get_mut(self.index) {
            logged.status = self.status;
            logged.broke = self.broke;
            logged.answered = answered;
        }
    }
}

/// What is known of a request when it arrives.
struct Arrival {
    in_flight: usize,
    asked: Option<Asked>,
    /// Seconds it should still have waited, as an answer said.
    early: Option<u64>,
    /// Seconds to wait because it is one too many for a scripted limit.
    over: Option<u64>,
}

async fn observed(state: &Shared, request: &Request) -> Result<Reply, Dropped> {
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let route = Route::of(&request.method, &segments);
    let (mut observed, arrival, fault) = {
        let mut guard = lock(state);
        let fault = faults::take(&mut guard.faults, route);
        let (observed, arrival) = arrive(&mut guard, state, request, route, &segments);
        (observed, arrival, fault)
    };
    if let Some(FaultAnswer::Canned(canned)) = &fault {
        tokio::time::sleep(Duration::from_millis(canned.delay_ms)).await;
    }
    let regular = async || {
        if let Some(refused) = arrival.refused() {
            return refused;
        }
        match route {
            // These two call back before they answer, so they cannot hold the state.
            Route::CreateSubscription => subscriptions::create(state, request).await,
            Route::UpdateSubscription => subscriptions::update(state, request, &segments).await,
            _ => dispatch(&mut lock(state), request, route, &segments),
        }
    };
    let canned = |canned: &CannedAnswer| match route {
        Route::Token => lock(state).canned_token_error(canned),
        _ => Reply::canned(canned),
    };
    let transfer = match &fault {
        Some(FaultAnswer::Transfer(transfer)) => Some(transfer.clone()),
        _ => None,
    };
    let reply = match fault {
        None | Some(FaultAnswer::Transfer(_)) => regular().await,
        Some(FaultAnswer::Canned(answer)) => match canned(&answer) {
            Some(reply) => reply,
            None => regular().await,
        },
        Some(FaultAnswer::Stall) => std::future::pending().await,
        Some(FaultAnswer::DropBefore) => return Err(Dropped),
        Some(FaultAnswer::DropAfter) => {
            regular().await;
            return Err(Dropped);
        }
        Some(FaultAnswer::StatusAfterCommit(status)) => {
            regular().await;
            Reply::after_commit(status)
        }
    };
    let reply = reply.delivered(request, transfer);
    observed.status = Some(reply.status);
    observed.broke = observed.broke.or(reply.broke);
    if let (Some(seconds), Some(asked)) = (reply.told_to_wait(), arrival.asked) {
        let mut state = lock(state);
        let now = state.clock.now();
        state.throttles.tell(asked, seconds, now);
    }
    Ok(reply)
}

impl Arrival {
    /// The refusals that do not depend on what is asked for.
    fn refused(&self) -> Option<Reply> {
        if self.in_flight > PARALLEL_PER_MAILBOX {
            let message = "Application is over its MailboxConcurrency limit.";
            return Some(Reply::refusal(429, "ApplicationThrottled", message));
        }
        let seconds = self.early.or(self.over)?;
        let reply = Reply::refusal(429, "TooManyRequests", "Too many requests. Retry after some time.")
            .with_header("Retry-After", seconds.to_string());
        let scope = self.asked.as_ref().map(Asked::scope).unwrap_or_default();
        Some(reply.with_header("x-ms-throttle-scope", scope))
    }
}

fn arrive(
    state: &mut State,
    shared: &Shared,
    request: &Request,
    route: Route,
    segments: &[&str],
) -> (Observed, Arrival) {
    let user = match segments {
        ["v1.0", "users", user, ..] => Some(state.object_id(user)),
        _ => None,
    };
    let of_mailbox = matches!(
        segments,
        ["v1.0", "users", _, "calendar" | "calendarView" | "events", ..]
    );
    let mailbox = user
        .clone()
        .filter(|user| of_mailbox && state.users.iter().any(|known| known.object_id == *user));
    let in_flight = mailbox
        .as_ref()
        .map_or(0, |mailbox| state.load.entry(mailbox.clone()).or_default().enter());
    state.overall.enter();
    let now = state.clock.now();
    let app = match route {
        Route::Token => Some((request.token_client(), String::new())),
        _ => state
            .caller(request)
            .ok()
            .map(|caller| (caller.client_id, caller.tenant_id)),
    };
    let asked = app.map(|(client_id, tenant_id)| Asked {
        client_id,
        tenant_id,
        route,
        user,
    });
    let early = asked.as_ref().and_then(|asked| state.throttles.told(asked, now));
    let logged = LoggedRequest {
        order: state.requests.len() + 1,
        route,
        method: request.method.to_string(),
        path: if request.query.is_empty() {
            request.path.clone()
        } else {
            format!("{}?{}", request.path, request.query)
        },
        headers: request.loggable_headers(),
        bearer: state.bearer(request),
        body: request.loggable_body(),
        status: None,
        broke: None,
        in_flight,
        at: now,
        answered: None,
    };
    state.requests.push(logged);
    let observed = Observed {
        state: Arc::clone(shared),
        epoch: state.epoch,
        index: state.requests.len() - 1,
        mailbox,
        status: None,
        broke: early.map(|_| rules::RETRY_TOO_EARLY),
    };
    let arrival = Arrival {
        in_flight,
        asked,
        early,
        over: state.throttles.count(route, now),
    };
    (observed, arrival)
}

fn dispatch(state: &mut State, request: &Request, route: Route, segments: &[&str]) -> Reply {
    match (route, segments) {
        (Route::Token, [_, tenant, ..]) => return state.issue_token(tenant, request),
        (Route::Keys, [_, tenant, document @ ..]) => return state.signing_keys(tenant, document),
        _ => {}
    }
    let caller = match state.caller(request) {
        Ok(caller) => caller,
        Err(refused) => return refused,
    };
    let answer = match (route, segments) {
        (Route::Users, [_, _, user]) => state.get_user(&caller, user, request),
        (Route::CreateEvent, [_, _, user, _]) => state.create_event(&caller, user, request),
        (Route::Calendar, [_, _, user, _]) => state.get_calendar(&caller, user, request),
        (Route::UpdateEvent, [_, _, user, _, id]) => state.update_event(&caller, user, id, request),
        (Route::CancelEvent, [_, _, user, _, id, _]) => state.cancel_event(&caller, user, id, request),
        (Route::GetEvent, [_, _, user, _, id]) => state.get_event(&caller, user, id, request),
        (Route::DeleteEvent, [_, _, user, _, id]) => state.delete_event(&caller, user, id, request),
        (Route::CalendarView, [_, _, user, _]) => state.calendar_view(&caller, user, request),
        (Route::OnlineMeetings, [_, _, user, _]) => state.find_online_meetings(&caller, user, request),
        (Route::OnlineMeeting, [_, _, user, _, id]) => state.get_online_meeting(&caller, user, id, request),
        (Route::CreateOnlineMeeting, [_, _, user, ..]) => state.create_online_meeting(&caller, user, request),
        (Route::UpdateOnlineMeeting, [_, _, user, _, id]) => state.update_online_meeting(&caller, user, id, request),
        (Route::DeleteOnlineMeeting, [_, _, user, _, id]) => state.delete_online_meeting(&caller, user, id),
        (Route::AllRecordings, [_, _, user, _, all, rest @ ..]) => {
            state.all_artifacts(&caller, user, ArtifactKind::Recording, (all, rest), request)
        }
        (Route::AllTranscripts, [_, _, user, _, all, rest @ ..]) => {
            state.all_artifacts(&caller, user, ArtifactKind::Transcript, (all, rest), request)
        }
        (Route::Subscriptions, [_, _, rest @ ..]) => state.get_subscriptions(&caller, rest, request),
        (Route::Reauthorize, [_, _, id, _]) => state.reauthorize(&caller, id),
        (Route::DeleteSubscription, [_, _, id]) => state.delete_subscription(&caller, id),
        (Route::Recordings | Route::RecordingContent, [_, _, user, _, id, _, rest @ ..]) => {
            state.artifacts(&caller, (user, id), ArtifactKind::Recording, rest, request)
        }
        (
            Route::Transcripts | Route::TranscriptContent | Route::TranscriptMetadata,
            [_, _, user, _, id, _, rest @ ..],
        ) => state.artifacts(&caller, (user, id), ArtifactKind::Transcript, rest, request),
        _ => {
            // An id with a slash that is not encoded falls apart into segments.
            let name = segments.get(5).or(segments.get(1)).copied().unwrap_or_default();
            Err(Reply::refusal(
                400,
                "BadRequest",
                format!("Resource not found for the segment '{name}'."),
            ))
        }
    };
    let mut reply = answer.unwrap_or_else(|refused| refused);
    reply.broke = reply
        .broke
        .or_else(|| contract::broken(state, request, route, segments));
    reply
}
