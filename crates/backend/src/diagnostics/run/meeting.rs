//! A meeting that is put into the calendar, what Teams lets the app see of it, and its removal.

use chrono::{DurationRound, TimeDelta};
use domain::{DiagnosisCause as Cause, DiagnosisStep as Step};
use graph::{ArtifactKind, Event, GraphError, GraphSession, NewEvent, OnlineMeeting, TranscriptForm};

use super::{
    super::{judge, leftovers, report::Verdict},
    Done, Run, lacks, settled,
};
use crate::{
    store::{self, diagnoses::Probe},
    words::Words,
};

/// How far ahead the meeting lies, and how long it is.
const AHEAD: TimeDelta = TimeDelta::days(1);
const LENGTH: TimeDelta = TimeDelta::minutes(15);
/// Transcripts of meetings that were longer ago may be gone.
const RECENT: TimeDelta = TimeDelta::days(50);

impl Run<'_> {
    /// The meeting that was put into the calendar, if Microsoft shows its link; `None` if surely nothing was put there.
    pub(super) async fn event(
        &mut self,
        session: &GraphSession,
        organizer: &str,
    ) -> Done<Option<(Probe, Option<Event>)>> {
        let now = self.backend.clock().now();
        let start = now.duration_trunc(TimeDelta::minutes(15)).unwrap_or(now) + AHEAD;
        let probe = Probe {
            id: self.backend.clock().id(),
            start,
            organizer: organizer.to_owned(),
            profile: self.target.profile,
        };
        self.written_down(&probe).await?;
        let new = NewEvent {
            transaction_id: probe.id,
            subject: Words::of(self.target.language).say("diagnosis.probe", &[]),
            body_html: None,
            start,
            end: start + LENGTH,
            attendees: Vec::new(),
        };
        let made = match session.create_event(organizer, &new).await {
            Ok(event) => event,
            Err(error) => {
                let is_unknown = error.outcome_unknown();
                self.tell_asked(Step::Event, judge::refusal(Step::Event, &error))
                    .await?;
                if !is_unknown {
                    self.gone(&probe).await;
                    return Ok(None);
                }
                return Ok(Some((probe, None)));
            }
        };
        // Who gives up waiting for the link still has the event to remove.
        let shown = session.wait_for_join_url(organizer, made.clone()).await;
        let verdict = match &shown {
            Ok(_) => Verdict::passed(),
            Err(error) => judge::refusal(Step::Event, error),
        };
        self.tell_asked(Step::Event, verdict).await?;
        Ok(Some((probe, Some(shown.unwrap_or(made)))))
    }

    pub(super) async fn meeting(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        event: &Event,
        missing: &[&'static str],
    ) -> Done<Option<OnlineMeeting>> {
        let Some(link) = event.join_url.as_deref() else {
            self.skip(&[Step::Meeting], Step::Event).await?;
            return Ok(None);
        };
        if lacks(Step::Meeting, missing) {
            self.skip(&[Step::Meeting], Step::Roles).await?;
            return Ok(None);
        }
        let (asked, is_settling) = settled(|| session.online_meeting_by_join_url(organizer, link)).await;
        let verdict = match &asked {
            Ok(Some(_)) if is_settling => Verdict::waiting(Cause::Settling),
            Ok(Some(_)) => Verdict::passed(),
            Ok(None) => Verdict::failed(Cause::MeetingNotFound),
            Err(error) => judge::refusal(Step::Meeting, error),
        };
        self.tell_asked(Step::Meeting, verdict).await?;
        Ok(asked.ok().flatten())
    }

    pub(super) async fn recordings(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        if lacks(Step::Recordings, missing) {
            return self.skip(&[Step::Recordings], Step::Roles).await;
        }
        let (asked, is_settling) = settled(|| session.artifacts(ArtifactKind::Recording, organizer, &meeting.id)).await;
        self.tell_asked(Step::Recordings, listed(Step::Recordings, &asked, is_settling))
            .await
    }

    pub(super) async fn transcripts(
        &mut self,
        session: &GraphSession,
        organizer: &str,
        meeting: &OnlineMeeting,
        missing: &[&'static str],
    ) -> Done {
        if lacks(Step::Transcripts, missing) {
            return self.skip(&[Step::Transcripts], Step::Roles).await;
        }
        let (asked, is_settling) =
            settled(|| session.artifacts(ArtifactKind::Transcript, organizer, &meeting.id)).await;
        let mut verdict = listed(Step::Transcripts, &asked, is_settling);
        if verdict == Verdict::passed() && self.lacks_speakers(session, organizer).await {
            verdict = Verdict::warning(Cause::SpeakersOff);
        }
        self.tell_asked(Step::Transcripts, verdict).await
    }

    /// Whether Microsoft tells transcripts without names. Only one that is there can show it.
    async fn lacks_speakers(&self, session: &GraphSession, organizer: &str) -> bool {
        let since = self.backend.clock().now() - RECENT;
        let known = async {
            let mut tx = self.backend.db().read(self.scope).await?;
            store::diagnoses::last_transcript(&mut tx, organizer, since).await
        };
        let Ok(Some(known)) = known.await else { return false };
        let told = session
            .transcript_content(&known.organizer, &known.meeting, &known.transcript)
            .await;
        told.is_ok_and(|content| content.form == TranscriptForm::Unattributed)
    }

    pub(super) async fn clean_up(&mut self, session: &GraphSession, probe: &Probe, event: Option<&Event>) -> Done {
        // What was asked for the step before is not this one's.
        self.forget_asked();
        let removed = match event {
            Some(event) => session.delete_event(&probe.organizer, &event.id).await.is_ok(),
            // It may yet turn up: the sweep looks again.
            None => false,
        };
        let verdict = if removed {
            self.gone(probe).await;
            Verdict::passed()
        } else {
            Verdict::warning(Cause::ProbeLeft)
        };
        self.tell_asked(Step::Cleanup, verdict).await
    }

    async fn written_down(&self, probe: &Probe) -> Done {
        let written = async {
            let mut tx = self.backend.db().begin(self.scope).await?;
            if let Some(earlier) = store::diagnoses::probe(&mut tx).await? {
                drop(tx);
                leftovers::remove(self.backend, self.scope, &earlier).await?;
                tx = self.backend.db().begin(self.scope).await?;
            }
            store::diagnoses::put_probe(&mut tx, probe).await?;
            Ok::<_, crate::Error>(tx.commit().await?)
        };
        written.await.map_err(|error| self.lost(&error))
    }

    /// Nothing is left of it.
    async fn gone(&self, probe: &Probe) {
        if let Err(error) = leftovers::forget(self.backend, self.scope, probe).await {
            self.lost(&error);
        }
    }
}

fn listed<T>(step: Step, asked: &Result<T, GraphError>, is_settling: bool) -> Verdict {
    match asked {
        Ok(_) if is_settling => Verdict::waiting(Cause::Settling),
        Ok(_) => Verdict::passed(),
        Err(error) => judge::refusal(step, error),
    }
}
