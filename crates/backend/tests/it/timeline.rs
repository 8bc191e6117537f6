//! What a timeline shows, how it is narrowed, and how it is read to its end.

use std::collections::HashSet;

use domain::{ErrorCode, InteractionId, Place, TimelinePage, TimelineQuery};
use sqlx::PgPool;

use crate::test_app::{CONTOSO_ADMIN, DISPATCHER, TestApp};

async fn all(app: &TestApp, query: TimelineQuery) -> TimelinePage {
    at(app, Place::All, query).await
}

async fn at(app: &TestApp, place: Place, query: TimelineQuery) -> TimelinePage {
    read(app, DISPATCHER, place, &query).await
}

async fn read(app: &TestApp, email: &str, place: Place, query: &TimelineQuery) -> TimelinePage {
    backend::timeline::page(&app.backend, &app.grant(email).await, &place.to_string(), query)
        .await
        .unwrap()
}

fn past(page: &TimelinePage) -> Vec<&domain::TimelineRow> {
    page.days.iter().flat_map(|day| &day.rows).collect()
}

fn every(page: &TimelinePage) -> Vec<&domain::TimelineRow> {
    page.upcoming.iter().chain(past(page)).collect()
}

fn search(words: &str) -> TimelineQuery {
    TimelineQuery {
        q: words.into(),
        ..TimelineQuery::default()
    }
}

