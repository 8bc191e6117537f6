//! How the state of a record and of its online meeting is shown, wherever it is shown.

use std::time::Duration;

use domain::{InteractionId, InteractionMeeting, InteractionPage, MeetingCancelled, MeetingStatus, TimeLeft, WaysIn};
use leptos::prelude::*;

use super::{
    cancel::{CANCEL_BUTTON, PendingPanel, because},
    record::duration_text,
    wish::Wish,
};
use crate::{
    features::artifacts::Captured,
    i18n::{tu, tu_string},
    paths,
    ui::{Badge, ButtonLink, CopyButton, I18n, Icon, Tone, use_text},
};

#[component]
pub fn MeetingBadge(status: MeetingStatus) -> impl IntoView {
    let text = use_text();
    let (tone, icon, words) = match status {
        MeetingStatus::Scheduled => (
            Tone::Accent,
            icondata_lu::LuCalendarCheck,
            tu_string!(text, interactions.meeting_scheduled),
        ),
        MeetingStatus::Ended => (
            Tone::Neutral,
            icondata_lu::LuCircleCheck,
            tu_string!(text, interactions.meeting_ended),
        ),
        MeetingStatus::RecordingPending => (
            Tone::Neutral,
            icondata_lu::LuHourglass,
            tu_string!(text, interactions.meeting_recording_pending),
        ),
        MeetingStatus::RecordingReady => (
            Tone::Good,
            icondata_lu::LuFileVideo,
            tu_string!(text, interactions.meeting_recording_ready),
        ),
        MeetingStatus::NoRecording => (
            Tone::Neutral,
            icondata_lu::LuVideoOff,
            tu_string!(text, interactions.meeting_no_recording),
        ),
        MeetingStatus::CancelPending => (
            Tone::Warning,
            icondata_lu::LuHourglass,
            tu_string!(text, interactions.meeting_cancel_pending),
        ),
        MeetingStatus::Cancelled => (
            Tone::Neutral,
            icondata_lu::LuCalendarX,
            tu_string!(text, interactions.meeting_cancelled),
        ),
        MeetingStatus::Failed => (
            Tone::Bad,
            icondata_lu::LuCircleX,
            tu_string!(text, interactions.meeting_failed),
        ),
    };
    view! { <Badge tone icon text=words /> }
}

/// The same in a sentence.
pub fn sentence(text: I18n, status: MeetingStatus) -> &'static str {
    match status {
        MeetingStatus::Scheduled => tu_string!(text, interactions.says_scheduled),
        MeetingStatus::Ended => tu_string!(text, interactions.says_ended),
        MeetingStatus::RecordingPending => tu_string!(text, interactions.says_recording_pending),
        MeetingStatus::RecordingReady => tu_string!(text, interactions.says_recording_ready),
        MeetingStatus::NoRecording => tu_string!(text, interactions.says_no_recording),
        MeetingStatus::CancelPending => tu_string!(text, interactions.says_cancel_pending),
        MeetingStatus::Cancelled => tu_string!(text, interactions.says_cancelled),
        MeetingStatus::Failed => tu_string!(text, interactions.says_failed),
    }
}

/// The status of the record, which the tenant names.
#[component]
pub fn StatusText(name: String, is_closed: bool) -> impl IntoView {
    let icon = if is_closed {
        icondata_lu::LuCircleCheck
    } else {
        icondata_lu::LuCircleDashed
    };
    view! {
        <span class="status with-icon">
            <Icon icon />
            {name}
        </span>
    }
}

/// Opens the meeting. The address comes from the database; only a web address becomes a link.
#[component]
pub fn JoinLink(
    #[prop(into)] id: String,
    url: String,
    /// What is joined, for those who hear only the link.
    title: String,
) -> impl IntoView {
    let text = use_text();
    url.starts_with("https://").then(|| {
        view! {
            <a
                id=id
                class="button button-join"
                href=url
                target="_blank"
                rel="noopener noreferrer"
                aria-label=tu_string!(text, interactions.join_meeting, title = title)
            >
                <Icon icon=icondata_lu::LuVideo />
                {tu!(text, interactions.join)}
            </a>
        }
    })
}

/// Whether there is a meeting to cancel from here.
pub fn is_cancellable(page: &InteractionPage) -> bool {
    page.meeting.as_ref().is_some_and(can_be_cancelled)
}

fn can_be_cancelled(meeting: &InteractionMeeting) -> bool {
    meeting.is_live && meeting.is_managed && meeting.status == MeetingStatus::Scheduled
}

