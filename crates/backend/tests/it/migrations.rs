//! Migrations go up, down and up again.

use backend::{
    Db,
    store::{MIGRATOR, MigrationState},
};
use sqlx::PgPool;

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the catalog with statements of their own"
)]
async fn catalog(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations'
         UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_sqlx_migrations'
         UNION ALL SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = 'public'
         UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
         ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the rows with statements of their own"
)]
async fn meeting_types(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM system_interaction_types WHERE type_name = 'Online Meeting' AND icon = 'video'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[sqlx::test(migrations = false)]
async fn up_down_up(pool: PgPool) {
    let db = Db::new(pool.clone()).unwrap();
    assert!(
        db.migrations()
            .await
            .unwrap()
            .iter()
            .all(|migration| migration.state == MigrationState::Pending)
    );
    db.migrate_up().await.unwrap();
    let first = catalog(&pool).await;
    assert!(first.iter().any(|line| line.starts_with("online_meetings.")));
    assert_eq!(meeting_types(&pool).await, 1);
    db.migrate_up().await.unwrap();
    assert_eq!(meeting_types(&pool).await, 1);
    assert!(
        db.migrations()
            .await
            .unwrap()
            .iter()
            .all(|migration| migration.state == MigrationState::Applied)
    );

    db.migrate_down(0).await.unwrap();
    assert_eq!(catalog(&pool).await, Vec::<String>::new(), "nothing is left behind");
    db.migrate_up().await.unwrap();
    assert_eq!(catalog(&pool).await, first);
    assert_eq!(meeting_types(&pool).await, 1);
}

#[sqlx::test(migrations = false)]
async fn many_processes_may_start_at_once(pool: PgPool) {
    let starts = (0..4).map(|_| {
        let db = Db::new(pool.clone()).unwrap();
        async move { db.migrate_up().await }
    });
    for result in futures::future::join_all(starts).await {
        result.unwrap();
    }
}

#[test]
fn versions_are_unique_over_both_lists() {
    let mut versions: Vec<i64> = MIGRATOR
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
        .map(|migration| migration.version)
        .collect();
    let count = versions.len();
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), count);
    for migration in MIGRATOR.iter() {
        let pairs = MIGRATOR
            .iter()
            .filter(|other| other.version == migration.version)
            .count();
        assert_eq!(pairs, 2, "{} has an up and a down", migration.version);
    }
}
