//! Documents: their text, what they belong to, and their files.

use chrono::{DateTime, Utc};
use domain::{ClientId, ContactId, DocumentId, FileId, UserId, transcript::Wording};
use sqlx::types::Json;
use uuid::Uuid;

use super::{TenantTx, files};
use crate::error::{Result, ensure_rows};

/// A document with its text and a file that is there.
pub struct NewDocument<'a> {
    pub document_id: DocumentId,
    pub name: &'a str,
    pub wording: &'a Wording,
    pub file_id: FileId,
    pub mime_type: &'a str,
    pub size: i64,
    pub client_id: Option<ClientId>,
    pub contact_id: Option<ContactId>,
    pub by: UserId,
    pub now: DateTime<Utc>,
}

pub async fn insert(tx: &mut TenantTx, new: &NewDocument<'_>) -> Result<()> {
    let tenant = tx.tenant();
    let written = sqlx::query!(
        "INSERT INTO documents (tenant, document_id, document_name, user_id, created_by, entered_at, updated_at, file_id, mime_type,
                                file_size)
         VALUES ($1, $2, $3, $4, $4, $5, $5, $6, $7, $8)",
        tenant,
        new.document_id.0,
        new.name,
        new.by.0,
        new.now,
        new.file_id.0,
        new.mime_type,
        new.size,
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&written, 1)?;
    let written = sqlx::query!(
        "INSERT INTO document_block_content (tenant, document_id, block_data, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $4)",
        tenant,
        new.document_id.0,
        Json(new.wording) as _,
        new.now
    )
    .execute(tx.conn())
    .await?;
    ensure_rows(&written, 1)?;
    associate(tx, &[new.document_id.0], new.client_id, new.contact_id, new.now).await
}

/// Says to which client and contact documents belong, and to no others.
pub async fn associate(
    tx: &mut TenantTx,
    documents: &[Uuid],
    client_id: Option<ClientId>,
    contact_id: Option<ContactId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let tenant = tx.tenant();
    let (client_id, contact_id) = (client_id.map(|id| id.0), contact_id.map(|id| id.0));
    sqlx::query!(
        "DELETE FROM document_associations
          WHERE tenant = $1 AND document_id = ANY ($2)
            AND (entity_type = 'client' AND entity_id IS DISTINCT FROM $3
                 OR entity_type = 'contact' AND entity_id IS DISTINCT FROM $4)",
        tenant,
        documents,
        client_id,
        contact_id,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO document_associations (tenant, document_id, entity_id, entity_type, created_at)
         SELECT $1, d.document_id, e.entity_id, e.entity_type, $5
           FROM unnest($2::uuid[]) AS d(document_id),
                (VALUES ($3::uuid, 'client'), ($4::uuid, 'contact')) AS e(entity_id, entity_type)
          WHERE e.entity_id IS NOT NULL
         ON CONFLICT (tenant, document_id, entity_id, entity_type) DO NOTHING",
        tenant,
        documents,
        client_id,
        contact_id,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes documents with their text and gives up their files.
pub async fn delete(tx: &mut TenantTx, documents: &[Uuid], now: DateTime<Utc>) -> Result<()> {
    let tenant = tx.tenant();
    // A file that another document has as well stays.
    let owned: Vec<Uuid> = sqlx::query_scalar!(
        r#"SELECT DISTINCT f.file_id AS "file_id!"
             FROM documents d, unnest(ARRAY[d.file_id, d.thumbnail_file_id, d.preview_file_id]) AS f(file_id)
            WHERE d.tenant = $1 AND d.document_id = ANY ($2) AND f.file_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM documents o
                               WHERE o.tenant = $1 AND o.file_id = f.file_id AND o.document_id <> ALL ($2))"#,
        tenant,
        documents
    )
    .fetch_all(tx.conn())
    .await?;
    for statement in [
        sqlx::query!(
            "DELETE FROM document_block_content WHERE tenant = $1 AND document_id = ANY ($2)",
            tenant,
            documents
        ),
        sqlx::query!(
            "DELETE FROM document_associations WHERE tenant = $1 AND document_id = ANY ($2)",
            tenant,
            documents
        ),
        sqlx::query!(
            "DELETE FROM documents WHERE tenant = $1 AND document_id = ANY ($2)",
            tenant,
            documents
        ),
    ] {
        statement.execute(tx.conn()).await?;
    }
    files::discard(tx, &owned, now).await
}
