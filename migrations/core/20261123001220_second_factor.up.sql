-- The second factor. Its secret is in tenant_secrets, encrypted; users.two_factor_secret holds the ones that the peer's users brought,
-- in clear, until they are first used. The last step is remembered so that no code counts twice.

ALTER TABLE users ADD COLUMN two_factor_last_step bigint;

CREATE TABLE user_recovery_codes (
    tenant     uuid NOT NULL,
    user_id    uuid NOT NULL,
    code_hash  text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT user_recovery_codes_pkey PRIMARY KEY (tenant, user_id, code_hash),
    CONSTRAINT user_recovery_codes_tenant_foreign FOREIGN KEY (tenant) REFERENCES tenants (tenant),
    CONSTRAINT user_recovery_codes_tenant_user_id_foreign
        FOREIGN KEY (tenant, user_id) REFERENCES users (tenant, user_id)
);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        PERFORM create_distributed_table('user_recovery_codes', 'tenant', colocate_with => 'tenants');
    END IF;
END
$$;
