-- What clients do in the portal: when staff can be asked for, and what clients want of an appointment that they have.

-- One row for each weekday of a person ('user_hours'), one for each service that has rules of its own ('service_rules'), and one for
-- everything else ('general_settings'). No foreign keys, as in the peer.
CREATE TABLE availability_settings (
    availability_setting_id  uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant                   uuid NOT NULL,
    setting_type             text NOT NULL,
    user_id                  uuid,
    service_id               uuid,
    day_of_week              integer,
    start_time               time,
    end_time                 time,
    is_available             boolean NOT NULL DEFAULT true,
    buffer_before_minutes    integer,
    buffer_after_minutes     integer,
    max_appointments_per_day integer,
    allow_without_contract   boolean,
    advance_booking_days     integer,
    minimum_notice_hours     integer,
    config_json              jsonb,
    created_at               timestamptz NOT NULL DEFAULT now(),
    updated_at               timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT availability_settings_pkey PRIMARY KEY (tenant, availability_setting_id),
    CONSTRAINT availability_settings_day_of_week_check
        CHECK (day_of_week IS NULL OR (day_of_week >= 0 AND day_of_week <= 6)),
    CONSTRAINT availability_settings_setting_type_check
        CHECK (setting_type IN ('user_hours', 'service_rules', 'general_settings'))
);
CREATE INDEX idx_availability_settings_tenant_type ON availability_settings (tenant, setting_type);
CREATE INDEX idx_availability_settings_tenant_user_day ON availability_settings (tenant, user_id, day_of_week);
CREATE INDEX idx_availability_settings_tenant_service ON availability_settings (tenant, service_id);

-- Days on which it is otherwise: for one person, or, without one, for all.
CREATE TABLE availability_exceptions (
    exception_id uuid NOT NULL DEFAULT gen_random_uuid(),
    tenant       uuid NOT NULL,
    user_id      uuid,
    date         date NOT NULL,
    is_available boolean NOT NULL,
    reason       text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT availability_exceptions_pkey PRIMARY KEY (tenant, exception_id)
);
CREATE INDEX idx_availability_exceptions_tenant_date ON availability_exceptions (tenant, date);
CREATE INDEX idx_availability_exceptions_tenant_user_date ON availability_exceptions (tenant, user_id, date);

-- Another time that the client would like; until somebody moves the appointment, or decides to keep its time.
ALTER TABLE appointment_requests
    ADD COLUMN wished_start timestamptz,
    ADD COLUMN wish_note text,
    -- Who has cancelled it.
    ADD COLUMN cancelled_by_user_id uuid;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('availability_settings', 'tenant', colocate_with => 'tenants');
        PERFORM create_distributed_table('availability_exceptions', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
