-- Where clients are and how they and their contacts are reached (names and types of the peer), what the lists are sorted and searched
-- by, and files that are about to be imported.

CREATE TABLE client_locations (
    tenant              uuid NOT NULL,
    location_id         uuid NOT NULL DEFAULT gen_random_uuid(),
    client_id           uuid NOT NULL,
    location_name       varchar(255),
    address_line1       varchar(255) NOT NULL,
    address_line2       varchar(255),
    address_line3       varchar(255),
    city                varchar(255) NOT NULL,
    state_province      varchar(255),
    postal_code         varchar(255),
    country_code        varchar(255) NOT NULL,
    country_name        varchar(255) NOT NULL,
    region_code         varchar(255),
    is_billing_address  boolean DEFAULT false,
    is_shipping_address boolean DEFAULT false,
    is_default          boolean DEFAULT false,
    phone               varchar(255),
    fax                 varchar(255),
    email               varchar(255),
    notes               text,
    is_active           boolean DEFAULT true,
    created_at          timestamptz DEFAULT now(),
    updated_at          timestamptz DEFAULT now(),
    phone_extension     text,
    fax_extension       text,
    CONSTRAINT client_locations_pkey PRIMARY KEY (tenant, location_id),
    CONSTRAINT client_locations_client_id_foreign FOREIGN KEY (tenant, client_id) REFERENCES clients (tenant, client_id)
);
CREATE INDEX idx_client_locations_tenant_client_id ON client_locations (tenant, client_id);
CREATE UNIQUE INDEX ux_client_locations_default_per_client ON client_locations (tenant, client_id) WHERE is_default = true;

CREATE TABLE contact_phone_numbers (
    tenant                  uuid NOT NULL,
    contact_phone_number_id uuid NOT NULL DEFAULT gen_random_uuid(),
    contact_name_id         uuid NOT NULL,
    phone_number            text NOT NULL,
    canonical_type          text,
    custom_phone_type_id    uuid,
    is_default              boolean NOT NULL DEFAULT false,
    display_order           integer NOT NULL DEFAULT 0,
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now(),
    normalized_phone_number text GENERATED ALWAYS AS (regexp_replace(btrim(phone_number), '[^0-9]+', '', 'g')) STORED,
    extension               text,
    CONSTRAINT contact_phone_numbers_pkey PRIMARY KEY (tenant, contact_phone_number_id),
    CONSTRAINT chk_contact_phone_numbers_canonical_type CHECK (
        canonical_type IS NULL OR canonical_type IN ('work', 'mobile', 'home', 'fax', 'other')),
    CONSTRAINT chk_contact_phone_numbers_type_source CHECK (
        (canonical_type IS NOT NULL AND custom_phone_type_id IS NULL)
        OR (canonical_type IS NULL AND custom_phone_type_id IS NOT NULL)),
    CONSTRAINT contact_phone_numbers_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT fk_contact_phone_numbers_contact
        FOREIGN KEY (tenant, contact_name_id) REFERENCES contacts (tenant, contact_name_id)
);
CREATE INDEX idx_contact_phone_numbers_contact_order ON contact_phone_numbers (tenant, contact_name_id, display_order);
CREATE UNIQUE INDEX ux_contact_phone_numbers_default_per_contact
    ON contact_phone_numbers (tenant, contact_name_id) WHERE is_default = true;

-- Who changed one last: two people who edit the same one are told of each other by it.
ALTER TABLE clients ADD COLUMN updated_by uuid;
-- Zone and language of a contact who has no account in the portal, and so no preferences: the peer has no place for them.
ALTER TABLE contacts
    ADD COLUMN updated_by uuid,
    ADD COLUMN timezone varchar(255),
    ADD COLUMN default_locale text;

-- The lists go along these, page by page: those in use, or all, or a client's. The first also finds a client by name whatever its case.
CREATE INDEX clients_name_idx ON clients (tenant, lower(client_name), client_id);
CREATE INDEX clients_activity_name_idx ON clients (tenant, (coalesce(is_inactive, false)), lower(client_name), client_id);
CREATE INDEX contacts_name_idx ON contacts (tenant, lower(coalesce(full_name, email, '')), contact_name_id);
CREATE INDEX contacts_activity_name_idx
    ON contacts (tenant, (coalesce(is_inactive, false)), lower(coalesce(full_name, email, '')), contact_name_id);
CREATE INDEX contacts_client_name_idx ON contacts (tenant, client_id, lower(coalesce(full_name, email, '')), contact_name_id);
CREATE INDEX contacts_email_idx ON contacts (tenant, lower(email));

-- A file between its upload and its import. The text goes when it is imported, the row when it expires.
CREATE TABLE import_uploads (
    tenant     uuid NOT NULL,
    upload_id  uuid NOT NULL,
    user_id    uuid NOT NULL,
    kind       text NOT NULL,
    file_name  text NOT NULL,
    encoding   text NOT NULL,
    content    text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    result     jsonb,
    CONSTRAINT import_uploads_pkey PRIMARY KEY (tenant, upload_id),
    CONSTRAINT import_uploads_kind_check CHECK (kind IN ('clients', 'contacts')),
    CONSTRAINT import_uploads_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX import_uploads_expires_at_idx ON import_uploads (expires_at);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('client_locations', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('contact_phone_numbers', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('import_uploads', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
