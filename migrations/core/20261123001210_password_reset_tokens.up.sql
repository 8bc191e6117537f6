-- Links for choosing a new password: the digest of what stands in the mail. Names and types are the peer's.

CREATE TABLE password_reset_tokens (
    tenant     uuid NOT NULL,
    token_id   uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id    uuid NOT NULL,
    token_hash text NOT NULL,
    email      text NOT NULL,
    user_type  text NOT NULL DEFAULT 'internal',
    expires_at timestamptz NOT NULL,
    created_at timestamptz DEFAULT now(),
    used_at    timestamptz,
    metadata   jsonb DEFAULT '{}',
    CONSTRAINT password_reset_tokens_pkey PRIMARY KEY (tenant, token_id),
    CONSTRAINT unique_password_reset_tenant_token UNIQUE (tenant, token_hash),
    CONSTRAINT password_reset_tokens_user_type_check CHECK (user_type IN ('internal', 'client')),
    CONSTRAINT password_reset_tokens_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT password_reset_tokens_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id)
);
CREATE INDEX idx_password_reset_tokens_user ON password_reset_tokens (tenant, user_id);
CREATE INDEX idx_password_reset_tokens_expires ON password_reset_tokens (expires_at);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('password_reset_tokens', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
