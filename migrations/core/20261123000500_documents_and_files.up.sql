-- Documents (transcripts among them), their text, what they belong to, and stored files.

CREATE TABLE external_files (
    tenant         uuid NOT NULL,
    file_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    file_name      text NOT NULL,
    original_name  text NOT NULL,
    mime_type      text NOT NULL,
    file_size      bigint NOT NULL,
    storage_path   text NOT NULL,
    uploaded_by_id uuid NOT NULL,
    created_at     timestamptz DEFAULT now(),
    updated_at     timestamptz DEFAULT now(),
    is_deleted     boolean DEFAULT false,
    deleted_at     timestamptz,
    deleted_by_id  uuid,
    -- The peer's name, from when its table was called file_stores.
    CONSTRAINT file_stores_pkey PRIMARY KEY (tenant, file_id),
    CONSTRAINT external_files_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT external_files_tenant_uploaded_by_id_foreign
        FOREIGN KEY (tenant, uploaded_by_id) REFERENCES users (tenant, user_id),
    CONSTRAINT external_files_tenant_deleted_by_id_foreign
        FOREIGN KEY (tenant, deleted_by_id) REFERENCES users (tenant, user_id)
);
CREATE INDEX idx_file_stores_uploaded_by ON external_files (tenant, uploaded_by_id);

-- Without the peer's generated column content_index: it needs a function of the peer's and makes
-- every write of a document build a search vector that Minuted does not read.
CREATE TABLE documents (
    tenant                  uuid NOT NULL,
    document_id             uuid NOT NULL DEFAULT gen_random_uuid(),
    document_name           text NOT NULL,
    type_id                 uuid,
    user_id                 uuid NOT NULL,
    order_number            serial NOT NULL,
    created_by              uuid NOT NULL,
    edited_by               uuid,
    entered_at              timestamptz,
    updated_at              timestamptz DEFAULT now(),
    content                 text,
    file_id                 uuid,
    storage_bucket_id       uuid,
    storage_path            varchar(255),
    mime_type               varchar(255),
    file_size               bigint,
    shared_type_id          uuid,
    folder_path             varchar(500),
    thumbnail_file_id       uuid,
    preview_file_id         uuid,
    preview_generated_at    timestamptz,
    is_client_visible       boolean NOT NULL DEFAULT false,
    source_template_id      text,
    source_template_version integer,
    rendered_locale         text,
    CONSTRAINT documents_pkey PRIMARY KEY (tenant, document_id),
    CONSTRAINT documents_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT documents_tenant_created_by_foreign
        FOREIGN KEY (tenant, created_by) REFERENCES users (tenant, user_id),
    CONSTRAINT documents_tenant_file_id_foreign
        FOREIGN KEY (tenant, file_id) REFERENCES external_files (tenant, file_id)
);
CREATE INDEX documents_file_id_index ON documents (tenant, file_id);
CREATE INDEX idx_documents_tenant_client_visible_true ON documents (tenant, is_client_visible);
CREATE INDEX idx_documents_tenant_folder_path ON documents (tenant, folder_path) WHERE folder_path IS NOT NULL;

CREATE TABLE document_block_content (
    content_id  uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant      uuid NOT NULL,
    document_id uuid NOT NULL,
    block_data  jsonb NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version_id  uuid,
    -- The peer has (content_id, tenant); every key of ours begins with the tenant.
    CONSTRAINT document_block_content_pkey PRIMARY KEY (tenant, content_id),
    CONSTRAINT document_block_content_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT document_block_content_tenant_document_id_foreign
        FOREIGN KEY (tenant, document_id) REFERENCES documents (tenant, document_id)
);
CREATE UNIQUE INDEX document_block_content_tenant_document_id_idx
    ON document_block_content (tenant, document_id);

CREATE TABLE document_associations (
    association_id      uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant              uuid NOT NULL,
    document_id         uuid NOT NULL,
    entity_id           uuid NOT NULL,
    entity_type         varchar(255) NOT NULL,
    created_at          timestamptz DEFAULT now(),
    is_entity_logo      boolean DEFAULT false,
    entity_logo_variant text NOT NULL DEFAULT 'default',
    CONSTRAINT document_associations_pkey PRIMARY KEY (tenant, association_id),
    -- The peer's name, cut at 63 bytes by PostgreSQL.
    CONSTRAINT document_associations_tenant_document_id_entity_id_entity_type_
        UNIQUE (tenant, document_id, entity_id, entity_type),
    -- As in the peer there is no 'interaction': a transcript belongs to a client and a contact.
    CONSTRAINT document_associations_entity_type_check CHECK (entity_type IN
        ('asset', 'client', 'contact', 'contract', 'invoice', 'project_task', 'quote',
         'sales_order', 'team', 'tenant', 'ticket', 'user')),
    CONSTRAINT document_associations_tenant_document_id_foreign
        FOREIGN KEY (tenant, document_id) REFERENCES documents (tenant, document_id)
);
-- The documents of a client or a contact.
CREATE INDEX document_associations_entity_idx ON document_associations (tenant, entity_id, entity_type);
CREATE UNIQUE INDEX uq_document_associations_single_true_logo
    ON document_associations (tenant, entity_id, entity_type, entity_logo_variant)
    WHERE is_entity_logo = true;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('external_files', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('documents', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('document_block_content', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('document_associations', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
