"""Kernel: seats and lecturers belong to a class, which exists before its sandbox; a session is in a class or a role."""

import sqlalchemy as sa
from alembic import context, op

from kernel.database import rls

revision: str = "20261124_1"
down_revision: str | None = "20261123_5"
branch_labels: None = None
depends_on: None = None

SANDBOX_COLUMNS = """
    sandbox_id uuid, seed bigint, policy text, starts_sim_at timestamp, clock_state text, clock_version integer,
    speed integer, sim_anchor_at timestamp, class_anchor_ms bigint, real_anchor_at timestamptz, beat_at timestamptz,
    jump_target_sim_at timestamp, resume_after_jump boolean
"""
SELECT_SANDBOX = """
    s.id, s.seed, s.policy::text, s.starts_sim_at, s.clock_state::text, s.clock_version, s.speed, s.sim_anchor_at,
    s.class_anchor_ms, s.real_anchor_at, s.beat_at, s.jump_target_sim_at, s.resume_after_jump
"""

# The database turns a session token into who, where and which scope, in one round trip. `p_view_seat` is the seat whose
# pages a lecturer of the same class looks at; the answer names no kind of actor when he may not.
ENTER_SESSION = f"""
CREATE FUNCTION kernel_enter_session(p_token_hash bytea, p_now timestamptz, p_view_seat uuid)
RETURNS TABLE (account_id uuid, display_name text, actor_kind text, seat_id uuid, cohort_id uuid, institution_id uuid,
               region_code text, session_kind text, read_only boolean, {SANDBOX_COLUMNS})
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v record;
    v_kind text;
BEGIN
    PERFORM set_config('kaidian.scope', 'system', true);
    SELECT a.id AS account, a.must_change_password, l.kind AS session_kind, l.read_only,
           coalesce(viewed.display_name, seat.display_name, a.display_name)::text AS display_name,
           coalesce(viewed.id, seat.id) AS seat, viewed.id AS viewed, t.id AS teaching,
           CASE WHEN coalesce(seat.id, t.id) IS NOT NULL THEN l.cohort_id END AS cohort,
           CASE WHEN coalesce(seat.id, t.id) IS NOT NULL THEN s.id END AS sandbox,
           g.role, g.institution_id AS institution, g.region_code AS region INTO v
      FROM public.kernel_login_session l
      JOIN public.kernel_account a ON a.id = l.account_id AND a.disabled_at IS NULL
      LEFT JOIN public.kernel_seat seat
             ON seat.account_id = a.id AND seat.cohort_id = l.cohort_id AND seat.withdrawn_at IS NULL
      LEFT JOIN public.kernel_teaching_assignment t ON t.account_id = a.id AND t.cohort_id = l.cohort_id
      LEFT JOIN public.kernel_seat viewed ON viewed.id = p_view_seat AND viewed.cohort_id = t.cohort_id
      LEFT JOIN public.kernel_sandbox s ON s.cohort_id = l.cohort_id
      LEFT JOIN public.kernel_role_grant g ON g.id = l.grant_id AND g.account_id = a.id AND g.revoked_at IS NULL
     WHERE l.token_hash = p_token_hash AND l.expires_at > p_now;
    IF NOT FOUND THEN
        PERFORM set_config('kaidian.scope', '', true);
        RETURN;
    END IF;
    v_kind := CASE WHEN p_view_seat IS NOT NULL AND v.viewed IS NULL THEN NULL
                   WHEN v.must_change_password THEN 'visitor'
                   WHEN v.viewed IS NOT NULL THEN 'learner'
                   WHEN v.teaching IS NOT NULL THEN 'lecturer'
                   WHEN v.seat IS NOT NULL THEN 'learner'
                   ELSE coalesce(v.role, 'visitor') END;
    IF v_kind IS NULL OR v_kind = 'visitor' THEN
        v.cohort := NULL;
        v.sandbox := NULL;
        v.seat := NULL;
    END IF;
    RETURN QUERY
        SELECT v.account, v.display_name, v_kind, v.seat, v.cohort, v.institution, coalesce(v.region, '')::text,
               v.session_kind::text, v.read_only OR v.viewed IS NOT NULL, {SELECT_SANDBOX}
          FROM (VALUES (1)) one LEFT JOIN public.kernel_sandbox s ON s.id = v.sandbox;
    PERFORM set_config('kaidian.account_id', v.account::text, true),
            set_config('kaidian.cohort_id', coalesce(v.cohort::text, ''), true),
            set_config('kaidian.sandbox_id', coalesce(v.sandbox::text, ''), true),
            set_config('kaidian.institution_id',
                       CASE WHEN v_kind = 'institution' THEN v.institution::text ELSE '' END, true),
            set_config('kaidian.region_code', CASE WHEN v_kind = 'officer' THEN v.region ELSE '' END, true),
            set_config('kaidian.sees_people',
                       CASE WHEN v_kind IN ('lecturer', 'institution', 'officer') THEN 'on' ELSE '' END, true),
            set_config('kaidian.scope', CASE WHEN v_kind = 'operator' THEN 'operator' ELSE '' END, true);
END $$
"""
ENTER_SANDBOX = f"""
CREATE FUNCTION kernel_enter_sandbox(p_sandbox_id uuid)
RETURNS TABLE (cohort_id uuid, {SANDBOX_COLUMNS})
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM set_config('kaidian.scope', '', true), set_config('kaidian.sandbox_id', p_sandbox_id::text, true);
    SELECT s.cohort_id INTO cohort_id FROM public.kernel_sandbox s WHERE s.id = p_sandbox_id;
    PERFORM set_config('kaidian.cohort_id', coalesce(cohort_id::text, ''), true);
    RETURN QUERY SELECT s.cohort_id, {SELECT_SANDBOX} FROM public.kernel_sandbox s WHERE s.id = p_sandbox_id;
END $$
"""
# One account by its exact log-in name, and where its session starts: the newest class that is not over, else a role.
FIND_LOGIN = """
CREATE FUNCTION kernel_find_login(p_login text)
RETURNS TABLE (id uuid, password_hash text, disabled_at timestamptz, password_expires_at timestamptz,
               institution_id uuid, region_code text, cohort_id uuid, grant_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_scope text := coalesce(current_setting('kaidian.scope', true), '');
BEGIN
    PERFORM set_config('kaidian.scope', 'system', true);
    RETURN QUERY
        SELECT a.id, a.password_hash::text, a.disabled_at, a.password_expires_at, a.institution_id,
               a.region_code::text, c.id, CASE WHEN c.id IS NULL THEN g.id END
          FROM public.kernel_account a
          LEFT JOIN LATERAL (
              SELECT k.id FROM public.kernel_cohort k
               WHERE EXISTS (SELECT 1 FROM public.kernel_seat s WHERE s.cohort_id = k.id AND s.account_id = a.id
                                AND s.withdrawn_at IS NULL)
                  OR EXISTS (SELECT 1 FROM public.kernel_teaching_assignment t
                              WHERE t.cohort_id = k.id AND t.account_id = a.id)
               ORDER BY k.closed_at IS NOT NULL, k.id DESC LIMIT 1) c ON true
          LEFT JOIN LATERAL (
              SELECT r.id FROM public.kernel_role_grant r WHERE r.account_id = a.id AND r.revoked_at IS NULL
               ORDER BY r.id LIMIT 1) g ON true
         WHERE a.login = p_login;
    PERFORM set_config('kaidian.scope', v_scope, true);
END $$
"""
CLAIM_KEY = """
CREATE FUNCTION kernel_claim_key(p_realm_id uuid, p_actor_id uuid, p_key text)
RETURNS TABLE (locked boolean, request_hash text, status integer, body jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_realm_id::text || p_actor_id::text || p_key, 0)) THEN
        RETURN QUERY SELECT false, NULL::text, NULL::integer, NULL::jsonb;
        RETURN;
    END IF;
    RETURN QUERY SELECT true, a.request_hash::text, a.status, a.body
      FROM public.kernel_idempotent_answer a
     WHERE a.realm_id = p_realm_id AND a.actor_id = p_actor_id AND a.key = p_key;
    IF NOT FOUND THEN
        RETURN QUERY SELECT true, NULL::text, NULL::integer, NULL::jsonb;
    END IF;
END $$
"""

