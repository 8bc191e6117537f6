//! Random changes of meetings by several processes that are killed at random, with Microsoft failing at random. In the end both sides
//! agree, and nothing is left to do.

use std::time::Duration;

use backend::{
    Backend,
    access::{
        Grant,
        may::{InteractionDelete, InteractionUpdate},
    },
    linked::{self, Anchor, Ending},
};
use domain::{EditInteraction, Saved};
use graph_sim::{CannedAnswer, Fault, FaultAnswer, Route, demo::northwind};
use sqlx::PgPool;

use crate::{
    linked::{approval, at, planned, requested, schedule},
    operations::{ADMIN, form, scheduled},
    test_app::{DISPATCHER, TestApp},
};

const ROUNDS: usize = 25;
const STEPS: usize = 12;

/// Small, and the same sequence for the same seed ([splitmix64](https://prng.di.unimi.it/splitmix64.c)).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()].clone()
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Edit,
    Cancel,
    Undo,
    Retry,
    PutBack,
    Delete,
    /// Moved in the schedule.
    Drag,
    /// Taken out of the schedule.
    Unplan,
    Sweep,
    Fault,
    Scope,
    Mend,
    Wait,
}

/// One of the meetings, and what a person does to it in a process of its own.
async fn act(
    backend: Backend,
    step: Step,
    who: (Grant<InteractionUpdate>, Grant<InteractionDelete>),
    form: EditInteraction,
) {
    let id = form.interaction_id.clone();
    // Refusals are as good as anything else here.
    match step {
        Step::Edit => drop(backend::interactions::edit(&backend, &who.0, &form).await),
        Step::Cancel => drop(backend::interactions::cancel_meeting(&backend, &who.0, &id, "Sorry").await),
        Step::Undo => drop(backend::interactions::undo_cancel(&backend, &who.0, &id).await),
        Step::Retry => drop(backend::interactions::retry_meeting(&backend, &who.0, &id).await),
        Step::PutBack => drop(backend::interactions::put_meeting_back(&backend, &who.0, &id).await),
        Step::Delete => drop(backend::interactions::delete(&backend, &who.1, &id, "Gone").await),
        Step::Drag | Step::Unplan => drop(plan(&backend, step, &who.0, &form).await),
        _ => drop(backend.sweep().await),
    }
}

/// What is done to a meeting where it stands in the schedule.
async fn plan(
    backend: &Backend,
    step: Step,
    who: &Grant<InteractionUpdate>,
    form: &EditInteraction,
) -> backend::Result<()> {
    let anchor = Anchor::Interaction(form.interaction_id.parse().unwrap());
    let mut tx = backend.db().begin(who.scope()).await?;
    let linked = linked::hold(backend, &mut tx, anchor).await?;
    let told = if matches!(step, Step::Drag) {
        let times = [&form.start, &form.end].map(|time| at(&format!("{time}:00Z")));
        linked::move_to(backend, &mut tx, who.user_id(), &linked, times.into()).await?
    } else {
        let how = Ending::EntryDeleted { message: Some("Gone") };
        linked::cancel(backend, &mut tx, who.user_id(), &linked, how).await?
    };
    tx.commit().await?;
    linked::prompt(backend, who.scope(), told).await;
    Ok(())
}

/// One of each kind: from the timeline, from the schedule, for a request.
async fn meetings(app: &TestApp) -> [Saved; 3] {
    // The request of the round before is somebody else's by now.
    for statement in [
        "UPDATE online_meetings SET appointment_request_id = NULL WHERE appointment_request_id IS NOT NULL",
        "UPDATE schedule_entries SET work_item_type = 'ad_hoc', work_item_id = NULL WHERE work_item_type = 'appointment_request'",
        "DELETE FROM appointment_requests",
    ] {
        app.execute(statement).await;
    }
    requested(app).await;
    let approved = schedule(app, approval(app).await).await.unwrap();
    let planned = planned(app).await.1;
    let approved = Saved {
        interaction_id: approved.interaction_id.unwrap(),
        ..planned.clone()
    };
    [scheduled(app).await, planned, approved]
}

