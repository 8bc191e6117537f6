-- Tenants, their settings and secrets, clients, contacts, users, roles and sign-ins.
-- Names, types, defaults and checks are those of the peer product, because its data is imported.
-- Left out on purpose: triggers and unique constraints without the tenant (impossible on a
-- distributed table), ON DELETE CASCADE / SET NULL (likewise) and billing or marketing columns
-- that may be null.

CREATE TABLE tenants (
    tenant           uuid NOT NULL DEFAULT gen_random_uuid(),
    client_name      text NOT NULL,
    phone_number     text,
    email            text NOT NULL,
    industry         text,
    created_at       timestamptz,
    updated_at       timestamptz DEFAULT now(),
    plan             text,
    billing_source   text NOT NULL DEFAULT 'stripe',
    product_code     text DEFAULT 'psa',
    suspended_at     timestamptz,
    suspended_reason text,
    CONSTRAINT tenants_pkey PRIMARY KEY (tenant),
    CONSTRAINT tenants_product_code_check
        CHECK (product_code IS NOT NULL AND product_code IN ('psa', 'algadesk')),
    CONSTRAINT tenants_suspended_reason_check CHECK (
        (suspended_at IS NULL AND suspended_reason IS NULL)
        OR (suspended_at IS NOT NULL AND suspended_reason = 'tenant_cancelled'))
);

CREATE TABLE tenant_settings (
    tenant                  uuid NOT NULL,
    onboarding_completed    boolean DEFAULT false,
    onboarding_completed_at timestamptz,
    onboarding_skipped      boolean DEFAULT false,
    onboarding_data         jsonb,
    settings                jsonb,
    created_at              timestamptz DEFAULT now(),
    updated_at              timestamptz DEFAULT now(),
    ticket_display_settings jsonb,
    CONSTRAINT tenant_settings_pkey PRIMARY KEY (tenant),
    CONSTRAINT tenant_settings_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);

-- Secrets of a tenant (such as a Microsoft client secret), encrypted by the application; key_id
-- says with which key, so that keys can be rotated row by row.
CREATE TABLE tenant_secrets (
    tenant     uuid NOT NULL,
    name       text NOT NULL,
    ciphertext bytea NOT NULL,
    nonce      bytea NOT NULL,
    key_id     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenant_secrets_pkey PRIMARY KEY (tenant, name),
    CONSTRAINT tenant_secrets_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);

