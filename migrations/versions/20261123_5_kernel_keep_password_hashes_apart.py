"""Kernel: the application may not read password hashes; a log-in asks for one account's through a function."""

from alembic import context, op

revision: str = "20261123_5"
down_revision: str | None = "20261123_4"
branch_labels: None = None
depends_on: None = None

READABLE = "id, institution_id, region_code, login, display_name, disabled_at"

# One account by its exact log-in name, and the class it sits or teaches in: what signing in needs, and no more.
FIND_LOGIN = """
CREATE FUNCTION kernel_find_login(p_login text)
RETURNS TABLE (id uuid, password_hash text, disabled_at timestamptz, sandbox_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_scope text := coalesce(current_setting('kaidian.scope', true), '');
BEGIN
    PERFORM set_config('kaidian.scope', 'system', true);
    RETURN QUERY
        SELECT a.id, a.password_hash::text, a.disabled_at, coalesce(s.sandbox_id, t.sandbox_id)
          FROM public.kernel_account a
          LEFT JOIN LATERAL (SELECT k.sandbox_id FROM public.kernel_seat k
                              WHERE k.account_id = a.id ORDER BY k.id DESC LIMIT 1) s ON true
          LEFT JOIN LATERAL (SELECT k.sandbox_id FROM public.kernel_teaching_assignment k
                              WHERE k.account_id = a.id ORDER BY k.id DESC LIMIT 1) t ON true
         WHERE a.login = p_login;
    PERFORM set_config('kaidian.scope', v_scope, true);
END $$
"""


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    op.execute(FIND_LOGIN)
    op.execute(f'REVOKE SELECT ON kernel_account FROM "{app_role}"')
    op.execute(f'GRANT SELECT ({READABLE}) ON kernel_account TO "{app_role}"')


def downgrade() -> None:
    app_role = context.config.attributes["app_role"]
    op.execute(f'REVOKE SELECT ({READABLE}) ON kernel_account FROM "{app_role}"')
    op.execute(f'GRANT SELECT ON kernel_account TO "{app_role}"')
    op.execute("DROP FUNCTION kernel_find_login(text)")
