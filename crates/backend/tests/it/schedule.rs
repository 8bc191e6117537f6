//! The schedule: what is shown to whom, and what becomes of what is typed.

use backend::schedule;
use domain::{
    ErrorCode, Failure, Field, Problem, ScheduleEntryId,
    schedule::{
        EntryKind, EntryMark, EntrySaved, MoveEntry, RemoveEntry, SaveEntry, ScheduleBlock, SchedulePage, ScheduleQuery,
    },
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

const TECH: &str = "tech@northwind.example";
const ADMIN: &str = "admin@northwind.example";

impl TestApp {
    async fn schedule(&self, email: &str, query: ScheduleQuery) -> Result<SchedulePage, Failure> {
        let grant = self.grant(email).await;
        schedule::page(&self.backend, &grant, &query)
            .await
            .map_err(backend::Error::failure)
    }

    async fn save_entry(&self, email: &str, form: &SaveEntry) -> Result<EntrySaved, Failure> {
        let grant = self.grant(email).await;
        schedule::save(&self.backend, &grant, form)
            .await
            .map_err(backend::Error::failure)
    }

    async fn entry(&self, email: &str, id: ScheduleEntryId) -> domain::schedule::EntryPage {
        let grant = self.grant(email).await;
        schedule::entry(&self.backend, &grant, &id.to_string(), None)
            .await
            .unwrap()
    }

    async fn new_entry(&self, email: &str) -> SaveEntry {
        let grant = self.grant(email).await;
        let form = schedule::new_entry(&self.backend, &grant, schedule::NewFor::default(), None)
            .await
            .unwrap();
        SaveEntry {
            title: "Check the racks".into(),
            start: "2026-11-26T14:00".into(),
            end: "2026-11-26T15:00".into(),
            ..form.values
        }
    }

    async fn move_entry(&self, email: &str, input: &MoveEntry) -> Result<domain::schedule::EntryMoved, Failure> {
        let grant = self.grant(email).await;
        schedule::move_entry(&self.backend, &grant, input)
            .await
            .map_err(backend::Error::failure)
    }

    async fn remove_entry(&self, email: &str, input: &RemoveEntry) -> Result<domain::schedule::EntryRemoved, Failure> {
        let grant = self.grant(email).await;
        schedule::remove(&self.backend, &grant, input)
            .await
            .map_err(backend::Error::failure)
    }

    fn another_key(&self) -> String {
        self.backend.clock().id::<domain::IdempotencyKey>().to_string()
    }

    async fn user_id_of(&self, email: &'static str) -> Uuid {
        self.id("SELECT user_id FROM users WHERE email = $1", email).await
    }
}

fn week(who: &str) -> ScheduleQuery {
    ScheduleQuery {
        view: "week".into(),
        date: "2026-11-26".into(),
        who: who.into(),
        hours: String::new(),
    }
}

fn blocks(page: &SchedulePage) -> Vec<&ScheduleBlock> {
    page.days
        .iter()
        .flat_map(|day| day.long.iter().chain(&day.blocks))
        .collect()
}

fn fields(failure: &Failure) -> Vec<(Field, Problem)> {
    failure
        .fields
        .iter()
        .map(|error| (error.field, error.problem.clone()))
        .collect()
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_week_shows_what_is_on_it(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let page = app.schedule(DISPATCHER, week("")).await.unwrap();
    assert_eq!(page.title, "23 – 29 November 2026");
    assert_eq!((page.days.len(), page.zone.as_str()), (7, "Europe/Berlin"));
    let standups = blocks(&page)
        .into_iter()
        .filter(|block| block.title == "Stand-up")
        .count();
    assert_eq!(standups, 5, "what recurs comes on each workday");
    let standup = *blocks(&page).iter().find(|block| block.title == "Stand-up").unwrap();
    assert!(standup.is(EntryMark::Recurs) && standup.moves.is_none());
    // Two at once on Wednesday morning stand side by side.
    let wednesday = &page.days[2];
    let at = |title: &str| wednesday.blocks.iter().find(|block| block.title == title).unwrap();
    let (triage, parts) = (at("Queue triage"), at("Call: spare parts"));
    assert_eq!(
        (triage.time.as_str(), triage.from, triage.to),
        ("09:00 – 10:00", 540, 600)
    );
    assert_ne!(triage.lane, parts.lane);
    assert!(page.days[1].is_today && page.days[1].now == Some(11 * 60 + 10));
    assert!(page.days[0].is_past && !page.days[1].is_past);
    // Another person's, and nobody's.
    let tech = app.user_id_of(TECH).await.to_string();
    let theirs = app.schedule(DISPATCHER, week(&tech)).await.unwrap();
    assert!(blocks(&theirs).iter().any(|block| block.title == "Lab: restore test"));
    let foreign = app.user_id_of(CONTOSO_ADMIN).await.to_string();
    let refused = app.schedule(DISPATCHER, week(&foreign)).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_private_stays_so(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let team = app.schedule(ADMIN, week("team")).await.unwrap();
    let text = serde_json::to_string(&team).unwrap();
    assert!(!text.contains("Dentist") && !text.contains("Bring the card"));
    assert!(text.contains("Talk with the bank"), "one's own is known");
    let busy = blocks(&team)
        .into_iter()
        .find(|block| block.kind == EntryKind::Busy)
        .unwrap();
    assert!(busy.moves.is_none() && !busy.people.is_empty());
    let page = app.entry(ADMIN, busy.entry_id).await;
    assert_eq!((page.title.as_str(), page.notes, page.form), ("", None, None));
    assert!(page.rights == domain::schedule::EntryRights::default());
    let own = app.schedule(DISPATCHER, week("")).await.unwrap();
    let own = blocks(&own)
        .into_iter()
        .find(|block| block.title == "Dentist")
        .unwrap()
        .clone();
    assert!(own.moves.is_some());
    // Whoever types the address, or sends the form, gets no further.
    let input = MoveEntry {
        entry_id: own.entry_id.to_string(),
        version: own.version.to_string(),
        start: "2026-11-25T08:00".into(),
    };
    assert_eq!(
        app.move_entry(ADMIN, &input).await.unwrap_err().code,
        ErrorCode::Forbidden
    );
    // Who looks for a free time learns that there is none, but not why.
    let grant = app.grant(ADMIN).await;
    let dispatcher = app.user_id_of(DISPATCHER).await.to_string();
    let found = schedule::conflicts(
        &app.backend,
        &grant,
        (&dispatcher, ""),
        ("2026-11-24T11:00", "2026-11-24T12:00"),
    )
    .await
    .unwrap();
    assert_eq!(
        found.iter().map(|conflict| conflict.title.as_str()).collect::<Vec<_>>(),
        [""]
    );
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_day_of_the_team_has_a_column_for_each(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let query = ScheduleQuery {
        view: "day".into(),
        ..week("team")
    };
    let page = app.schedule(TECH, query).await.unwrap();
    assert_eq!(page.days.len(), 4);
    let names: Vec<_> = page
        .days
        .iter()
        .map(|day| day.person.as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(names, ["Alex Winter", "Dana Ortiz", "Femi Adeyemi", "Tomas Berg"]);
    // Femi is away; it is not the technician's to change.
    let leave = page.days[2].long.first().unwrap();
    assert_eq!((leave.title.as_str(), leave.moves), ("Leave", None));
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn nights_with_a_change_of_clocks_are_right(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let mut form = app.new_entry(DISPATCHER).await;
    // Three real hours: the clocks are put back at three.
    (form.start, form.end) = ("2026-10-25T01:30".into(), "2026-10-25T03:30".into());
    let saved = app.save_entry(DISPATCHER, &form).await.unwrap();
    let query = ScheduleQuery {
        date: "2026-10-25".into(),
        ..week("")
    };
    let page = app.schedule(DISPATCHER, query).await.unwrap();
    let sunday = page.days.last().unwrap();
    let block = sunday
        .blocks
        .iter()
        .find(|block| Some(block.entry_id) == saved.entry_id)
        .unwrap();
    assert_eq!((block.from, block.to, block.moves), (90, 270, Some(180)));
    assert_eq!(page.to, 20 * 60, "the axis has an hour more");
    assert_eq!(sunday.pieces.len(), 2);
    // An hour that is skipped cannot be typed, but moved over.
    form.idempotency_key = app.another_key();
    form.start = "2027-03-28T02:30".into();
    form.end = "2027-03-28T04:00".into();
    let refused = app.save_entry(DISPATCHER, &form).await.unwrap_err();
    assert_eq!(fields(&refused), [(Field::Start, Problem::NoSuchTime)]);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_entry_is_added_once_and_only_to_whose_schedule_one_may(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = app.new_entry(TECH).await;
    let first = app.save_entry(TECH, &form).await.unwrap();
    assert_eq!(app.save_entry(TECH, &form).await.unwrap(), first);
    assert_eq!(
        app.count("SELECT count(*) FROM schedule_entries WHERE title = 'Check the racks'")
            .await,
        1
    );
    let page = app.entry(TECH, first.entry_id.unwrap()).await;
    assert!(page.rights.may_edit && !page.rights.may_assign);
    assert_eq!(page.when, "Thursday, 26 November 2026, 14:00 – 15:00");
    // A technician puts nothing on the dispatcher's schedule, the dispatcher may the other way round.
    let theirs = SaveEntry {
        user_id: app.user_id_of(DISPATCHER).await.to_string(),
        idempotency_key: app.another_key(),
        ..form.clone()
    };
    let refused = app.save_entry(TECH, &theirs).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    let given = SaveEntry {
        user_id: app.user_id_of(TECH).await.to_string(),
        idempotency_key: app.another_key(),
        ..form.clone()
    };
    let given = app.save_entry(DISPATCHER, &given).await.unwrap();
    assert!(app.entry(TECH, given.entry_id.unwrap()).await.rights.may_edit);
    // What is wrong is named, and what is another tenant's is not there.
    let foreign = SaveEntry {
        user_id: app.user_id_of(CONTOSO_ADMIN).await.to_string(),
        idempotency_key: app.another_key(),
        ..form.clone()
    };
    let refused = app.save_entry(DISPATCHER, &foreign).await.unwrap_err();
    assert_eq!(fields(&refused), [(Field::Owner, Problem::Unknown)]);
    let client = SaveEntry {
        client_id: app.client("Initech").await.to_string(),
        idempotency_key: app.another_key(),
        ..form.clone()
    };
    let refused = app.save_entry(DISPATCHER, &client).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    let private = SaveEntry {
        is_private: Some("on".into()),
        user_id: app.user_id_of(TECH).await.to_string(),
        idempotency_key: app.another_key(),
        ..form
    };
    let refused = app.save_entry(DISPATCHER, &private).await.unwrap_err();
    assert_eq!(fields(&refused), [(Field::Owner, Problem::PrivateIsOnesOwn)]);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn with_a_client_it_stands_on_the_timeline_too(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SaveEntry {
        client_id: app.client("Acme Manufacturing").await.to_string(),
        contact_id: app.contact("ada@acme.example").await.to_string(),
        ..app.new_entry(DISPATCHER).await
    };
    let saved = app.save_entry(DISPATCHER, &form).await.unwrap();
    let interaction = saved.interaction_id.unwrap();
    let page = app.entry(DISPATCHER, saved.entry_id.unwrap()).await;
    assert_eq!(
        (page.kind, page.interaction),
        (EntryKind::Interaction, Some(interaction))
    );
    let agrees = "SELECT count(*) FROM interactions i JOIN schedule_entries e ON e.tenant = i.tenant AND e.work_item_id = i.interaction_id
                   WHERE i.interaction_id = $1 AND (i.start_time, i.end_time) = (e.scheduled_start, e.scheduled_end)";
    assert_eq!(app.count_of(agrees, interaction.0).await, 1);
    // Moved, the two stay together; deleted, the interaction stays.
    app.advance(5);
    let input = MoveEntry {
        entry_id: page.entry_id.to_string(),
        version: page.version.to_string(),
        start: "2026-11-27T09:00".into(),
    };
    let moved = app.move_entry(DISPATCHER, &input).await.unwrap();
    assert_eq!(moved.date, "2026-11-27");
    assert_eq!(app.count_of(agrees, interaction.0).await, 1);
    // Whoever has seen the old state is told.
    app.advance(5);
    assert_eq!(
        app.move_entry(ADMIN, &input).await.unwrap_err().code,
        ErrorCode::Conflict
    );
    let page = app.entry(DISPATCHER, page.entry_id).await;
    let input = RemoveEntry {
        entry_id: page.entry_id.to_string(),
        version: page.version.to_string(),
        ..RemoveEntry::default()
    };
    assert!(!app.remove_entry(DISPATCHER, &input).await.unwrap().stays);
    assert_eq!(
        app.remove_entry(DISPATCHER, &input).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    let stays = "SELECT count(*) FROM interactions WHERE interaction_id = $1";
    assert_eq!(app.count_of(stays, interaction.0).await, 1);
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn an_entry_is_changed_by_those_who_may(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = app.save_entry(TECH, &app.new_entry(TECH).await).await.unwrap();
    let id = saved.entry_id.unwrap();
    let values = app.entry(TECH, id).await.form.unwrap().values;
    app.advance(5);
    let changed = SaveEntry {
        title: "Check all racks".into(),
        notes: "Torch!".into(),
        is_private: Some("on".into()),
        end: "2026-11-26T16:00".into(),
        ..values.clone()
    };
    app.save_entry(TECH, &changed).await.unwrap();
    let page = app.entry(TECH, id).await;
    assert_eq!((page.title.as_str(), page.is_private), ("Check all racks", true));
    assert!(page.when.ends_with("14:00 – 16:00"));
    // Now it is the technician's alone.
    let grant = app.grant(DISPATCHER).await;
    let seen = schedule::entry(&app.backend, &grant, &id.to_string(), None)
        .await
        .unwrap();
    assert_eq!(seen.kind, EntryKind::Busy);
    let refused = app.save_entry(DISPATCHER, &changed).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    // The form of before is not saved over it.
    let refused = app.save_entry(TECH, &values).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    let grant = app.grant(CONTOSO_ADMIN).await;
    let refused = schedule::entry(&app.backend, &grant, &id.to_string(), None).await;
    assert_eq!(refused.unwrap_err().failure().code, ErrorCode::NotFound);
}

#[cfg(feature = "enterprise")]
mod with_a_meeting {
    use super::*;

    async fn meeting(app: &TestApp) -> SaveEntry {
        SaveEntry {
            title: "Rollout".into(),
            client_id: app.client("Acme Manufacturing").await.to_string(),
            contact_id: app.contact("ada@acme.example").await.to_string(),
            create_teams_meeting: Some("on".into()),
            attendees: vec!["ada@acme.example".into()],
            more_attendees: "bo@acme.example".into(),
            ..app.new_entry(DISPATCHER).await
        }
    }

    #[sqlx::test(migrator = "backend::store::MIGRATOR")]
    async fn entry_interaction_and_event_are_one(pool: PgPool) {
        let app = TestApp::start(pool).await;
        let form = meeting(&app).await;
        let saved = app.save_entry(DISPATCHER, &form).await.unwrap();
        assert_eq!(
            app.save_entry(DISPATCHER, &form).await.unwrap().entry_id,
            saved.entry_id
        );
        assert_eq!(app.live_events().len(), 1);
        let page = app.entry(DISPATCHER, saved.entry_id.unwrap()).await;
        let shown = page.meeting.clone().unwrap();
        assert_eq!((shown.attendees, shown.is_live), (2, true));
        assert_eq!(shown.join_url, saved.join_url);
        assert_eq!(page.form.as_ref().unwrap().moves_meeting, Some(2));
        // The question names both clocks and who is told.
        let grant = app.grant(DISPATCHER).await;
        let id = page.entry_id.to_string();
        let question = schedule::move_question(&app.backend, &grant, &id, "2026-11-27T09:00")
            .await
            .unwrap();
        assert_eq!((question.has_meeting, question.attendees), (true, 2));
        assert_eq!(question.when, "Fri, 27 Nov 2026, 09:00");
        app.advance(5);
        let link = app.live_events()[0].join_url.clone();
        let input = MoveEntry {
            entry_id: id.clone(),
            version: question.version.to_string(),
            start: question.start,
        };
        app.move_entry(DISPATCHER, &input).await.unwrap();
        app.sweep_to_the_end().await;
        let event = &app.live_events()[0];
        assert_eq!(event.start.to_rfc3339(), "2026-11-27T08:00:00+00:00");
        assert_eq!(event.join_url, link);
        app.assert_agreement().await;
        // Cancelled, it stays crossed out; deleted for good, it is gone.
        let page = app.entry(DISPATCHER, page.entry_id).await;
        let input = RemoveEntry {
            entry_id: id.clone(),
            version: page.version.to_string(),
            message: "Next month".into(),
            for_good: None,
        };
        assert!(app.remove_entry(DISPATCHER, &input).await.unwrap().stays);
        let page = app.entry(DISPATCHER, page.entry_id).await;
        assert!(page.meeting.as_ref().unwrap().change.as_ref().unwrap().undoable);
        assert!(page.form.is_none() && page.rights.may_delete);
        app.advance(10);
        app.sweep_to_the_end().await;
        assert!(app.live_events().is_empty());
        let page = app.entry(DISPATCHER, page.entry_id).await;
        let input = RemoveEntry {
            entry_id: id,
            version: page.version.to_string(),
            ..RemoveEntry::default()
        };
        assert!(!app.remove_entry(DISPATCHER, &input).await.unwrap().stays);
    }

    #[sqlx::test(migrator = "backend::store::MIGRATOR")]
    async fn impossible_times_are_refused(pool: PgPool) {
        let app = TestApp::start(pool).await;
        let at = |start: &str, end: &str, form: &SaveEntry| SaveEntry {
            start: start.into(),
            end: end.into(),
            ..form.clone()
        };
        let form = meeting(&app).await;
        for (start, end, field, problem) in [
            ("2026-11-23T09:00", "2026-11-23T10:00", Field::Start, Problem::Past),
            (
                "2026-11-26T09:00",
                "2026-11-26T09:00",
                Field::End,
                Problem::EndBeforeStart,
            ),
            (
                "2026-11-26T09:00",
                "2026-12-26T09:00",
                Field::End,
                Problem::LongerThan { hours: 24 },
            ),
        ] {
            let refused = app.save_entry(DISPATCHER, &at(start, end, &form)).await.unwrap_err();
            assert_eq!(fields(&refused), [(field, problem)]);
        }
        assert!(app.live_events().is_empty());
        // An entry without a meeting may be past, and long.
        let plain = SaveEntry {
            create_teams_meeting: None,
            client_id: String::new(),
            contact_id: String::new(),
            ..form
        };
        let past = at("2026-11-02T00:00", "2026-11-30T00:00", &plain);
        assert!(app.save_entry(DISPATCHER, &past).await.is_ok());
    }
}