/// The online meeting of an interaction: its state in words, and the way in.
#[component]
pub fn MeetingSection(
    id: InteractionId,
    meeting: InteractionMeeting,
    may_update: bool,
    may_delete: bool,
    on_changed: Callback<()>,
) -> impl IntoView {
    let text = use_text();
    let cancel = (may_update && can_be_cancelled(&meeting)).then(|| {
        view! {
            <ButtonLink id=CANCEL_BUTTON href=format!("{}?do=cancel", paths::interaction(id)) attr:data-noscroll="">
                <Icon icon=icondata_lu::LuCalendarX />
                {tu!(text, interactions.mt_cancel)}
            </ButtonLink>
        }
    });
    let InteractionMeeting {
        status,
        subject,
        organizer,
        join_url,
        change,
        recording_trouble,
        capture,
        left,
        ways_in,
        cancelled,
        wish,
        ..
    } = meeting;
    let is_undoable = change.as_ref().is_some_and(|change| change.undoable);
    let cancelled = cancelled
        .filter(|_| !is_undoable)
        .map(|cancelled| view! { <Cancelled cancelled=cancelled /> });
    let wish = wish.map(|wish| view! { <Wish id=id wish=wish may_update=may_update on_changed=on_changed /> });
    let not_recorded = recording_trouble.map(|trouble| {
        view! {
            <p id="online-meeting-recording-warning" class="with-icon">
                <Icon icon=icondata_lu::LuVideoOff />
                <span>{tu!(text, interactions.mt_not_recorded)} " " {because(text, trouble)}</span>
            </p>
        }
    });
    // What is on its way says more than the status.
    let state = match change {
        Some(change) => {
            view! { <PendingPanel id=Some(id) change=change may_update=may_update on_changed=on_changed /> }.into_any()
        }
        None => view! { <p>{sentence(text, status)}</p> }.into_any(),
    };
    let way_in = join_url.filter(|url| url.starts_with("https://")).map(|url| {
        view! {
                <a
                    id="online-meeting-join-button"
                    class="button button-primary"
                    href=url.clone()
                    target="_blank"
                    rel="noopener noreferrer"
                >
                    <Icon icon=icondata_lu::LuVideo />
                    {tu!(text, interactions.join_now)}
                    <span class="visually-hidden">" (" {tu!(text, common.new_tab)} ")"</span>
                </a>
                <CopyButton id="online-meeting-copy-link-button" link=url />
        }
    });
    let left = left
        .filter(|_| way_in.is_some())
        .map(|left| view! { <Left left=left /> });
    let actions =
        (way_in.is_some() || cancel.is_some()).then(|| view! { <div class="actions">{way_in} {cancel} {left}</div> });
    view! {
        <section
            id="interaction-online-meeting-section"
            class="card"
            aria-labelledby="interaction-online-meeting-title"
        >
            <header class="card-head">
                <h2 id="interaction-online-meeting-title">{tu!(text, interactions.online_meeting)}</h2>
                <MeetingBadge status=status />
            </header>
            {state} {cancelled} {wish} {not_recorded}
            <dl class="pairs">
                <div>
                    <dt>{tu!(text, interactions.subject)}</dt>
                    <dd>{subject}</dd>
                </div>
                {organizer
                    .map(|organizer| {
                        view! {
                            <div>
                                <dt>{tu!(text, interactions.organizer)}</dt>
                                <dd>{organizer}</dd>
                            </div>
                        }
                    })} {ways_in.map(|ways_in| pairs(text, ways_in))}
            </dl>
            {actions}
            <Captured id=id capture=capture.open() may_update=may_update may_delete=may_delete on_changed=on_changed />
        </section>
    }
}

/// Who has cancelled it, and what was told of it.
#[component]
fn Cancelled(cancelled: MeetingCancelled) -> impl IntoView {
    let text = use_text();
    let MeetingCancelled { by, is_client, reason } = cancelled;
    let by = if is_client {
        tu_string!(text, interactions.cancelled_by_client, name = by)
    } else {
        tu_string!(text, interactions.cancelled_by, name = by)
    };
    let reason = reason.map(|reason| {
        view! {
            <p id="online-meeting-reason" class="request-text">
                {reason}
            </p>
        }
    });
    view! {
        <div id="online-meeting-cancelled">
            <p>{by}</p>
            {reason}
        </div>
    }
}

/// The other ways in.
fn pairs(text: I18n, ways_in: WaysIn) -> impl IntoView {
    let WaysIn {
        meeting_id,
        passcode,
        phone,
        conference_id,
    } = ways_in;
    let digits = |digits: String| WaysIn::in_groups(&digits);
    [
        (tu_string!(text, interactions.mt_id), meeting_id.map(digits)),
        (tu_string!(text, interactions.mt_passcode), passcode),
        (tu_string!(text, interactions.mt_phone), phone),
        (
            tu_string!(text, interactions.mt_conference_id),
            conference_id.map(digits),
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    })
    .collect_view()
}

/// How long until the meeting begins, or ends. It goes on with the clock while the page stays open.
#[component]
fn Left(left: TimeLeft) -> impl IntoView {
    let text = use_text();
    let passed = RwSignal::new(0);
    Effect::new(move |_| {
        let ticking = set_interval_with_handle(
            move || {
                let _ = passed.try_update(|minutes| *minutes += 1);
            },
            Duration::from_mins(1),
        );
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
    let words = move || {
        let TimeLeft { until_start, until_end } = left.after(passed.get());
        if until_start > 0 {
            tu_string!(text, artifacts.starts_in, time = duration_text(text, until_start))
        } else {
            tu_string!(text, artifacts.ends_in, time = duration_text(text, until_end))
        }
    };
    view! {
        <span id="online-meeting-time-left" class="time-left with-icon">
            <Icon icon=icondata_lu::LuClock />
            {words}
        </span>
    }
}
