//! How many statements a page costs: always the same few, whatever is asked for and however much there is.

use std::cell::Cell;

use backend::sessions::{self, SignedIn};
use domain::{ListQuery, Place, RequestQuery, SignIn, TimelineQuery, schedule::ScheduleQuery};
use sqlx::PgPool;
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

use crate::test_app::{DISPATCHER, TestApp, visitor};

thread_local! {
    static STATEMENTS: Cell<u64> = const { Cell::new(0) };
}

/// Counts what sqlx reports of the statements that each thread runs: a test has one of its own. For the whole process, because what
/// is switched on for one thread only is overlooked when another one gets to a callsite first.
struct Statements;

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        STATEMENTS.set(STATEMENTS.get() + 1);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_costs_four_statements(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SignIn {
        email: DISPATCHER.into(),
        password: backend::seed::PASSWORD.into(),
        next: String::new(),
    };
    let SignedIn::Done(identity) = sessions::sign_in(&app.backend, &visitor(), &form).await.unwrap() else {
        panic!("no code is asked for");
    };
    let client = app.client("Acme Manufacturing").await;
    let contact = app.contact("ada@acme.example").await;
    tracing::subscriber::set_global_default(Statements).unwrap();
    tracing::callsite::rebuild_interest_cache();
    let queries = [
        TimelineQuery::default(),
        TimelineQuery {
            q: "backup".into(),
            ..TimelineQuery::default()
        },
        TimelineQuery {
            has: "recording".into(),
            from: "2020-01-01".into(),
            ..TimelineQuery::default()
        },
    ];
    for query in queries {
        for place in [Place::All, Place::Client(client.into()), Place::Contact(contact.into())] {
            let before = STATEMENTS.get();
            let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
            let _ = sessions::viewer(&actor);
            match place {
                Place::All => drop(
                    backend::timeline::options(&app.backend, &actor.require().unwrap())
                        .await
                        .unwrap(),
                ),
                Place::Client(id) => drop(
                    backend::clients::page(&app.backend, &actor.require().unwrap(), &id.to_string())
                        .await
                        .unwrap(),
                ),
                Place::Contact(id) => drop(
                    backend::contacts::page(&app.backend, &actor.require().unwrap(), &id.to_string())
                        .await
                        .unwrap(),
                ),
            }
            backend::timeline::page(&app.backend, &actor.require().unwrap(), &place.to_string(), &query)
                .await
                .unwrap();
            let counted = STATEMENTS.get() - before;
            // The fourth is the browser's session, which is read before anybody knows whose it is.
            assert_eq!(counted, 3, "{place} {query:?}");
        }
    }
    // A page of a list costs as many: how many there are, and the rows.
    for (q, client, show) in [("", "", ""), ("a", "", "all"), ("a", "acme manufacturing", "inactive")] {
        let query = ListQuery {
            q: q.into(),
            client: client.into(),
            show: show.into(),
            after: String::new(),
        };
        let before = STATEMENTS.get();
        let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
        backend::clients::list(&app.backend, &actor.require().unwrap(), &query)
            .await
            .unwrap();
        assert_eq!(STATEMENTS.get() - before, 3, "clients {query:?}");
        let before = STATEMENTS.get();
        let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
        backend::contacts::list(&app.backend, &actor.require().unwrap(), &query)
            .await
            .unwrap();
        assert_eq!(STATEMENTS.get() - before, 3, "contacts {query:?}");
    }
    // So does a page of the schedule, whatever it shows: the staff, and the entries.
    for (view, who) in [("day", "team"), ("week", ""), ("month", "team"), ("agenda", "")] {
        let query = ScheduleQuery {
            view: view.into(),
            who: who.into(),
            ..ScheduleQuery::default()
        };
        let before = STATEMENTS.get();
        let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
        let page = backend::schedule::page(&app.backend, &actor.require().unwrap(), &query)
            .await
            .unwrap();
        assert!(page.days.iter().any(|day| !day.blocks.is_empty()), "{view} {who}");
        assert_eq!(STATEMENTS.get() - before, 3, "schedule {view} {who}");
    }
    // So do the list of requests and the page of one, with all that is needed to decide about it.
    for status in ["", "approved", "all"] {
        let before = STATEMENTS.get();
        let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
        let query = RequestQuery {
            status: status.into(),
            after: String::new(),
        };
        let grant = actor.require().unwrap();
        let list = backend::appointments::list(&app.backend, &grant, &query).await.unwrap();
        assert_eq!(STATEMENTS.get() - before, 3, "requests {status}");
        for row in list.rows {
            let before = STATEMENTS.get();
            let (actor, _) = sessions::actor(&app.backend, identity).await.unwrap().unwrap();
            let _ = sessions::viewer(&actor);
            let (grant, id) = (actor.require().unwrap(), row.request_id.to_string());
            let kept = backend::appointments::Kept::default();
            backend::appointments::page(&app.backend, &grant, &id, kept)
                .await
                .unwrap();
            let counted = STATEMENTS.get() - before;
            // One is for the mails that were sent. What is not decided has two more: what stands against its time, and whether a meeting
            // can be made of it.
            assert!((3..=6).contains(&counted), "{counted} for the request {row:?}");
        }
    }
    let actor = app.actor(DISPATCHER).await;
    let before = STATEMENTS.get();
    backend::palette::search(&app.backend, &actor, "backup").await.unwrap();
    assert_eq!(STATEMENTS.get() - before, 1, "the palette");
}
