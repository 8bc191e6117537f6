//! Importing clients and contacts from a file: it is kept, shown line by line with what would become of it, and then imported in one
//! transaction or not at all.

mod clients;
mod contacts;
mod decode;
mod plan;
mod table;

use chrono::Duration;
use domain::{
    ErrorCode, Failure, Field, Problem,
    import::{
        ConfirmImport, Counts, ImportKind, ImportPreview, LineProblem, PREVIEW_PROBLEMS, PREVIEW_ROWS, PreviewRow,
        Refusal,
    },
};
use uuid::Uuid;

use self::{plan::Plan, table::Table};
use crate::{
    Actor, Backend, Result,
    access::{Grant, may},
    store::{
        self, TenantTx,
        imports::{NewUpload, Upload},
    },
};

/// How long a file waits for its confirmation.
const KEPT: Duration = Duration::hours(24);
/// Longest name of a file, in characters.
const MAX_FILE_NAME: usize = 100;
/// How many names of clients that nobody knows are shown.
const UNKNOWN_CLIENTS: usize = 20;

/// The proof that somebody may import: an import adds and changes.
pub enum Rights {
    Clients(Grant<may::ClientCreate>, Grant<may::ClientUpdate>),
    /// The last for clients that contacts name and that are not there yet.
    Contacts(
        Grant<may::ContactCreate>,
        Grant<may::ContactUpdate>,
        Option<Grant<may::ClientCreate>>,
    ),
}

impl Rights {
    pub fn of(actor: &Actor, kind: ImportKind) -> Result<Self, Failure> {
        Ok(match kind {
            ImportKind::Clients => Self::Clients(actor.require()?, actor.require()?),
            ImportKind::Contacts => Self::Contacts(actor.require()?, actor.require()?, actor.require().ok()),
        })
    }

    fn actor(&self) -> &Actor {
        match self {
            Self::Clients(create, _) => create,
            Self::Contacts(create, ..) => create,
        }
    }

    fn kind(&self) -> ImportKind {
        match self {
            Self::Clients(..) => ImportKind::Clients,
            Self::Contacts(..) => ImportKind::Contacts,
        }
    }

    fn may_create_clients(&self) -> bool {
        matches!(self, Self::Contacts(_, _, Some(_)))
    }
}

/// Reads a file as far as it can be refused as a whole, and keeps it. Nothing of it is imported.
pub async fn stage(backend: &Backend, rights: &Rights, file_name: &str, bytes: &[u8]) -> Result<Result<Uuid, Refusal>> {
    let kind = rights.kind();
    let (content, encoding) = match decode::text(bytes).and_then(|read| table::read(kind, &read.0).map(|_| read)) {
        Ok(read) => read,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let now = backend.clock().now();
    let upload_id: Uuid = backend.clock().id();
    let actor = rights.actor();
    let mut tx = backend.db().begin(actor.scope()).await?;
    let new = NewUpload {
        upload_id,
        user_id: actor.user_id(),
        kind: kind.name(),
        file_name: &plain_name(file_name),
        encoding,
        content: &content,
        now,
        expires_at: now + KEPT,
    };
    store::imports::insert(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Ok(upload_id))
}

/// A file's name without its folders, to be shown.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(MAX_FILE_NAME).collect()
}

/// Somebody's own upload of this kind.
async fn find(backend: &Backend, tx: &mut TenantTx, rights: &Rights, id: &str) -> Result<(Uuid, Upload)> {
    let id: Uuid = id.trim().parse().map_err(|_| ErrorCode::NotFound)?;
    let upload = store::imports::find(tx, rights.actor().user_id(), id, backend.clock().now())
        .await?
        .filter(|upload| upload.kind == rights.kind().name())
        .ok_or(ErrorCode::NotFound)?;
    Ok((id, upload))
}

fn done(upload: &Upload) -> Result<Option<Counts>> {
    let counts = upload.result.clone().map(serde_json::from_value).transpose();
    Ok(counts.map_err(anyhow::Error::from)?)
}

/// The file as it was kept, and what it would do now.
async fn plan(
    backend: &Backend,
    tx: &mut TenantTx,
    rights: &Rights,
    content: &str,
    create_clients: bool,
) -> Result<(Table, Plan)> {
    let kind = rights.kind();
    let table = table::read(kind, content)
        .map_err(|refusal| anyhow::anyhow!("a file that was kept is refused: {refusal:?}"))?;
    let plan = match kind {
        ImportKind::Clients => clients::plan(backend.clock(), tx, &table).await?,
        ImportKind::Contacts => contacts::plan(backend.clock(), tx, &table, create_clients).await?,
    };
    Ok((table, plan))
}