# Codes for classes made before there were any: hexadecimal, so that they read like the others.
FILL = (
    "SELECT set_config('kaidian.scope', 'system', true)",
    """UPDATE kernel_cohort c SET code = upper(substr(md5(c.id::text), 1, 6)), state = 'open', is_trial = false,
              created_at = now(), opened_at = now()""",
    """UPDATE kernel_seat k SET cohort_id = s.cohort_id, institution_id = s.institution_id, region_code = s.region_code,
              claimed_at = now(), seated_at = now(), pin_failures = 0, is_late = false
         FROM kernel_sandbox s WHERE s.id = k.sandbox_id""",
    """UPDATE kernel_teaching_assignment k SET cohort_id = s.cohort_id, institution_id = s.institution_id,
              region_code = s.region_code, assigned_at = now(),
              place = (SELECT count(*) FROM kernel_teaching_assignment o WHERE o.sandbox_id = k.sandbox_id AND o.id <= k.id)
         FROM kernel_sandbox s WHERE s.id = k.sandbox_id""",
    "DELETE FROM kernel_login_session",
    "SELECT set_config('kaidian.scope', '', true)",
)
TAKE_BACK = (
    "SELECT set_config('kaidian.scope', 'system', true)",
    "DELETE FROM kernel_login_session",
    """DELETE FROM kernel_seat k WHERE k.account_id IS NULL OR k.withdrawn_at IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM kernel_sandbox s WHERE s.cohort_id = k.cohort_id)""",
    """DELETE FROM kernel_teaching_assignment k
        WHERE NOT EXISTS (SELECT 1 FROM kernel_sandbox s WHERE s.cohort_id = k.cohort_id)""",
    "DELETE FROM kernel_account WHERE institution_id IS NULL",
    "UPDATE kernel_seat k SET sandbox_id = s.id FROM kernel_sandbox s WHERE s.cohort_id = k.cohort_id",
    "UPDATE kernel_teaching_assignment k SET sandbox_id = s.id FROM kernel_sandbox s WHERE s.cohort_id = k.cohort_id",
    "SELECT set_config('kaidian.scope', '', true)",
)
KNOWN = (
    ("kernel_cohort", "state", ("planned", "open", "closed")),
    ("kernel_login_session", "kind", ("browser", "token")),
    ("kernel_role_grant", "role", ("lecturer", "scorer", "officer", "institution", "supplier", "operator")),
)
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[object], bool], ...] = (
    ("kernel_account", "person_id", sa.Uuid(), True),
    ("kernel_account", "password_reset_at", sa.DateTime(timezone=True), True),
    ("kernel_account", "password_reset_by", sa.String(length=20), True),
    ("kernel_account", "password_expires_at", sa.DateTime(timezone=True), True),
    ("kernel_cohort", "code", sa.String(length=8), False),
    ("kernel_cohort", "state", sa.String(length=24), False),
    ("kernel_cohort", "is_trial", sa.Boolean(), False),
    ("kernel_cohort", "starts_on", sa.Date(), True),
    ("kernel_cohort", "created_at", sa.DateTime(timezone=True), False),
    ("kernel_cohort", "opened_at", sa.DateTime(timezone=True), True),
    ("kernel_cohort", "closed_at", sa.DateTime(timezone=True), True),
    ("kernel_seat", "institution_id", sa.Uuid(), False),
    ("kernel_seat", "region_code", sa.String(length=12), False),
    ("kernel_seat", "cohort_id", sa.Uuid(), False),
    ("kernel_seat", "person_id", sa.Uuid(), True),
    ("kernel_seat", "import_id", sa.Uuid(), True),
    ("kernel_seat", "pin_sealed", sa.LargeBinary(), True),
    ("kernel_seat", "pin_failures", sa.Integer(), False),
    ("kernel_seat", "is_late", sa.Boolean(), False),
    ("kernel_seat", "seated_at", sa.DateTime(timezone=True), False),
    ("kernel_seat", "claimed_at", sa.DateTime(timezone=True), True),
    ("kernel_seat", "claim_browser", sa.String(length=80), True),
    ("kernel_seat", "withdrawn_at", sa.DateTime(timezone=True), True),
    ("kernel_teaching_assignment", "institution_id", sa.Uuid(), False),
    ("kernel_teaching_assignment", "region_code", sa.String(length=12), False),
    ("kernel_teaching_assignment", "cohort_id", sa.Uuid(), False),
    ("kernel_teaching_assignment", "place", sa.SmallInteger(), False),
    ("kernel_teaching_assignment", "assigned_at", sa.DateTime(timezone=True), False),
    ("kernel_login_session", "id", sa.Uuid(), False),
    ("kernel_login_session", "kind", sa.String(length=24), False),
    ("kernel_login_session", "cohort_id", sa.Uuid(), True),
    ("kernel_login_session", "grant_id", sa.Uuid(), True),
    ("kernel_login_session", "name", sa.String(length=40), True),
    ("kernel_login_session", "read_only", sa.Boolean(), False),
    ("kernel_login_session", "used_on", sa.Date(), True),
)
"""Table, column, type, and whether it may stay empty."""
MOVED = ("kernel_seat", "kernel_teaching_assignment")
WALLS = (*MOVED, "kernel_account", "kernel_cohort", "kernel_institution", "kernel_idempotent_answer")


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for table in WALLS:
        op.execute(f"DROP POLICY {table}_wall ON {table}")
    for function in ("enter_session(bytea, timestamptz)", "enter_sandbox(uuid)", "find_login(text)"):
        op.execute(f"DROP FUNCTION kernel_{function}")
    op.execute("DROP FUNCTION kernel_claim_key(uuid, uuid, text)")
    # The rows are filled in between: the owner, too, obeys the walls, and these tables have none until the end.
    for table in WALLS:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    _add_columns()
    _run(FILL)
    _hold_columns()
    op.create_table(
        "kernel_role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role <> 'officer' OR region_code <> ''", name="kernel_role_grant_has_region"),
        sa.CheckConstraint(
            "role NOT IN ('institution', 'lecturer') OR institution_id IS NOT NULL",
            name="kernel_role_grant_has_institution",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["kernel_account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_role_grant_account", "kernel_role_grant", ["account_id"], unique=False)
    for table, column, values in KNOWN:
        allowed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(f"{table}_{column}_known", table, f"{column} IN ({allowed})")
    op.alter_column("kernel_idempotent_answer", "sandbox_id", new_column_name="realm_id")
    for function in (ENTER_SESSION, ENTER_SANDBOX, FIND_LOGIN, CLAIM_KEY):
        op.execute(function)
    _protect()
    _run(rls.grant(app_role, tables=["kernel_role_grant"]))
    readable = "person_id, must_change_password, password_reset_at, password_reset_by, password_expires_at"
    op.execute(f'GRANT SELECT ({readable}) ON kernel_account TO "{app_role}"')


def _protect() -> None:
    for table in MOVED:
        _run(rls.protect_class_rows(table))
    wide = (rls.ORGANISATION_IS_CURRENT, rls.SCOPE_IS_OPERATOR, rls.SCOPE_IS_SYSTEM)
    own_class = rls.COHORT_IS_CURRENT.replace("cohort_id =", "id =", 1)
    _run(rls.protect("kernel_cohort", own_class, *wide))
    seated = f"({rls.SEES_PEOPLE} AND EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = kernel_account.id))"
    teaches = "EXISTS (SELECT 1 FROM kernel_teaching_assignment t WHERE t.account_id = kernel_account.id)"
    _run(rls.protect("kernel_account", f"id = {rls.ACCOUNT}", seated, teaches, *wide))
    home = "EXISTS (SELECT 1 FROM kernel_cohort c WHERE c.institution_id = kernel_institution.institution_id)"
    _run(rls.protect("kernel_institution", home, *wide))
    _run(rls.protect("kernel_role_grant", f"account_id = {rls.ACCOUNT}", *wide))
    answers = f"realm_id IN ({rls.ACCOUNT}, nullif(current_setting('kaidian.sandbox_id', true), '')::uuid)"
    _run(rls.protect("kernel_idempotent_answer", answers, rls.SCOPE_IS_SYSTEM))


def _add_columns() -> None:
    for table, name, kind, _ in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column(
        "kernel_account", sa.Column("must_change_password", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("kernel_account", "institution_id", nullable=True)
    op.alter_column("kernel_seat", "account_id", nullable=True)


def _hold_columns() -> None:
    for table, name, _, nullable in COLUMNS:
        if not nullable:
            op.alter_column(table, name, nullable=False)
    op.drop_constraint("kernel_seat_number_positive", "kernel_seat", type_="check")
    op.drop_index("ix_kernel_seat_account_id", table_name="kernel_seat")
    for table in MOVED:
        op.drop_column(table, "sandbox_id")  # takes the old uniqueness with it
    op.drop_column("kernel_login_session", "sandbox_id")
    _hold_seats()
    op.create_unique_constraint(
        "kernel_teaching_assignment_once", "kernel_teaching_assignment", ["cohort_id", "account_id"]
    )
    op.create_unique_constraint(
        "kernel_teaching_assignment_place_once", "kernel_teaching_assignment", ["cohort_id", "place"]
    )
    op.create_check_constraint(
        "kernel_teaching_assignment_place_range", "kernel_teaching_assignment", "place BETWEEN 1 AND 2"
    )
    op.create_index("ix_kernel_account_person_id", "kernel_account", ["person_id"])
    op.create_check_constraint(
        "kernel_account_reset_named", "kernel_account", "(password_reset_at IS NULL) = (password_reset_by IS NULL)"
    )
    op.create_index("kernel_cohort_code", "kernel_cohort", ["code"], unique=True)
    op.create_index("kernel_cohort_institution", "kernel_cohort", ["institution_id", "id"])
    op.create_check_constraint(
        "kernel_cohort_opened_once", "kernel_cohort", "(state = 'planned') = (opened_at IS NULL)"
    )
    op.create_check_constraint(
        "kernel_cohort_closed_once", "kernel_cohort", "(state = 'closed') = (closed_at IS NOT NULL)"
    )
    op.create_unique_constraint("kernel_login_session_id_key", "kernel_login_session", ["id"])
    op.create_check_constraint(
        "kernel_login_session_one_place", "kernel_login_session", "cohort_id IS NULL OR grant_id IS NULL"
    )
    op.create_check_constraint(
        "kernel_login_session_token_named", "kernel_login_session", "(kind = 'token') = (name IS NOT NULL)"
    )
    op.create_unique_constraint("kernel_sandbox_cohort_id_key", "kernel_sandbox", ["cohort_id"])


def _hold_seats() -> None:
    active = "withdrawn_at IS NULL"
    for name, column in (("number", "number"), ("account", "account_id"), ("person", "person_id")):
        op.create_index(
            f"kernel_seat_{name}_once", "kernel_seat", ["cohort_id", column], unique=True, postgresql_where=active
        )
    for name in ("account", "person", "import"):
        op.create_index(f"kernel_seat_{name}", "kernel_seat", [f"{name}_id"])
    op.create_check_constraint("kernel_seat_number_range", "kernel_seat", "number BETWEEN 1 AND 30")
    op.create_check_constraint("kernel_seat_pin_failures_counted", "kernel_seat", "pin_failures >= 0")


def _run(statements: tuple[str, ...] | list[str]) -> None:
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    for table in (*WALLS, "kernel_role_grant"):
        op.execute(f"DROP POLICY {table}_wall ON {table}")
    for function in (
        "enter_session(bytea, timestamptz, uuid)",
        "enter_sandbox(uuid)",
        "find_login(text)",
        "claim_key(uuid, uuid, text)",
    ):
        op.execute(f"DROP FUNCTION kernel_{function}")
    op.drop_table("kernel_role_grant")
    op.alter_column("kernel_idempotent_answer", "realm_id", new_column_name="sandbox_id")
    for table in (*MOVED, "kernel_login_session"):
        op.add_column(table, sa.Column("sandbox_id", sa.Uuid(), nullable=True))
    for table in WALLS:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    _run(TAKE_BACK)
    op.drop_constraint("kernel_sandbox_cohort_id_key", "kernel_sandbox", type_="unique")
    for table, name, _, _ in COLUMNS:
        op.drop_column(table, name)  # takes the indexes and CHECKs on it with it
    op.drop_column("kernel_account", "must_change_password")
    _restore_first_shape()


def _restore_first_shape() -> None:
    """Gives tables, walls and doors the shape of the first class again; its functions stand in its own migration."""
    for table in MOVED:
        op.alter_column(table, "sandbox_id", nullable=False)
        op.create_unique_constraint(f"{table}_account_once", table, ["sandbox_id", "account_id"])
        op.create_index(f"ix_{table}_account_id", table, ["account_id"], if_not_exists=True)
        _run(rls.protect_engine_room(table))
    op.drop_constraint("kernel_teaching_assignment_account_once", "kernel_teaching_assignment", type_="unique")
    op.create_unique_constraint(
        "kernel_teaching_assignment_once", "kernel_teaching_assignment", ["sandbox_id", "account_id"]
    )
    op.create_unique_constraint("kernel_seat_number_once", "kernel_seat", ["sandbox_id", "number"])
    op.drop_index("kernel_seat_account", table_name="kernel_seat", if_exists=True)
    op.drop_constraint("kernel_seat_number_range", "kernel_seat", type_="check")
    op.create_check_constraint("kernel_seat_number_positive", "kernel_seat", "number >= 1")
    op.alter_column("kernel_seat", "account_id", nullable=False)
    op.alter_column("kernel_account", "institution_id", nullable=False)
    for table in ("kernel_account", "kernel_cohort", "kernel_institution"):
        _run(rls.protect_organisation_rows(table))
    _run(rls.protect_sandbox_rows("kernel_idempotent_answer"))
    first, fifth = (context.script.get_revision(name).module for name in ("20261123_1", "20261123_5"))
    for function in (first.ENTER_SESSION, first.ENTER_SANDBOX, first.CLAIM_KEY, fifth.FIND_LOGIN):
        op.execute(function)
