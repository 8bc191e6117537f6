-- Mails to be sent, written in the transaction of what they tell about and sent afterwards. The text is encrypted by the application,
-- because it may hold links that open an account, and it is removed when the mail is settled.

CREATE TABLE outgoing_mails (
    tenant          uuid NOT NULL,
    mail_id         uuid NOT NULL,
    kind            text NOT NULL,
    state           text NOT NULL DEFAULT 'waiting',
    ciphertext      bytea,
    nonce           bytea,
    key_id          text,
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    last_error      text,
    created_at      timestamptz NOT NULL,
    settled_at      timestamptz,
    CONSTRAINT outgoing_mails_pkey PRIMARY KEY (tenant, mail_id),
    CONSTRAINT outgoing_mails_state_check CHECK (state IN ('waiting', 'sent', 'failed')),
    CONSTRAINT outgoing_mails_content_check CHECK (
        state <> 'waiting' OR (ciphertext IS NOT NULL AND nonce IS NOT NULL AND key_id IS NOT NULL)),
    CONSTRAINT outgoing_mails_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant)
);
CREATE INDEX outgoing_mails_due_idx ON outgoing_mails (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outgoing_mails_settled_idx ON outgoing_mails (settled_at) WHERE state <> 'waiting';

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('outgoing_mails', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