CREATE TABLE clients (
    tenant                uuid NOT NULL,
    client_id             uuid NOT NULL DEFAULT gen_random_uuid(),
    client_name           text NOT NULL,
    url                   text,
    properties            jsonb,
    created_at            timestamptz DEFAULT now(),
    updated_at            timestamptz DEFAULT now(),
    is_inactive           boolean DEFAULT false,
    client_type           text NOT NULL DEFAULT 'company',
    is_tax_exempt         boolean NOT NULL DEFAULT false,
    notes                 text,
    billing_cycle         text NOT NULL DEFAULT 'monthly',
    timezone              varchar(255),
    notes_document_id     uuid,
    region_code           varchar(255),
    account_manager_id    uuid,
    default_currency_code varchar(3) NOT NULL DEFAULT 'USD',
    entra_tenant_id       text,
    entra_primary_domain  text,
    lifecycle_status      text NOT NULL DEFAULT 'active',
    CONSTRAINT clients_pkey PRIMARY KEY (tenant, client_id),
    CONSTRAINT clients_tenant_client_name_unique UNIQUE (tenant, client_name),
    CONSTRAINT clients_billing_cycle_check CHECK (billing_cycle IN
        ('weekly', 'bi-weekly', 'monthly', 'quarterly', 'semi-annually', 'annually')),
    CONSTRAINT clients_client_type_check CHECK (client_type IN ('company', 'individual')),
    CONSTRAINT clients_lifecycle_status_check CHECK (lifecycle_status IN ('prospect', 'active', 'former')),
    CONSTRAINT clients_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX idx_clients_tenant_inactive_name ON clients (tenant, is_inactive, client_name);
CREATE INDEX idx_clients_tenant_account_manager ON clients (tenant, account_manager_id);

CREATE TABLE contacts (
    tenant                       uuid NOT NULL,
    contact_name_id              uuid NOT NULL DEFAULT gen_random_uuid(),
    full_name                    text,
    email                        text,
    role                         text,
    approver                     boolean,
    created_at                   timestamptz DEFAULT now(),
    updated_at                   timestamptz DEFAULT now(),
    is_inactive                  boolean DEFAULT false,
    notes                        text,
    is_client_admin              boolean NOT NULL DEFAULT false,
    client_id                    uuid,
    notes_document_id            uuid,
    entra_object_id              text,
    entra_sync_source            text,
    last_entra_sync_at           timestamptz,
    entra_user_principal_name    text,
    entra_account_enabled        boolean,
    entra_sync_status            text,
    entra_sync_status_reason     text,
    primary_email_canonical_type text,
    primary_email_custom_type_id uuid,
    CONSTRAINT contacts_pkey PRIMARY KEY (tenant, contact_name_id),
    CONSTRAINT contacts_tenant_email_unique UNIQUE (tenant, email),
    CONSTRAINT contacts_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT contacts_client_id_foreign FOREIGN KEY (tenant, client_id) REFERENCES clients (tenant, client_id)
);
CREATE INDEX contacts_tenant_client_idx ON contacts (tenant, client_id);
CREATE INDEX idx_contacts_entra_object ON contacts (tenant, entra_object_id);

CREATE TABLE users (
    tenant                         uuid NOT NULL,
    user_id                        uuid NOT NULL DEFAULT gen_random_uuid(),
    username                       text NOT NULL,
    hashed_password                text NOT NULL,
    first_name                     text,
    last_name                      text,
    email                          text NOT NULL,
    icon                           text,
    auth_method                    text,
    created_at                     timestamptz DEFAULT now(),
    updated_at                     timestamptz DEFAULT now(),
    two_factor_enabled             boolean DEFAULT false,
    two_factor_secret              text,
    is_google_user                 boolean DEFAULT false,
    is_inactive                    boolean DEFAULT false,
    user_type                      text NOT NULL DEFAULT 'internal',
    contact_id                     uuid,
    needs_contact_association      boolean DEFAULT false,
    phone                          varchar(255),
    phone_extension                text,
    timezone                       varchar(255),
    last_login_at                  timestamptz,
    last_login_method              varchar(50),
    two_factor_required_new_device boolean DEFAULT false,
    reports_to                     uuid,
    client_portal_entra_metadata   jsonb,
    CONSTRAINT users_pkey PRIMARY KEY (tenant, user_id, email),
    -- What foreign keys point at; the e-mail in the primary key is the peer's.
    CONSTRAINT users_tenant_user_id_unique UNIQUE (tenant, user_id),
    CONSTRAINT users_user_type_check CHECK (user_type IN ('internal', 'client')),
    CONSTRAINT users_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT users_tenant_contact_id_foreign
        FOREIGN KEY (tenant, contact_id) REFERENCES contacts (tenant, contact_name_id),
    CONSTRAINT users_tenant_reports_to_foreign
        FOREIGN KEY (tenant, reports_to) REFERENCES users (tenant, user_id)
);
CREATE INDEX users_contact_id_index ON users (tenant, contact_id);
-- Sign-in knows the address but not yet the tenant, and imported addresses are in mixed case.
CREATE INDEX users_lower_email_user_type_idx ON users (lower(email), user_type);

CREATE TABLE roles (
    tenant      uuid NOT NULL,
    role_id     uuid NOT NULL DEFAULT gen_random_uuid(),
    role_name   text NOT NULL,
    description text,
    created_at  timestamptz DEFAULT now(),
    updated_at  timestamptz DEFAULT now(),
    msp         boolean NOT NULL DEFAULT true,
    client      boolean NOT NULL DEFAULT false,
    CONSTRAINT roles_pkey PRIMARY KEY (tenant, role_id),
    CONSTRAINT roles_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);

CREATE TABLE permissions (
    tenant        uuid NOT NULL,
    permission_id uuid NOT NULL DEFAULT gen_random_uuid(),
    resource      text NOT NULL,
    action        text NOT NULL,
    created_at    timestamptz DEFAULT now(),
    msp           boolean NOT NULL DEFAULT true,
    client        boolean NOT NULL DEFAULT false,
    description   text,
    CONSTRAINT permissions_pkey PRIMARY KEY (tenant, permission_id),
    CONSTRAINT permissions_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);

CREATE TABLE role_permissions (
    tenant        uuid NOT NULL,
    role_id       uuid NOT NULL,
    permission_id uuid NOT NULL,
    created_at    timestamptz DEFAULT now(),
    CONSTRAINT role_permissions_pkey PRIMARY KEY (tenant, role_id, permission_id),
    CONSTRAINT role_permissions_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT role_permissions_tenant_role_id_foreign
        FOREIGN KEY (tenant, role_id) REFERENCES roles (tenant, role_id),
    CONSTRAINT role_permissions_tenant_permission_id_foreign
        FOREIGN KEY (tenant, permission_id) REFERENCES permissions (tenant, permission_id)
);

CREATE TABLE user_roles (
    tenant     uuid NOT NULL,
    user_id    uuid NOT NULL,
    role_id    uuid NOT NULL,
    created_at timestamptz DEFAULT now(),
    CONSTRAINT user_roles_pkey PRIMARY KEY (tenant, user_id, role_id),
    CONSTRAINT user_roles_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT user_roles_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id),
    CONSTRAINT user_roles_tenant_role_id_foreign
        FOREIGN KEY (tenant, role_id) REFERENCES roles (tenant, role_id)
);

