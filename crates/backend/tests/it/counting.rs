//! How many statements a page costs: always the same few, whatever is asked for and however much there is.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use backend::sessions;
use domain::{Place, SignIn, TimelineQuery};
use sqlx::PgPool;
use tracing::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};

use crate::test_app::{DISPATCHER, TestApp, visitor};

/// Counts what sqlx reports of the statements that this thread runs.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicU64>);

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
        self.0.fetch_add(1, Ordering::SeqCst);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[sqlx::test(migrator = "backend::store::MIGRATOR")]
async fn a_page_with_a_timeline_costs_four_statements(pool: PgPool) {
    let app = TestApp::start(pool).await;
    let form = SignIn {
        email: DISPATCHER.into(),
        password: backend::seed::PASSWORD.into(),
        next: String::new(),
    };
    let identity = sessions::sign_in(&app.backend, &visitor(), &form).await.unwrap();
    let client = app.client("Acme Manufacturing").await;
    let contact = app.contact("ada@acme.example").await;
    let statements = Statements::default();
    let _guard = tracing::subscriber::set_default(statements.clone());
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
            let before = statements.0.load(Ordering::SeqCst);
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
            let counted = statements.0.load(Ordering::SeqCst) - before;
            // The fourth is the browser's session, which is read before anybody knows whose it is.
            assert_eq!(counted, 3, "{place} {query:?}");
        }
    }
}
