-- The timeline: interactions, their types and statuses, and the templates both are cloned from.

CREATE TABLE system_interaction_types (
    type_id       uuid NOT NULL DEFAULT gen_random_uuid(),
    type_name     text NOT NULL,
    icon          text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    display_order integer,
    CONSTRAINT system_interaction_types_pkey PRIMARY KEY (type_id),
    CONSTRAINT system_interaction_types_type_name_unique UNIQUE (type_name)
);

CREATE TABLE standard_statuses (
    standard_status_id uuid NOT NULL DEFAULT gen_random_uuid(),
    name               varchar(50) NOT NULL,
    item_type          text NOT NULL,
    display_order      integer NOT NULL,
    is_closed          boolean DEFAULT false,
    is_default         boolean DEFAULT false,
    CONSTRAINT standard_statuses_pkey PRIMARY KEY (standard_status_id),
    CONSTRAINT standard_statuses_name_item_type_unique UNIQUE (name, item_type),
    CONSTRAINT standard_statuses_item_type_check
        CHECK (item_type IN ('project', 'project_task', 'ticket', 'interaction'))
);

CREATE TABLE interaction_types (
    tenant         uuid NOT NULL,
    type_id        uuid NOT NULL DEFAULT gen_random_uuid(),
    type_name      text NOT NULL,
    icon           text,
    system_type_id uuid,
    display_order  integer,
    color          text,
    is_request     boolean DEFAULT false,
    created_by     uuid,
    CONSTRAINT interaction_types_pkey PRIMARY KEY (tenant, type_id),
    CONSTRAINT interaction_types_tenant_display_order_unique UNIQUE (tenant, display_order),
    CONSTRAINT interaction_types_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT interaction_types_system_type_id_foreign
        FOREIGN KEY (system_type_id) REFERENCES system_interaction_types (type_id)
);

CREATE TABLE statuses (
    tenant       uuid NOT NULL,
    status_id    uuid NOT NULL DEFAULT gen_random_uuid(),
    name         text NOT NULL,
    status_type  text NOT NULL,
    order_number integer NOT NULL,
    created_by   uuid,
    created_at   timestamptz DEFAULT now(),
    is_closed    boolean NOT NULL DEFAULT false,
    item_type    text,
    is_default   boolean DEFAULT false,
    color        varchar(7),
    icon         varchar(50),
    board_id     uuid,
    CONSTRAINT statuses_pkey PRIMARY KEY (tenant, status_id),
    CONSTRAINT statuses_item_type_check
        CHECK (item_type IN ('project', 'project_task', 'ticket', 'interaction')),
    CONSTRAINT statuses_status_type_check
        CHECK (status_type IN ('project', 'ticket', 'project_task', 'interaction')),
    CONSTRAINT statuses_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT statuses_tenant_created_by_foreign
        FOREIGN KEY (tenant, created_by) REFERENCES users (tenant, user_id)
);
CREATE UNIQUE INDEX statuses_non_ticket_name_unique_idx
    ON statuses (tenant, status_type, name) WHERE status_type <> 'ticket';
CREATE UNIQUE INDEX statuses_non_ticket_order_unique_idx
    ON statuses (tenant, status_type, order_number) WHERE status_type <> 'ticket';

-- type_id is a type of the tenant OR a system type, so no foreign key can say it; the peer's
-- trigger cannot exist on a distributed table, so the store checks it.
-- ticket_id, project_id and opportunity_id come with imported rows; Minuted has no such tables.
CREATE TABLE interactions (
    tenant           uuid NOT NULL,
    interaction_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    type_id          uuid NOT NULL,
    contact_name_id  uuid,
    user_id          uuid NOT NULL,
    ticket_id        uuid,
    title            text,
    interaction_date timestamptz DEFAULT now(),
    duration         integer,
    notes            text,
    start_time       timestamptz,
    end_time         timestamptz,
    status_id        uuid,
    client_id        uuid,
    project_id       uuid,
    visibility       text NOT NULL DEFAULT 'internal',
    category         text,
    tags             text[],
    opportunity_id   uuid,
    CONSTRAINT interactions_pkey PRIMARY KEY (tenant, interaction_id),
    CONSTRAINT interactions_visibility_check CHECK (visibility IN ('internal', 'client_visible')),
    CONSTRAINT interactions_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT interactions_client_id_foreign
        FOREIGN KEY (tenant, client_id) REFERENCES clients (tenant, client_id),
    CONSTRAINT interactions_tenant_contact_name_id_foreign
        FOREIGN KEY (tenant, contact_name_id) REFERENCES contacts (tenant, contact_name_id),
    CONSTRAINT interactions_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id),
    CONSTRAINT interactions_status_fk
        FOREIGN KEY (tenant, status_id) REFERENCES statuses (tenant, status_id)
);
-- The three timelines (of a client, of a contact, of all), paged by (interaction_date, interaction_id).
CREATE INDEX interactions_client_timeline_idx
    ON interactions (tenant, client_id, interaction_date DESC, interaction_id DESC);
CREATE INDEX interactions_contact_timeline_idx
    ON interactions (tenant, contact_name_id, interaction_date DESC, interaction_id DESC);
CREATE INDEX interactions_timeline_idx
    ON interactions (tenant, interaction_date DESC, interaction_id DESC);

-- One row for each posted form, so that a double click or a repeated post makes one interaction.
CREATE TABLE idempotency_keys (
    tenant          uuid NOT NULL,
    user_id         uuid NOT NULL,
    idempotency_key uuid NOT NULL,
    interaction_id  uuid NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant, user_id, idempotency_key)
);
-- Old keys are removed by age.
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        -- Reference and distributed tables change in one transaction here, which Citus allows
        -- only over a single connection for each worker.
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_reference_table('system_interaction_types');
        PERFORM create_reference_table('standard_statuses');
        PERFORM create_distributed_table('interaction_types', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('statuses', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('interactions', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('idempotency_keys', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;

-- After the block above, so that on Citus no hidden copy of the rows stays in the shell table.
-- Fixed ids: the same on every installation.
INSERT INTO system_interaction_types (type_id, type_name, icon, display_order) VALUES
    ('00000000-0000-4000-8000-000000000101', 'Call', 'phone', 1),
    ('00000000-0000-4000-8000-000000000102', 'Email', 'mail', 2),
    ('00000000-0000-4000-8000-000000000103', 'General', 'activity', 3),
    ('00000000-0000-4000-8000-000000000104', 'Meeting', 'users', 4),
    ('00000000-0000-4000-8000-000000000105', 'Note', 'file-text', 5)
ON CONFLICT DO NOTHING;

INSERT INTO standard_statuses (standard_status_id, name, item_type, display_order, is_closed, is_default) VALUES
    ('00000000-0000-4000-8000-000000000201', 'Planned', 'interaction', 1, false, false),
    ('00000000-0000-4000-8000-000000000202', 'In Progress', 'interaction', 2, false, false),
    ('00000000-0000-4000-8000-000000000203', 'Completed', 'interaction', 3, true, true),
    ('00000000-0000-4000-8000-000000000204', 'Cancelled', 'interaction', 4, true, false)
ON CONFLICT DO NOTHING;
