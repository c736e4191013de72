"""Kernel: snapshots of a class's market, the gate a rollback closes, and eyes for the installation's backup."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261124_5"
down_revision: str | None = "20261124_4"
branch_labels: None = None
depends_on: None = None

# What goes back with a market, derived from the schema: every table of a market's package with a `sandbox_id`, and of the
# kernel's engine rooms the rows that serve it. All else of a class stays (ADR 0015). `level` orders by foreign keys:
# parents first to insert, last to delete.
TABLES = """
CREATE FUNCTION kernel_market_tables() RETURNS TABLE (name text, key text, keep text, level integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE engine_room (relname, key, keep) AS (VALUES
        ('kernel_idempotent_answer', 'realm_id', 't.operation ~ '' /api/v1/(mall|supply|livestream|market)/'''),
        ('kernel_inbox', 'sandbox_id', 'EXISTS (SELECT 1 FROM public.kernel_outbox o
                                                 WHERE o.id = t.event_id AND o.aggregate_kind NOT LIKE ''kernel.%'')'),
        ('kernel_outbox', 'sandbox_id', 't.aggregate_kind NOT LIKE ''kernel.%'''),
        ('kernel_state_log', 'sandbox_id', 't.machine NOT LIKE ''kernel.%'''),
        ('kernel_timer', 'sandbox_id', 't.kind NOT LIKE ''kernel.%''')
    ), market AS (
        SELECT c.oid, c.relname::text AS relname, a.attname::text AS key, coalesce(e.keep, 'true') AS keep
          FROM pg_class c
          LEFT JOIN engine_room e ON e.relname = c.relname
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = coalesce(e.key, 'sandbox_id') AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
           AND (e.relname IS NOT NULL OR c.relname ~ '^(mall|supply|livestream|market)_')
    ), reference AS (
        SELECT DISTINCT f.conrelid AS child, f.confrelid AS parent FROM pg_constraint f
          JOIN market m ON m.oid = f.conrelid JOIN market p ON p.oid = f.confrelid
         WHERE f.contype = 'f' AND f.conrelid <> f.confrelid
    ), depth AS (
        SELECT oid, 0 AS level FROM market
        UNION SELECT r.child, d.level + 1 FROM depth d JOIN reference r ON r.parent = d.oid WHERE d.level < 40
    )
    SELECT m.relname, m.key, m.keep, max(d.level) FROM market m JOIN depth d ON d.oid = m.oid GROUP BY 1, 2, 3
     ORDER BY 4, 1
$$
"""
# Rows are kept as JSON of their columns: a snapshot from before a migration that changed them must be refused.
SHAPE = """
CREATE FUNCTION kernel_market_shape() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT md5(string_agg(m.name || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull, '|'
                          ORDER BY m.name, a.attname))
      FROM public.kernel_market_tables() m
      JOIN pg_attribute a ON a.attrelid = ('public.' || m.name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
$$
"""
COUNT = """
CREATE FUNCTION kernel_market_counts() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    v_sandbox uuid := nullif(current_setting('kaidian.sandbox_id', true), '')::uuid;
    v_parts text;
    v_counts jsonb;
BEGIN
    SELECT string_agg(format('SELECT %L AS name, count(*) AS n FROM public.%I t WHERE t.%I = $1 AND (%s)',
                             m.name, m.name, m.key, m.keep), ' UNION ALL ')
      INTO v_parts FROM public.kernel_market_tables() m;
    EXECUTE 'SELECT jsonb_object_agg(name, n) FROM (' || v_parts || ') counted' INTO v_counts USING v_sandbox;
    RETURN v_counts;
END $$
"""
# One statement sees one moment, so the market may go on meanwhile. Security definer: the application reads snapshots and
# writes none, or it could forge one and so rewrite what is append-only.
SAVE = """
CREATE FUNCTION kernel_save_snapshot(p_id uuid, p_name text, p_cause text, p_account_id uuid, p_at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_sandbox uuid := nullif(current_setting('kaidian.sandbox_id', true), '')::uuid;
    v_parts text;
    v_clock jsonb;
BEGIN
    INSERT INTO public.kernel_snapshot (id, sandbox_id, name, cause, account_id, at, sim_at, class_ms, shape, counts,
                                        size_bytes)
    VALUES (p_id, v_sandbox, p_name, p_cause, p_account_id, p_at, 'epoch', 0, public.kernel_market_shape(), '{}', 0);
    SELECT string_agg(format(
        'SELECT $1, $2, %L, g, count(*), jsonb_agg(j) FROM ('
        '  SELECT to_jsonb(t) AS j, ((row_number() OVER () - 1) / 500)::integer AS g'
        '    FROM public.%I t WHERE t.%I = $2 AND (%s)) part GROUP BY g', m.name, m.name, m.key, m.keep), ' UNION ALL ')
      INTO v_parts
      FROM (SELECT name, key, keep FROM public.kernel_market_tables()
            UNION ALL SELECT 'kernel_sandbox', 'id', 'true') m;
    EXECUTE 'INSERT INTO public.kernel_snapshot_chunk (snapshot_id, sandbox_id, table_name, ordinal, row_count, rows) '
         || v_parts USING p_id, v_sandbox;
    UPDATE public.kernel_snapshot s SET
        counts = (SELECT jsonb_object_agg(t.table_name, t.n) FROM (
                    SELECT c.table_name, sum(c.row_count) AS n FROM public.kernel_snapshot_chunk c
                     WHERE c.snapshot_id = p_id AND c.table_name <> 'kernel_sandbox' GROUP BY 1) t),
        size_bytes = (SELECT sum(pg_column_size(c.rows)) FROM public.kernel_snapshot_chunk c WHERE c.snapshot_id = p_id)
     WHERE s.id = p_id;
    UPDATE public.kernel_snapshot SET counts = '{}' WHERE id = p_id AND counts IS NULL;
    SELECT c.rows -> 0 INTO v_clock FROM public.kernel_snapshot_chunk c
     WHERE c.snapshot_id = p_id AND c.table_name = 'kernel_sandbox';
    RETURN v_clock;
END $$
"""
DATE = """
CREATE FUNCTION kernel_date_snapshot(p_id uuid, p_sim_at timestamp, p_class_ms bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    UPDATE public.kernel_snapshot SET sim_at = p_sim_at, class_ms = p_class_ms
     WHERE id = p_id AND sandbox_id = nullif(current_setting('kaidian.sandbox_id', true), '')::uuid
       AND sim_at = 'epoch'
$$
"""
THIN = """
CREATE FUNCTION kernel_thin_snapshots(p_kept integer, p_spare uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_removed integer;
BEGIN
    DELETE FROM public.kernel_snapshot s
     WHERE s.sandbox_id = nullif(current_setting('kaidian.sandbox_id', true), '')::uuid
       AND s.id IS DISTINCT FROM p_spare
       AND s.id NOT IN (SELECT k.id FROM public.kernel_snapshot k WHERE k.sandbox_id = s.sandbox_id
                         ORDER BY k.at DESC, k.id DESC LIMIT greatest(p_kept, 1));
    GET DIAGNOSTICS v_removed = ROW_COUNT;
    RETURN v_removed;
END $$
"""
# The gate: whoever writes into a class holds it open until commit; a rollback closes it, so it waits for them and they for
# it. False means: the clock moved while waiting, enter again.
HOLD_OPEN = """
CREATE FUNCTION kernel_hold_open(p_sandbox_id uuid, p_clock_version integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF p_sandbox_id IS NULL OR current_setting('transaction_read_only') = 'on' THEN
        RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('kernel_gate ' || p_sandbox_id::text, 0));
    RETURN EXISTS (SELECT 1 FROM public.kernel_sandbox s
                    WHERE s.id = p_sandbox_id AND s.clock_version = p_clock_version);
END $$
"""
CLOSE = """
CREATE FUNCTION kernel_close_gate(p_sandbox_id uuid) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    v_state text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kernel_gate ' || p_sandbox_id::text, 0));
    SELECT s.clock_state INTO v_state FROM public.kernel_sandbox s WHERE s.id = p_sandbox_id FOR UPDATE;
    UPDATE public.kernel_lease SET token = token + 1, expires_at = clock_timestamp() - interval '1 second'
     WHERE sandbox_id = p_sandbox_id;
    RETURN v_state;
END $$
"""
RESTORE = """
CREATE FUNCTION kernel_restore_snapshot(p_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_sandbox uuid := nullif(current_setting('kaidian.sandbox_id', true), '')::uuid;
    v_table record;
    v_columns text;
BEGIN
    PERFORM 1 FROM public.kernel_snapshot s
      WHERE s.id = p_id AND s.sandbox_id = v_sandbox AND s.shape = public.kernel_market_shape();
    IF NOT FOUND OR public.kernel_close_gate(v_sandbox) IS DISTINCT FROM 'paused' THEN
        RAISE EXCEPTION 'snapshot % cannot be restored now', p_id USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    FOR v_table IN SELECT m.* FROM public.kernel_market_tables() m ORDER BY m.level DESC, m.name LOOP
        EXECUTE format('DELETE FROM public.%I t WHERE t.%I = $1 AND (%s)', v_table.name, v_table.key, v_table.keep)
          USING v_sandbox;
    END LOOP;
    FOR v_table IN SELECT m.name FROM public.kernel_market_tables() m ORDER BY m.level, m.name LOOP
        SELECT string_agg(quote_ident(a.attname), ', ') INTO v_columns FROM pg_attribute a
         WHERE a.attrelid = ('public.' || quote_ident(v_table.name))::regclass AND a.attnum > 0
           AND NOT a.attisdropped AND a.attgenerated = '';
        EXECUTE format('INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM public.kernel_snapshot_chunk c,'
                       ' LATERAL jsonb_populate_recordset(NULL::public.%I, c.rows)'
                       ' WHERE c.snapshot_id = $1 AND c.table_name = %L',
                       v_table.name, v_columns, 'jsonb_populate_recordset.' || replace(v_columns, ', ',
                       ', jsonb_populate_recordset.'), v_table.name, v_table.name) USING p_id;
    END LOOP;
END $$
"""
# Facts about what stays are told once more, because what they brought about in the market has gone.
RETELL = """
CREATE FUNCTION kernel_retell_facts(p_since timestamptz, p_now timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public AS $$
    UPDATE public.kernel_inbox i SET state = 'pending', attempts = 0, next_try_at = p_now, handled_at = NULL
      FROM public.kernel_outbox o
     WHERE o.id = i.event_id AND i.state = 'done' AND o.at >= p_since AND o.aggregate_kind LIKE 'kernel.%'
       AND i.sandbox_id = nullif(current_setting('kaidian.sandbox_id', true), '')::uuid
$$
"""
FUNCTIONS = {
    "kernel_market_tables()": TABLES,
    "kernel_market_shape()": SHAPE,
    "kernel_market_counts()": COUNT,
    "kernel_save_snapshot(uuid, text, text, uuid, timestamptz)": SAVE,
    "kernel_date_snapshot(uuid, timestamp, bigint)": DATE,
    "kernel_thin_snapshots(integer, uuid)": THIN,
    "kernel_hold_open(uuid, integer)": HOLD_OPEN,
    "kernel_close_gate(uuid)": CLOSE,
    "kernel_restore_snapshot(uuid)": RESTORE,
    "kernel_retell_facts(timestamptz, timestamptz)": RETELL,
}
# Tables from before `rls.protect` gave the backup its eyes.
OPEN_EYES = f"""
DO $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT p.tablename FROM pg_policies p
                    WHERE p.schemaname = 'public' AND p.policyname = p.tablename || '_wall'
                      AND NOT EXISTS (SELECT 1 FROM pg_policies b WHERE b.schemaname = 'public'
                                         AND b.tablename = p.tablename AND b.policyname = p.tablename || '_backup') LOOP
        EXECUTE format('CREATE POLICY %I ON public.%I FOR SELECT TO CURRENT_USER USING (%s)', v_table || '_backup', v_table,
                       $q${rls.SCOPE_IS_BACKUP}$q$);
    END LOOP;
END $$
"""
CLOSE_EYES = """
DO $$
DECLARE
    v_table text;
BEGIN
    FOR v_table IN SELECT tablename FROM pg_policies
                    WHERE schemaname = 'public' AND policyname = tablename || '_backup' LOOP
        EXECUTE format('DROP POLICY %I ON public.%I', v_table || '_backup', v_table);
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "kernel_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("class_ms", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.String(length=32), nullable=False),
        sa.Column("counts", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cause IN ('manual', 'before_rollback')", name="kernel_snapshot_cause_known"),
        sa.CheckConstraint("class_ms >= 0 AND size_bytes >= 0", name="kernel_snapshot_not_negative"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_snapshot_newest", "kernel_snapshot", ["sandbox_id", "at", "id"])
    op.create_table(
        "kernel_snapshot_chunk",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("rows", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("row_count >= 1", name="kernel_snapshot_chunk_not_empty"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["kernel_snapshot.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "table_name", "ordinal"),
    )
    app_role = context.config.attributes["app_role"]
    for table in ("kernel_snapshot", "kernel_snapshot_chunk"):
        for statement in (*rls.protect_sandbox_rows(table), f'GRANT SELECT ON {table} TO "{app_role}"'):
            op.execute(statement)
    for function in FUNCTIONS.values():
        op.execute(function)
    op.execute(OPEN_EYES)


def downgrade() -> None:
    op.execute(CLOSE_EYES)
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature}")
    op.drop_table("kernel_snapshot_chunk")
    op.drop_table("kernel_snapshot")