CREATE TABLE user_preferences (
    tenant        uuid NOT NULL,
    user_id       uuid NOT NULL,
    setting_name  text NOT NULL,
    setting_value jsonb,
    updated_at    timestamptz DEFAULT now(),
    CONSTRAINT user_preferences_pkey PRIMARY KEY (tenant, user_id, setting_name),
    CONSTRAINT user_preferences_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT user_preferences_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id)
);

-- The peer's record of a sign-in (device, revocation). The cookie's own data is in web_sessions.
CREATE TABLE sessions (
    tenant             uuid NOT NULL,
    session_id         uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id            uuid NOT NULL,
    token              text,
    created_at         timestamptz,
    updated_at         timestamptz DEFAULT now(),
    ip_address         varchar(45),
    location_data      jsonb,
    user_agent         text,
    device_fingerprint text,
    device_name        text,
    device_type        text,
    last_activity_at   timestamptz DEFAULT now(),
    expires_at         timestamptz,
    revoked_at         timestamptz,
    revoked_reason     text,
    login_method       text,
    CONSTRAINT sessions_pkey PRIMARY KEY (tenant, session_id),
    CONSTRAINT sessions_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT sessions_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id)
);
CREATE INDEX idx_sessions_expires_at ON sessions (tenant, expires_at) WHERE revoked_at IS NULL;
CREATE INDEX idx_sessions_user_active ON sessions (tenant, user_id) WHERE revoked_at IS NULL;
CREATE INDEX session_user_id_index ON sessions (user_id);

-- Referenced tables first: a distributed table may not point at one that is still local.
DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('tenants', 'tenant');
        PERFORM create_distributed_table('tenant_settings', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('tenant_secrets', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('clients', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('contacts', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('users', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('roles', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('permissions', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('role_permissions', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('user_roles', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('user_preferences', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('sessions', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