/// All rows of a timeline, page by page.
async fn to_the_end(app: &TestApp, place: Place, mut query: TimelineQuery) -> Vec<InteractionId> {
    let mut seen = Vec::new();
    loop {
        let page = at(app, place, query.clone()).await;
        assert!(query.after.is_empty() || page.upcoming.is_empty());
        seen.extend(every(&page).iter().map(|row| row.interaction_id));
        match page.next {
            Some(cursor) => query.after = cursor.to_string(),
            None => return seen,
        }
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn every_timeline_is_read_to_its_end(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let acme = app.client("Acme Manufacturing").await;
    let ada = app.contact("ada@acme.example").await;
    // Many at the same moment: the order among them is theirs by id.
    app.execute(
        "UPDATE interactions SET interaction_date = '2026-11-01 10:00Z', start_time = '2026-11-01 10:00Z'
          WHERE client_id = (SELECT client_id FROM clients WHERE client_name = 'Acme Manufacturing')
            AND interaction_date < '2026-11-01 10:00Z' AND interaction_date > '2026-08-01'",
    )
    .await;
    for (place, count) in [
        (
            Place::All,
            // Of what is to come only the next ten are shown here.
            "SELECT count(*) FILTER (WHERE interaction_date <= '2026-11-24 10:10Z') + 10
               FROM interactions i JOIN tenants t USING (tenant) WHERE t.client_name = 'Northwind IT'",
        ),
        (
            Place::Client(acme.into()),
            "SELECT count(*) FROM interactions i JOIN clients c USING (tenant, client_id) WHERE c.client_name = 'Acme Manufacturing'",
        ),
        (
            Place::Contact(ada.into()),
            "SELECT count(*) FROM interactions i JOIN contacts c USING (tenant, contact_name_id) WHERE c.email = 'ada@acme.example'",
        ),
    ] {
        let seen = to_the_end(&app, place, TimelineQuery::default()).await;
        let distinct: HashSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "no row of {place} twice");
        assert_eq!(i64::try_from(seen.len()).unwrap(), app.count(count).await, "{place}");
    }
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn what_is_to_come_stands_on_top(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let page = all(&app, TimelineQuery::default()).await;
    assert!(page.upcoming.len() == 10 && page.later.is_some());
    let scheduled = page
        .upcoming
        .iter()
        .filter_map(|row| row.meeting.as_ref())
        .find(|meeting| meeting.join_url.is_some())
        .unwrap();
    assert!(scheduled.opens_in > 0, "it is on another day");
    app.execute(
        "INSERT INTO interactions (tenant, type_id, user_id, client_id, title, interaction_date)
         SELECT i.tenant, i.type_id, i.user_id, i.client_id, 'Later', '2027-01-01'::timestamptz + n * interval '1 hour'
           FROM (SELECT * FROM interactions WHERE title = 'Online Meeting: Backup restore test' LIMIT 1) i, generate_series(1, 60) n",
    )
    .await;
    let tenant = app
        .id("SELECT tenant FROM interactions WHERE title = $1 LIMIT 1", "Later")
        .await;
    let northwind = app
        .id("SELECT tenant FROM tenants WHERE client_name = $1", "Northwind IT")
        .await;
    let email = if tenant == northwind { DISPATCHER } else { CONTOSO_ADMIN };
    let from = |day: &str| TimelineQuery {
        from: day.into(),
        ..TimelineQuery::default()
    };
    let page = read(&app, email, Place::All, &from("2026-12-31")).await;
    assert_eq!((page.upcoming.len(), page.later.as_deref()), (50, Some("2027-01-03")));
    let page = read(&app, email, Place::All, &from("2027-01-03")).await;
    assert!(!page.upcoming.is_empty() && page.upcoming.len() < 30 && page.later.is_none() && page.days.is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_meeting_can_be_joined_from_ten_minutes_before(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let saved = app
        .add(&domain::QuickAdd {
            start: "2026-11-24T11:25".into(),
            end: "2026-11-24T12:00".into(),
            ..app.meeting().await
        })
        .await
        .unwrap();
    let opens_in = async || {
        let page = all(&app, TimelineQuery::default()).await;
        let row = every(&page)
            .into_iter()
            .find(|row| row.interaction_id == saved.interaction_id)
            .unwrap()
            .clone();
        row.meeting
            .map(|meeting| (meeting.join_url.is_some(), meeting.opens_in))
    };
    assert_eq!(opens_in().await, Some((true, 300)));
    app.advance(300);
    assert_eq!(opens_in().await, Some((true, 0)));
    app.advance(20 * 60);
    assert_eq!(opens_in().await, Some((true, 0)), "it is under way");
    app.advance(40 * 60);
    assert_eq!(opens_in().await, Some((false, 0)), "it is over");
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_search_finds_words_in_titles_and_notes(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = domain::QuickAdd {
        title: "Zebra/crossing plan".into(),
        notes: "Ask müller@acme.example about the O'Hara-switch".into(),
        create_teams_meeting: None,
        start: "2026-11-20T10:00".into(),
        end: "2026-11-20T10:30".into(),
        ..app.meeting().await
    };
    let saved = app.add(&form).await.unwrap();
    let acme = Place::Client(saved.client_id);
    let globex = Place::Client(app.client("Globex").await.into());
    let ada = Place::Contact(app.contact("ada@acme.example").await.into());
    for words in [
        "zebra",
        "ZEB",
        "crossing",
        "Zebra plan",
        "müll",
        "hara switch",
        "acme.example",
        "o'hara",
        "zebra %",
    ] {
        for (place, hits) in [(Place::All, 1), (acme, 1), (ada, 1), (globex, 0)] {
            let page = at(&app, place, search(words)).await;
            assert_eq!(every(&page).len(), hits, "{words} at {place}");
        }
    }
    for words in ["ebra", "zebra backup", "'zebra' | 'backup'", "zebra:* & !plan"] {
        let hits = every(&at(&app, acme, search(words)).await).len();
        let expected = usize::from(words.ends_with("plan"));
        assert_eq!(hits, expected, "{words}: operators are no operators here");
    }
    // No words, no search.
    assert_eq!(past(&all(&app, search("%%% ")).await).len(), 20);
    let foreign = read(&app, CONTOSO_ADMIN, Place::All, &search("zebra")).await;
    assert_eq!(every(&foreign).len(), 0);
    let hits = to_the_end(&app, Place::All, search("printer")).await;
    assert!(hits.len() > 100 && hits.iter().collect::<HashSet<_>>().len() == hits.len());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn filters_narrow_what_is_shown(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let options = backend::timeline::options(&app.backend, &app.grant(DISPATCHER).await)
        .await
        .unwrap();
    assert_eq!((options.types.len(), options.people.len()), (6, 4), "{options:?}");
    let call = options.types.iter().find(|kind| kind.name == "Call").unwrap();
    let tomas = options
        .people
        .iter()
        .find(|person| person.name == "Tomas Berg")
        .unwrap();
    let acme = Place::Client(app.client("Acme Manufacturing").await.into());
    for place in [Place::All, acme] {
        let by_type = TimelineQuery {
            kind: call.id.to_string(),
            ..TimelineQuery::default()
        };
        let by_person = TimelineQuery {
            person: tomas.id.to_string(),
            ..TimelineQuery::default()
        };
        let by_both = TimelineQuery {
            kind: call.id.to_string(),
            ..by_person.clone()
        };
        let page = at(&app, place, by_type).await;
        assert!(page.next.is_some() && every(&page).iter().all(|row| row.type_name == "Call"));
        let page = at(&app, place, by_person).await;
        assert!(page.next.is_some() && every(&page).iter().all(|row| row.user_name == "Tomas Berg"));
        let page = at(&app, place, by_both).await;
        assert!(!every(&page).is_empty());
        assert!(
            every(&page)
                .iter()
                .all(|row| row.type_name == "Call" && row.user_name == "Tomas Berg")
        );
        let days = TimelineQuery {
            from: "2026-11-18".into(),
            to: "2026-11-19".into(),
            ..TimelineQuery::default()
        };
        let page = at(&app, place, days).await;
        let two = ["Thursday, 19 November 2026", "Wednesday, 18 November 2026"];
        assert!(!page.days.is_empty() && page.days.iter().all(|day| two.contains(&day.label.as_str())));
        assert!(page.upcoming.is_empty());
        let has = |what: &str| TimelineQuery {
            has: what.into(),
            ..TimelineQuery::default()
        };
        let page = at(&app, place, has("recording")).await;
        assert!(!past(&page).is_empty());
        assert!(
            past(&page)
                .iter()
                .all(|row| row.meeting.as_ref().is_some_and(|meeting| meeting.has_recording))
        );
        let page = at(&app, place, has("transcript")).await;
        assert!(
            past(&page)
                .iter()
                .all(|row| row.meeting.as_ref().is_some_and(|meeting| meeting.has_transcript))
        );
        let page = at(&app, place, has("join")).await;
        assert!(!page.upcoming.is_empty() && page.days.is_empty());
        assert!(
            page.upcoming
                .iter()
                .all(|row| row.meeting.as_ref().unwrap().join_url.is_some())
        );
    }
    // Backwards, or nobody's: nothing, and no error.
    let backwards = TimelineQuery {
        from: "2026-11-19".into(),
        to: "2026-11-18".into(),
        ..TimelineQuery::default()
    };
    assert!(every(&all(&app, backwards).await).is_empty());
    let nobody = TimelineQuery {
        person: app.client("Globex").await.to_string(),
        ..TimelineQuery::default()
    };
    assert!(every(&all(&app, nobody).await).is_empty());
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_foreign_timeline_is_not_there(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let ada = app.contact("ada@acme.example").await.to_string();
    let (ours, theirs) = (app.actor(DISPATCHER).await, app.actor(CONTOSO_ADMIN).await);
    let query = TimelineQuery::default();
    let page = backend::contacts::page(&app.backend, &ours.require().unwrap(), &ada)
        .await
        .unwrap();
    assert_eq!(
        (page.name.as_str(), page.email.as_deref()),
        ("Ada Example", Some("ada@acme.example"))
    );
    assert_eq!(page.client.unwrap().name, "Acme Manufacturing");
    assert!(page.has_portal_account);
    for id in [ada.as_str(), "../1", "0b2f4e5c-8a13-4b52-9c1d-3a4f5e6d7c8b"] {
        let page = backend::contacts::page(&app.backend, &theirs.require().unwrap(), id).await;
        assert_eq!(page.unwrap_err().failure().code, ErrorCode::NotFound, "{id}");
    }
    let more =
        async |place: &str| backend::timeline::page(&app.backend, &theirs.require().unwrap(), place, &query).await;
    let acme = format!("client.{}", app.client("Acme Manufacturing").await);
    for place in ["", "contact", "contact.1", "tenant", &acme, &format!("contact.{ada}")] {
        assert_eq!(
            more(place).await.unwrap_err().failure().code,
            ErrorCode::NotFound,
            "{place}"
        );
    }
}
