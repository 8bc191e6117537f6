//! The entries as a file for spreadsheets, in the order of the page.

use bytes::Bytes;
use chrono::SecondsFormat;
use domain::{Audience, AuditCursor, AuditKind, AuditQuery, spreadsheet_cell};
use futures::{StreamExt, stream};

use super::{
    Deed, done,
    page::{audience, bounds, cursor},
};
use crate::{
    Backend, Result,
    access::{Grant, TenantScope, may},
    recordings::Content,
    search::pattern,
    store::{
        self,
        audit::{EntryRecord, Wanted},
    },
};

/// How many entries are read at once.
const AT_ONCE: i64 = 500;
/// In English and in codes, as programs read them.
const HEAD: [&str; 9] = [
    "time",
    "name",
    "email",
    "side",
    "action",
    "subject",
    "interaction",
    "details",
    "entry",
];

/// A file that is made while it is read.
pub struct Export {
    pub file_name: String,
    pub content: Content,
}

/// What of the entries a query asks for, all pages of it.
pub async fn export(backend: &Backend, grant: &Grant<may::SettingsRead>, query: &AuditQuery) -> Result<Export> {
    let now = backend.clock().now();
    let mut filter = query.filter();
    filter.after = None;
    let (from, top) = bounds(&filter, grant.zone, now);
    let mut tx = backend.db().begin(grant.scope()).await?;
    done(backend, &mut tx, grant.user_id(), Deed::of(AuditKind::AuditExported)).await?;
    tx.commit().await?;
    let state = State {
        backend: backend.clone(),
        scope: grant.scope(),
        from,
        person: filter.person.as_deref().map(pattern),
        kind: filter.kind,
        next: Some(top),
        has_head: false,
    };
    let content = stream::try_unfold(state, |state| async {
        state.piece().await.map_err(std::io::Error::other)
    });
    Ok(Export {
        file_name: format!("audit {}.csv", now.with_timezone(&grant.zone).format("%Y-%m-%d")),
        content: content.boxed(),
    })
}

struct State {
    backend: Backend,
    scope: TenantScope,
    from: Option<chrono::DateTime<chrono::Utc>>,
    person: Option<String>,
    kind: Option<AuditKind>,
    next: Option<AuditCursor>,
    has_head: bool,
}

impl State {
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>> {
        let Some(before) = self.next else { return Ok(None) };
        let wanted = Wanted {
            from: self.from,
            before,
            person: self.person.as_deref(),
            kind: self.kind,
            limit: AT_ONCE,
        };
        // No connection is held while the reader reads.
        let mut tx = self.backend.db().read(self.scope).await?;
        let records = store::audit::list(&mut tx, &wanted).await?;
        drop(tx);
        let is_full = i64::try_from(records.len()).is_ok_and(|count| count == AT_ONCE);
        self.next = records.last().filter(|_| is_full).map(cursor);
        let text = lines(&records, !self.has_head).map_err(anyhow::Error::from)?;
        self.has_head = true;
        Ok(Some((Bytes::from(text), self)))
    }
}

/// With the mark that tells spreadsheets the encoding in front of the head.
fn lines(records: &[EntryRecord], with_head: bool) -> csv::Result<Vec<u8>> {
    let mut text = Vec::new();
    if with_head {
        text.extend("\u{feff}".as_bytes());
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut text);
    if with_head {
        writer.write_record(HEAD)?;
    }
    for record in records {
        writer.write_record(cells(record).map(|cell| spreadsheet_cell(&cell)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(text)
}

fn cells(record: &EntryRecord) -> [String; 9] {
    let side = match audience(record) {
        Audience::Staff => "staff",
        Audience::Portal => "portal",
    };
    let details = record.details.as_ref().map(|details| {
        let parts = [
            ("changed", &details.fields),
            ("on", &details.on),
            ("off", &details.off),
            ("added", &details.added),
            ("removed", &details.removed),
        ];
        let told = parts.iter().filter(|(_, words)| !words.is_empty());
        told.map(|(what, words)| format!("{what}: {}", words.join(", ")))
            .collect::<Vec<_>>()
            .join("; ")
    });
    [
        record.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        record.user_name.clone(),
        record.user_email.clone(),
        side.to_owned(),
        record.kind.clone(),
        record.subject.clone().unwrap_or_default(),
        record.interaction_id.map(|id| id.to_string()).unwrap_or_default(),
        details.unwrap_or_default(),
        record.entry_id.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::AuditDetails;
    use sqlx::types::Json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_line_for_each_entry_and_no_formula() {
        let record = EntryRecord {
            entry_id: Uuid::nil(),
            at: DateTime::from_timestamp(1_795_515_000, 0).unwrap(),
            user_type: "client".into(),
            user_name: "=HYPERLINK(\"http://evil.example\")".into(),
            user_email: "ada@acme.example".into(),
            kind: "roles.changed".into(),
            interaction_id: None,
            is_there: false,
            subject: Some("Größe, \"neu\"\n".into()),
            details: Some(Json(AuditDetails {
                added: vec!["Admin".into(), "Finance".into()],
                removed: vec!["Technician".into()],
                ..AuditDetails::default()
            })),
        };
        let text = String::from_utf8(lines(&[record], true).unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}time,name,email,side,action,subject,interaction,details,entry\r\n\
             2026-11-24T10:10:00Z,\"'=HYPERLINK(\"\"http://evil.example\"\")\",ada@acme.example,portal,roles.changed,\
             \"Größe, \"\"neu\"\" \",,\"added: Admin, Finance; removed: Technician\",00000000-0000-0000-0000-000000000000\r\n"
        );
    }
}
