//! What the database holds.

use reqwest::header::CONTENT_TYPE;
use sqlx::AssertSqlSafe;

use crate::matrix::world::World;

impl World {
    /// Differs whenever anything differs that somebody entered.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests look at the rows with statements of their own"
    )]
    pub async fn fingerprint(&self) -> String {
        let pool = &self.server().pool;
        // Who is signed in where, and how often somebody tried, changes with every request. Mails and meetings go on by themselves after
        // one that was accepted, and so does what the program notes of itself.
        let of_tables: String = sqlx::query_scalar(
            "SELECT string_agg(format('SELECT %L || count(*) || sum(hashtextextended(t::text, 0)) AS held FROM %I t', tablename, tablename),
                               ' UNION ALL ' ORDER BY tablename)
               FROM pg_tables
              WHERE schemaname = 'public' AND tablename NOT IN ('web_sessions', 'sessions', 'rate_limits',
                                                                     'outgoing_mails', 'meeting_operations', 'online_meetings', 'teams_diagnoses',
                                                                     'teams_subscriptions', 'webhook_counts', 'process_marks', 'microsoft_requests')",
        )
        .fetch_one(pool)
        .await
        .unwrap();
        let held: String = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT md5(string_agg(held, ' ' ORDER BY held)) FROM ({of_tables}) t"
        )))
        .fetch_one(pool)
        .await
        .unwrap();
        held
    }

    /// A file that is waiting to be imported.
    pub async fn stage_import(&self) {
        let server = self.server();
        server.sign_in("admin@northwind.example").await;
        let form = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\nname\nFrom a file\n\r\n--b--\r\n";
        let kind = "multipart/form-data; boundary=b".parse().unwrap();
        let answer = server
            .post_raw("/msp/clients/import", form.into())
            .headers([(CONTENT_TYPE, kind)].into_iter().collect())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "{answer:?}");
    }
}
