//! A tenant's worth of years: made by the database itself, a chunk at a time.

use super::TenantTx;
use crate::error::Result;

/// The interactions `first ..= last` of one tenant: every hundredth is its first client's, the others are spread over the rest. One
/// in fifty is an online meeting.
pub async fn interactions(tx: &mut TenantTx, first: i32, last: i32) -> Result<u64> {
    let tenant = tx.tenant();
    let result = sqlx::query!(
        r#"WITH w AS MATERIALIZED (
             SELECT (SELECT array_agg(c.client_id ORDER BY c.client_name <> 'Acme Manufacturing', c.client_id)
                       FROM clients c WHERE c.tenant = $1) AS clients,
                    (SELECT array_agg(u.user_id ORDER BY u.user_id) FROM users u
                      WHERE u.tenant = $1 AND u.user_type = 'internal') AS staff,
                    (SELECT array_agg(t.type_id ORDER BY t.type_name) FROM interaction_types t
                      WHERE t.tenant = $1 AND t.type_name <> 'Online Meeting') AS types,
                    (SELECT t.type_id FROM interaction_types t WHERE t.tenant = $1 AND t.type_name = 'Online Meeting') AS meeting,
                    (SELECT array_agg(s.status_id ORDER BY s.order_number) FROM statuses s
                      WHERE s.tenant = $1 AND s.status_type = 'interaction') AS statuses,
                    ARRAY['Printer on the second floor offline', 'Licence renewal: quote sent', 'New starter, laptop ordered',
                          'VPN drops for home office users', 'Quarterly review', 'Backup report explained', 'Phishing mail reported',
                          'Firewall firmware updated', 'Contract question', 'Password reset and second factor',
                          'Invoice question answered', 'Planning the server move', 'Mailbox over its quota', 'Slow file share',
                          'Monitor does not wake up', 'Certificate runs out', 'Phone system: forwarding'] AS titles,
                    ARRAY['Berlin', 'Hamburg', 'Lyon', 'Leeds', 'Porto', 'Graz', 'Basel', 'Gent', 'Turin', 'Oslo', 'Cork', 'Brno',
                          'Vigo'] AS places),
           made AS (
             INSERT INTO interactions (tenant, type_id, client_id, contact_name_id, user_id, status_id, title, notes,
                                       interaction_date, start_time, end_time, duration)
             SELECT $1, CASE WHEN n % 50 = 0 THEN w.meeting ELSE w.types[1 + n % cardinality(w.types)] END,
                    i.client_id,
                    (SELECT k.contact_name_id FROM contacts k WHERE k.tenant = $1 AND k.client_id = i.client_id
                      ORDER BY k.contact_name_id OFFSET n % 2 LIMIT 1),
                    w.staff[1 + (n / 7) % cardinality(w.staff)], w.statuses[3],
                    w.titles[1 + (n * 7 + n / 100) % cardinality(w.titles)] || ', ' || w.places[1 + n % cardinality(w.places)],
                    CASE WHEN n % 3 = 0 THEN 'Agreed to look again next week. Reference ' || n END,
                    i.start, i.start, i.start + interval '15 minutes', 15
               FROM generate_series($2::integer, $3::integer) n, w,
                    LATERAL (SELECT CASE WHEN n % 100 = 0 THEN w.clients[1]
                                         ELSE w.clients[2 + (n / 3) % (cardinality(w.clients) - 1)] END AS client_id,
                                    date_trunc('hour', now()) - n * interval '4 minutes' AS start) i
             RETURNING interaction_id, type_id, title, start_time, end_time, user_id),
           met AS (
             INSERT INTO online_meetings (tenant, provider_meeting_id, subject, start_time, end_time, status, interaction_id, created_by)
             SELECT $1, 'large-' || m.interaction_id, m.title, m.start_time, m.end_time,
                    CASE WHEN extract(epoch FROM m.start_time)::bigint / 60 % 3 = 0 THEN 'recording_ready' ELSE 'no_recording' END,
                    m.interaction_id, m.user_id
               FROM made m, w WHERE m.type_id = w.meeting
             RETURNING meeting_id, status, start_time),
           captured AS (
             INSERT INTO online_meeting_artifacts (tenant, meeting_id, artifact_type, provider_artifact_id, created_date_time)
             SELECT $1, met.meeting_id, kind, 'large-' || kind || '-' || met.meeting_id, met.start_time
               FROM met, unnest(ARRAY['recording', 'transcript']) AS kind
              WHERE met.status = 'recording_ready')
           SELECT count(*) AS "count!" FROM made"#,
        tenant,
        first,
        last,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(u64::try_from(result.count).unwrap_or_default())
}

/// Renews what the planner knows, which after so many rows it would do by itself only later.
pub async fn analyze(tx: &mut TenantTx) -> Result<()> {
    for statement in [
        sqlx::query!("ANALYZE interactions"),
        sqlx::query!("ANALYZE online_meetings"),
        sqlx::query!("ANALYZE online_meeting_artifacts"),
    ] {
        statement.execute(tx.conn()).await?;
    }
    Ok(())
}