/// What a file would do.
pub async fn preview(backend: &Backend, rights: &Rights, upload_id: &str, with_clients: bool) -> Result<ImportPreview> {
    let mut tx = backend.db().read(rights.actor().scope()).await?;
    let (upload_id, upload) = find(backend, &mut tx, rights, upload_id).await?;
    let creates_clients = with_clients && rights.may_create_clients();
    let mut preview = ImportPreview {
        upload_id,
        kind: rights.kind(),
        done: done(&upload)?,
        file_name: upload.file_name,
        encoding: upload.encoding,
        counts: Counts::default(),
        columns: Vec::new(),
        ignored: Vec::new(),
        rows: Vec::new(),
        problems: Vec::new(),
        more_problems: 0,
        unknown_clients: Vec::new(),
        may_create_clients: rights.may_create_clients(),
        creates_clients,
    };
    if preview.done.is_some() {
        return Ok(preview);
    }
    let (table, plan) = plan(backend, &mut tx, rights, &upload.content, creates_clients).await?;
    preview.counts = plan.counts();
    let shown = table.rows.into_iter().zip(&plan.outcomes).take(PREVIEW_ROWS);
    preview.rows = shown
        .map(|(row, outcome)| PreviewRow {
            line: row.line,
            outcome: *outcome,
            cells: row.cells,
        })
        .collect();
    preview.columns = table.columns;
    preview.ignored = table.ignored;
    let mut problems = plan.problems;
    problems.sort_by_key(|problem: &LineProblem| problem.line);
    preview.more_problems = u32::try_from(problems.len().saturating_sub(PREVIEW_PROBLEMS)).unwrap_or(u32::MAX);
    problems.truncate(PREVIEW_PROBLEMS);
    preview.problems = problems;
    preview.unknown_clients = plan.unknown_clients.into_iter().take(UNKNOWN_CLIENTS).collect();
    Ok(preview)
}

/// Imports what the preview has shown: all of it or nothing, and once, however often it is confirmed.
pub async fn confirm(backend: &Backend, rights: &Rights, input: &ConfirmImport) -> Result<Counts> {
    let create_clients = input.create_clients.is_some();
    if create_clients && !rights.may_create_clients() {
        return Err(ErrorCode::Forbidden.into());
    }
    let mut tx = backend.db().begin(rights.actor().scope()).await?;
    let (upload_id, upload) = find(backend, &mut tx, rights, &input.upload_id).await?;
    if let Some(counts) = done(&upload)? {
        return Ok(counts);
    }
    let (_, plan) = plan(backend, &mut tx, rights, &upload.content, create_clients).await?;
    let counts = plan.counts();
    if counts.token() != input.seen {
        return Err(ErrorCode::Conflict.into());
    }
    if counts.wrong > 0 && input.leave_out.is_none() {
        return Err(Failure::field(Field::File, Problem::Required).into());
    }
    let actor = rights.actor();
    let written = plan.write(&mut tx, actor.user_id(), backend.clock().now()).await;
    written.map_err(|error| {
        if error.is_duplicate() {
            ErrorCode::Conflict.into()
        } else {
            error
        }
    })?;
    let result = serde_json::to_value(counts).map_err(anyhow::Error::from)?;
    store::imports::settle(&mut tx, upload_id, &result).await?;
    tx.commit().await?;
    tracing::info!(
        import.kind = rights.kind().name(),
        user.id = %actor.user_id(),
        import.added = counts.added,
        import.updated = counts.updated,
        "a file was imported"
    );
    Ok(counts)
}

/// Forgets files that nobody has confirmed, and what became of the others.
pub(crate) async fn clear_expired(backend: &Backend) -> Result<()> {
    let mut system = backend.db().system().await?;
    store::imports::delete_expired(&mut system, backend.clock().now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_last_name() {
        assert_eq!(plain_name("C:\\Users\\me\\clients.csv"), "clients.csv");
        assert_eq!(plain_name("../../etc/passwd\u{0}"), "passwd");
        assert_eq!(plain_name(&"x".repeat(500)).len(), 100);
    }
}
