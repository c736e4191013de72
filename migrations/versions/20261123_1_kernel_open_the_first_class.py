"""Kernel: accounts, sandboxes with their clock and timers, events, and the doors into a transaction."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261123_1"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None


SANDBOX_ROWS = ("kernel_state_log", "kernel_idempotent_answer")
ENGINE_ROOMS = (
    "kernel_lease",
    "kernel_timer",
    "kernel_outbox",
    "kernel_inbox",
    "kernel_seat",
    "kernel_teaching_assignment",
)
ORGANISATION_ROWS = ("kernel_institution", "kernel_account", "kernel_cohort")

SANDBOX_COLUMNS = """
    sandbox_id uuid, seed bigint, policy text, starts_sim_at timestamp, clock_state text, clock_version integer,
    speed integer, sim_anchor_at timestamp, class_anchor_ms bigint, real_anchor_at timestamptz, beat_at timestamptz,
    jump_target_sim_at timestamp, resume_after_jump boolean
"""
SELECT_SANDBOX = """
    s.id, s.seed, s.policy::text, s.starts_sim_at, s.clock_state::text, s.clock_version, s.speed, s.sim_anchor_at,
    s.class_anchor_ms, s.real_anchor_at, s.beat_at, s.jump_target_sim_at, s.resume_after_jump
