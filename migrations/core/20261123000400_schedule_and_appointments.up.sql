-- The schedule, the services that clients can ask for, and their requests.

-- work_item_id points at different tables by work_item_type, so it has no foreign key.
CREATE TABLE schedule_entries (
    tenant             uuid NOT NULL,
    entry_id           uuid NOT NULL DEFAULT gen_random_uuid(),
    title              text NOT NULL,
    work_item_id       uuid,
    scheduled_start    timestamptz,
    scheduled_end      timestamptz,
    status             text NOT NULL,
    notes              text,
    recurrence_pattern jsonb,
    work_item_type     text NOT NULL,
    created_at         timestamptz DEFAULT now(),
    updated_at         timestamptz DEFAULT now(),
    original_entry_id  uuid,
    is_recurring       boolean DEFAULT false,
    is_private         boolean NOT NULL DEFAULT false,
    CONSTRAINT schedule_entries_pkey PRIMARY KEY (tenant, entry_id),
    CONSTRAINT schedule_entries_times_required_check CHECK (
        work_item_type = 'ad_hoc' OR (scheduled_start IS NOT NULL AND scheduled_end IS NOT NULL)),
    CONSTRAINT schedule_entries_work_item_type_check CHECK (work_item_type IN
        ('project_task', 'ticket', 'interaction', 'ad_hoc', 'appointment_request', 'opportunity_step')),
    CONSTRAINT schedule_entries_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT schedule_entries_original_entry_id_tenant_foreign
        FOREIGN KEY (tenant, original_entry_id) REFERENCES schedule_entries (tenant, entry_id)
);
CREATE INDEX idx_schedule_entries_tenant_dates
    ON schedule_entries (tenant, scheduled_start, scheduled_end) WHERE original_entry_id IS NULL;
CREATE INDEX idx_schedule_entries_work_item_type
    ON schedule_entries (tenant, work_item_type, scheduled_start);
-- The entry of an interaction or of a request.
CREATE INDEX schedule_entries_work_item_idx ON schedule_entries (tenant, work_item_id);

CREATE TABLE schedule_entry_assignees (
    tenant     uuid NOT NULL,
    entry_id   uuid NOT NULL,
    user_id    uuid NOT NULL,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    CONSTRAINT schedule_entry_assignees_pkey PRIMARY KEY (tenant, entry_id, user_id),
    CONSTRAINT schedule_entry_assignees_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT schedule_entry_assignees_tenant_entry_id_foreign
        FOREIGN KEY (tenant, entry_id) REFERENCES schedule_entries (tenant, entry_id),
    CONSTRAINT schedule_entry_assignees_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id)
);
CREATE INDEX idx_schedule_entry_assignees_lookup ON schedule_entry_assignees (tenant, user_id, entry_id);

-- billing_method and custom_service_type_id mean nothing to Minuted; the peer requires them, so
-- they are kept as they are and survive an import and the way back.
CREATE TABLE service_catalog (
    tenant                 uuid NOT NULL,
    service_id             uuid NOT NULL DEFAULT gen_random_uuid(),
    service_name           text NOT NULL,
    description            text,
    default_rate           bigint,
    unit_of_measure        text,
    category_id            uuid,
    billing_method         text NOT NULL,
    custom_service_type_id uuid NOT NULL,
    item_kind              text NOT NULL DEFAULT 'service',
    is_active              boolean NOT NULL DEFAULT true,
    is_license             boolean NOT NULL DEFAULT false,
    CONSTRAINT service_catalog_pkey PRIMARY KEY (tenant, service_id),
    CONSTRAINT service_catalog_item_kind_check CHECK (item_kind IN ('service', 'product')),
    CONSTRAINT service_catalog_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX idx_service_catalog_item_kind ON service_catalog (tenant, item_kind);

-- No foreign keys, as in the peer: a request outlives its schedule entry, and a public booking
-- has neither client nor contact. requested_date and requested_time are wall clock in
-- requester_timezone (null on old rows means UTC).
CREATE TABLE appointment_requests (
    appointment_request_id     uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant                     uuid NOT NULL,
    client_id                  uuid,
    contact_id                 uuid,
    service_id                 uuid NOT NULL,
    requested_date             date NOT NULL,
    requested_time             time NOT NULL,
    requested_duration         integer NOT NULL,
    preferred_assigned_user_id uuid,
    status                     text NOT NULL DEFAULT 'pending',
    description                text,
    ticket_id                  uuid,
    is_authenticated           boolean NOT NULL DEFAULT true,
    requester_name             text,
    requester_email            text,
    requester_phone            text,
    company_name               text,
    schedule_entry_id          uuid,
    approved_by_user_id        uuid,
    approved_at                timestamptz,
    declined_reason            text,
    created_at                 timestamptz NOT NULL DEFAULT now(),
    updated_at                 timestamptz NOT NULL DEFAULT now(),
    requester_timezone         text,
    online_meeting_provider    text,
    online_meeting_url         text,
    online_meeting_id          text,
    CONSTRAINT appointment_requests_pkey PRIMARY KEY (tenant, appointment_request_id),
    CONSTRAINT appointment_requests_status_check
        CHECK (status IN ('pending', 'approved', 'declined', 'cancelled'))
);
CREATE INDEX idx_appointment_requests_tenant_client ON appointment_requests (tenant, client_id);
CREATE INDEX idx_appointment_requests_tenant_date ON appointment_requests (tenant, requested_date);
CREATE INDEX idx_appointment_requests_tenant_schedule_entry ON appointment_requests (tenant, schedule_entry_id);
CREATE INDEX idx_appointment_requests_tenant_service ON appointment_requests (tenant, service_id);
CREATE INDEX idx_appointment_requests_tenant_status ON appointment_requests (tenant, status);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('schedule_entries', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('schedule_entry_assignees', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('service_catalog', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('appointment_requests', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