async fn step(app: &TestApp, dice: &mut Dice, meetings: &[Saved]) {
    const STEPS: [Step; 22] = [
        Step::Edit,
        Step::Edit,
        Step::Edit,
        Step::Edit,
        Step::Edit,
        Step::Cancel,
        Step::Cancel,
        Step::Undo,
        Step::Undo,
        Step::Retry,
        Step::PutBack,
        Step::PutBack,
        Step::Delete,
        Step::Drag,
        Step::Drag,
        Step::Drag,
        Step::Unplan,
        Step::Fault,
        Step::Fault,
        Step::Sweep,
        Step::Wait,
        Step::Mend,
    ];
    let chosen = if dice.below(12) == 0 {
        Step::Scope
    } else {
        dice.pick(&STEPS)
    };
    match chosen {
        Step::Fault => {
            let route = dice.pick(&[Route::UpdateEvent, Route::CancelEvent, Route::DeleteEvent, Route::Token]);
            let answer = dice.pick(&[
                FaultAnswer::DropAfter,
                FaultAnswer::DropBefore,
                FaultAnswer::StatusAfterCommit(503),
                FaultAnswer::from(CannedAnswer::status(503)),
                FaultAnswer::from(CannedAnswer::status(403)),
                FaultAnswer::from(CannedAnswer::status(429).retry_after(30)),
                FaultAnswer::from(CannedAnswer::delay(60)),
            ]);
            let times = u32::try_from(dice.below(7)).unwrap() + 1;
            app.sim.fault(Fault::new(route, answer).times(times));
        }
        Step::Scope => {
            app.sim
                .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.in_calendar_scope = false);
        }
        Step::Mend => mend(app),
        Step::Wait => app.advance(i64::try_from(dice.below(40)).unwrap()),
        chosen => {
            let saved = dice.pick(meetings);
            let known = app.count_of(
                "SELECT count(*) FROM interactions WHERE interaction_id = $1",
                saved.interaction_id.0,
            );
            if known.await == 0 {
                return;
            }
            let mut form = form(app, &saved).await;
            let hour = dice.below(12) + 8;
            if dice.below(3) > 0 {
                form.start = format!("2026-11-25T{hour:02}:00");
                form.end = format!("2026-11-25T{hour:02}:30");
            }
            if dice.below(3) == 0 {
                form.title = format!("Online Meeting: Number {}", dice.below(4));
            }
            let who = (app.grant(DISPATCHER).await, app.grant(ADMIN).await);
            // Mostly it gets done; often enough the process is killed somewhere on the way.
            let patience = dice.pick(&[3000, 3000, 3000, 2, 5, 9, 15, 25, 50]);
            app.killed_after(Duration::from_millis(patience), move |backend| {
                act(backend, chosen, who, form)
            })
            .await;
        }
    }
}

fn mend(app: &TestApp) {
    app.sim.clear_faults();
    app.sim
        .change_user(northwind::ORGANIZER_OBJECT_ID, |user| user.in_calendar_scope = true);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn whatever_happens_both_sides_agree_in_the_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let seed =
        option_env!("OPERATIONS_SEED").map_or(u64::from(since_epoch.subsec_nanos()), |seed| seed.parse().unwrap());
    println!("built with OPERATIONS_SEED={seed} this run comes again");
    let mut dice = Dice(seed);
    let noon = app.now().timestamp();
    for round in 0..ROUNDS {
        let meetings = meetings(&app).await;
        for _ in 0..STEPS {
            step(&app, &mut dice, &meetings).await;
        }
        mend(&app);
        app.sweep_to_the_end().await;
        println!("round {round}: {} meetings live", app.live_events().len());
        app.assert_agreement().await;
        let stuck = "SELECT count(*) FROM online_meetings m JOIN meeting_operations o USING (tenant, meeting_id)
                      WHERE m.status = 'cancel_pending' AND o.kind = 'create'";
        assert_eq!(app.count(stuck).await, 0, "being cancelled, and nobody at it");
        // Back to the morning, as the meetings are on the next day.
        app.advance(noon - app.now().timestamp());
    }
    // Each attendee got at most one cancellation of each meeting.
    for event in app.sim.events() {
        let cancellations = event
            .mails
            .iter()
            .filter(|mail| mail.kind == graph_sim::MailKind::Cancellation)
            .count();
        assert_eq!(cancellations, usize::from(event.deleted));
    }
}