"""

# The database itself turns a session token into who, where and which scope, in one round trip. Security definer: the
# application asks about a token it was given and never reads the table of sessions.
ENTER_SESSION = f"""
CREATE FUNCTION kernel_enter_session(p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (account_id uuid, display_name text, actor_kind text, seat_id uuid, {SANDBOX_COLUMNS})
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_institution uuid;
    v_sandbox uuid;
BEGIN
    PERFORM set_config('kaidian.scope', 'system', true);
    RETURN QUERY
        SELECT a.id, coalesce(seat.display_name, a.display_name)::text,
               CASE WHEN t.id IS NOT NULL THEN 'lecturer' ELSE 'learner' END, seat.id, {SELECT_SANDBOX}
          FROM public.kernel_login_session l
          JOIN public.kernel_account a ON a.id = l.account_id AND a.disabled_at IS NULL
          LEFT JOIN public.kernel_seat seat ON seat.account_id = a.id AND seat.sandbox_id = l.sandbox_id
          LEFT JOIN public.kernel_teaching_assignment t ON t.account_id = a.id AND t.sandbox_id = l.sandbox_id
          LEFT JOIN public.kernel_sandbox s
                 ON s.id = l.sandbox_id AND (seat.id IS NOT NULL OR t.id IS NOT NULL)
         WHERE l.token_hash = p_token_hash AND l.expires_at > p_now;
    SELECT a.institution_id, coalesce(seat.sandbox_id, t.sandbox_id) INTO v_institution, v_sandbox
      FROM public.kernel_login_session l
      JOIN public.kernel_account a ON a.id = l.account_id AND a.disabled_at IS NULL
      LEFT JOIN public.kernel_seat seat ON seat.account_id = a.id AND seat.sandbox_id = l.sandbox_id
      LEFT JOIN public.kernel_teaching_assignment t ON t.account_id = a.id AND t.sandbox_id = l.sandbox_id
     WHERE l.token_hash = p_token_hash AND l.expires_at > p_now;
    PERFORM set_config('kaidian.institution_id', coalesce(v_institution::text, ''), true);
    PERFORM set_config('kaidian.sandbox_id', coalesce(v_sandbox::text, ''), true);
    PERFORM set_config('kaidian.scope', '', true);
END $$
"""
ENTER_SANDBOX = f"""
CREATE FUNCTION kernel_enter_sandbox(p_sandbox_id uuid)
RETURNS TABLE ({SANDBOX_COLUMNS})
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM set_config('kaidian.scope', '', true), set_config('kaidian.sandbox_id', p_sandbox_id::text, true);
    RETURN QUERY SELECT {SELECT_SANDBOX} FROM public.kernel_sandbox s WHERE s.id = p_sandbox_id;
END $$
"""
# A statement inside the function sees what was committed before it, so the answer is looked up after the lock is ours.
CLAIM_KEY = """
CREATE FUNCTION kernel_claim_key(p_sandbox_id uuid, p_actor_id uuid, p_key text)
RETURNS TABLE (locked boolean, request_hash text, status integer, body jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_sandbox_id::text || p_actor_id::text || p_key, 0)) THEN
        RETURN QUERY SELECT false, NULL::text, NULL::integer, NULL::jsonb;
        RETURN;
    END IF;
    RETURN QUERY SELECT true, a.request_hash::text, a.status, a.body
      FROM public.kernel_idempotent_answer a
     WHERE a.sandbox_id = p_sandbox_id AND a.actor_id = p_actor_id AND a.key = p_key;
    IF NOT FOUND THEN
        RETURN QUERY SELECT true, NULL::text, NULL::integer, NULL::jsonb;
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "kernel_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=False),
        sa.Column("display_name", sa.String(length=20), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_account_login", "kernel_account", ["login"], unique=True)
    op.create_table(
        "kernel_cohort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "kernel_idempotent_answer",
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sandbox_id", "actor_id", "key"),
    )
    op.create_table(
        "kernel_institution",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("institution_id"),
    )
    op.create_table(
        "kernel_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregate_kind", sa.String(length=48), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=96), nullable=False),
        sa.Column("payload", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("kernel_outbox_aggregate", "kernel_outbox", ["sandbox_id", "aggregate_id", "seq"], unique=False)
    op.create_index(
        "kernel_outbox_unfanned", "kernel_outbox", ["seq"], unique=False, postgresql_where="fanned_at IS NULL"
    )
    op.create_table(
        "kernel_sandbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.String(length=24), nullable=False),
        sa.Column("starts_sim_at", sa.DateTime(), nullable=False),
        sa.Column("clock_state", sa.String(length=24), nullable=False),
        sa.Column("clock_version", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("sim_anchor_at", sa.DateTime(), nullable=False),
        sa.Column("class_anchor_ms", sa.BigInteger(), nullable=False),
        sa.Column("real_anchor_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jump_target_sim_at", sa.DateTime(), nullable=True),
        sa.Column("resume_after_jump", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(clock_state = 'jumping') = (jump_target_sim_at IS NOT NULL)", name="kernel_sandbox_jump_has_target"
        ),
        sa.CheckConstraint("speed BETWEEN 1 AND 1440", name="kernel_sandbox_speed_range"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "kernel_seat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("display_name", sa.String(length=20), nullable=False),
        sa.CheckConstraint("number >= 1", name="kernel_seat_number_positive"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "account_id", name="kernel_seat_account_once"),
        sa.UniqueConstraint("sandbox_id", "number", name="kernel_seat_number_once"),
    )
    op.create_index(op.f("ix_kernel_seat_account_id"), "kernel_seat", ["account_id"], unique=False)
    op.create_table(
        "kernel_state_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("machine", sa.String(length=48), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("from_state", sa.String(length=24), nullable=True),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("to_state", sa.String(length=24), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("params", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_state_log_entity", "kernel_state_log", ["sandbox_id", "entity_id", "seq"], unique=False)
    op.create_table(
        "kernel_teaching_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "account_id", name="kernel_teaching_assignment_once"),
    )
    op.create_index(
        op.f("ix_kernel_teaching_assignment_account_id"), "kernel_teaching_assignment", ["account_id"], unique=False
    )
    op.create_table(
        "kernel_timer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("due_sim_at", sa.DateTime(), nullable=True),
        sa.Column("due_class_ms", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_order", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(due_sim_at IS NULL) <> (due_class_ms IS NULL)", name="kernel_timer_one_axis"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "kind", "subject_id", "ordinal", name="kernel_timer_once"),
    )
    op.create_index(
        "kernel_timer_due_class",
        "kernel_timer",
        ["sandbox_id", "due_class_ms", "seq"],
        unique=False,
        postgresql_where="state = 'pending'",
    )
    op.create_index(
        "kernel_timer_due_sim",
        "kernel_timer",
        ["sandbox_id", "due_sim_at", "seq"],
        unique=False,
        postgresql_where="state = 'pending'",
    )
    op.create_index(
        "kernel_timer_parked", "kernel_timer", ["sandbox_id"], unique=False, postgresql_where="state = 'parked'"
    )
    op.create_table(
        "kernel_inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.String(length=96), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("aggregate_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["kernel_outbox.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "handler"),
    )
    op.create_index(
        "kernel_inbox_order",
        "kernel_inbox",
        ["handler", "aggregate_id", "seq"],
        unique=False,
        postgresql_where="state = 'pending'",
    )
    op.create_index(
        "kernel_inbox_parked", "kernel_inbox", ["sandbox_id"], unique=False, postgresql_where="state = 'parked'"
    )
    op.create_index(
        "kernel_inbox_pending",
        "kernel_inbox",
        ["next_try_at", "seq"],
        unique=False,
        postgresql_where="state = 'pending'",
    )
    op.create_table(
        "kernel_lease",
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sandbox_id"], ["kernel_sandbox.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sandbox_id"),
    )
    op.create_table(
        "kernel_login_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["kernel_account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_kernel_login_session_account_id"), "kernel_login_session", ["account_id"], unique=False)

    app_role = context.config.attributes["app_role"]
    op.execute("CREATE SEQUENCE kernel_timer_fired")
    for table in SANDBOX_ROWS:
        _run(rls.protect_sandbox_rows(table))
    for table in ENGINE_ROOMS:
        _run(rls.protect_engine_room(table))
    for table in ORGANISATION_ROWS:
        _run(rls.protect_organisation_rows(table))
    own_sandbox = rls.SANDBOX_IS_CURRENT.replace("sandbox_id =", "id =", 1)
    # Not by institution: everyone signed in enters his institution's scope, and must not see its other classes.
    _run(rls.protect("kernel_sandbox", own_sandbox, rls.SCOPE_IS_SYSTEM))
    _run(rls.protect("kernel_login_session", rls.SCOPE_IS_SYSTEM))
    for function in (ENTER_SESSION, ENTER_SANDBOX, CLAIM_KEY):
        op.execute(function)
    tables = (*SANDBOX_ROWS, *ENGINE_ROOMS, *ORGANISATION_ROWS, "kernel_sandbox", "kernel_login_session")
    _run(rls.grant(app_role, tables=tables, sequences=["kernel_timer_fired"]))
    _run(rls.append_only("kernel_state_log", app_role))


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP FUNCTION kernel_claim_key(uuid, uuid, text)")
    op.execute("DROP FUNCTION kernel_enter_sandbox(uuid)")
    op.execute("DROP FUNCTION kernel_enter_session(bytea, timestamptz)")
    op.drop_table("kernel_login_session")
    op.drop_table("kernel_lease")
    op.drop_table("kernel_inbox")
    op.drop_table("kernel_timer")
    op.drop_table("kernel_teaching_assignment")
    op.drop_table("kernel_state_log")
    op.drop_table("kernel_seat")
    op.drop_table("kernel_sandbox")
    op.drop_table("kernel_outbox")
    op.drop_table("kernel_institution")
    op.drop_table("kernel_idempotent_answer")
    op.drop_table("kernel_cohort")
    op.drop_table("kernel_account")
    op.execute("DROP SEQUENCE kernel_timer_fired")
