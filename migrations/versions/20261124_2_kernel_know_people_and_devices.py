"""Kernel: people, roles, log-in guard and audit; rosters, requests, device checks, interventions and notices."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261124_2"
down_revision: str | None = "20261124_1"
branch_labels: None = None
depends_on: None = None

ROWS_OF_A_CLASS = (
    "kernel_period",
    "kernel_class_request",
    "kernel_device_check",
    "kernel_intervention",
    "kernel_notice",
)
APPEND_ONLY = ("kernel_device_check", "kernel_intervention", "kernel_reveal")
TABLES = (
    *ROWS_OF_A_CLASS,
    "kernel_person",
    "kernel_login_guard",
    "kernel_login_event",
    "kernel_reveal",
    "kernel_roster_import",
)
KNOWN = (
    ("kernel_class_request", "kind", ("join", "password")),
    ("kernel_class_request", "state", ("open", "granted", "refused")),
    ("kernel_device_check", "verdict", ("pass", "warn", "fail")),
    ("kernel_login_event", "outcome", ("ok", "wrong", "locked", "disabled")),
    ("kernel_period", "kind", ("lecture", "practice", "assessment")),
    (
        "kernel_roster_import",
        "state",
        ("checking", "checked", "importing", "imported", "unreadable", "undone"),
    ),
)
# A learner's session sees every seat of his class, but no person behind it.
PERSON_OF_A_SEAT = f"({rls.SEES_PEOPLE} AND EXISTS (SELECT 1 FROM kernel_seat s WHERE s.person_id = kernel_person.id))"


def upgrade() -> None:
    op.create_table(
        "kernel_class_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="kernel_class_request_decided"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "kernel_class_request_open",
        "kernel_class_request",
        ["cohort_id", "id"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_table(
        "kernel_device_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("seat_number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("measures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("rules", sa.String(length=24), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seat_number BETWEEN 1 AND 30", name="kernel_device_check_seat_number_range"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "kernel_device_check_cohort", "kernel_device_check", ["cohort_id", "seat_number", "id"], unique=False
    )
    op.create_table(
        "kernel_intervention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("params", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_intervention_cohort", "kernel_intervention", ["cohort_id", "seat_id", "id"], unique=False)
    op.create_table(
        "kernel_login_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_login_event_account", "kernel_login_event", ["account_id", "id"], unique=False)
    op.create_index("kernel_login_event_cohort", "kernel_login_event", ["cohort_id", "id"], unique=False)
    op.create_table(
        "kernel_login_guard",
        sa.Column("name_key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures >= 0", name="kernel_login_guard_failures_counted"),
        sa.PrimaryKeyConstraint("name_key"),
    )
    op.create_table(
        "kernel_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_notice_cohort", "kernel_notice", ["cohort_id", "id"], unique=False)
    op.create_table(
        "kernel_period",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1 AND day_number >= 1", name="kernel_period_numbered"),
        sa.CheckConstraint("starts_at < ends_at", name="kernel_period_forward"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cohort_id", "number", name="kernel_period_number_once"),
    )
    op.create_table(
        "kernel_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("gender", sa.String(length=8), nullable=True),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_key", sa.LargeBinary(), nullable=True),
        sa.Column("education", sa.String(length=20), nullable=True),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gender IN ('male', 'female')", name="kernel_person_gender_known"),
        sa.CheckConstraint(
            "(id_number_sealed IS NULL) = (id_number_key IS NULL)", name="kernel_person_id_number_whole"
        ),
        sa.CheckConstraint("(phone_sealed IS NULL) = (phone_key IS NULL)", name="kernel_person_phone_whole"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_person_id_number", "kernel_person", ["id_number_key"], unique=True)
    op.create_index("kernel_person_phone", "kernel_person", ["phone_key"], unique=False)
    op.create_table(
        "kernel_reveal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("field IN ('id_number', 'phone')", name="kernel_reveal_field_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_reveal_person", "kernel_reveal", ["person_id", "id"], unique=False)
    op.create_table(
        "kernel_roster_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_wrong", sa.Integer(), nullable=False),
        sa.Column("findings", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "rows_total >= 0 AND rows_done >= 0 AND rows_wrong >= 0", name="kernel_roster_import_rows_counted"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("kernel_roster_import_cohort", "kernel_roster_import", ["cohort_id", "id"], unique=False)
    op.create_index(
        "kernel_roster_import_waiting",
        "kernel_roster_import",
        ["id"],
        unique=False,
        postgresql_where="state IN ('checking', 'importing')",
    )

    _protect()


def _protect() -> None:
    app_role = context.config.attributes["app_role"]
    for table, column, values in KNOWN:
        allowed = ", ".join(f"'{value}'" for value in values)
        op.create_check_constraint(f"{table}_{column}_known", table, f"{column} IN ({allowed})")
    for table in ROWS_OF_A_CLASS:
        _run(rls.protect_class_rows(table))
    _run(rls.protect("kernel_person", PERSON_OF_A_SEAT, rls.SCOPE_IS_SYSTEM))
    _run(rls.protect("kernel_login_guard", rls.SCOPE_IS_SYSTEM))
    own = f"account_id = {rls.ACCOUNT}"
    in_class = f"({rls.SEES_PEOPLE} AND {rls.COHORT_IS_CURRENT})"
    wide = (rls.ORGANISATION_IS_CURRENT, rls.SCOPE_IS_OPERATOR, rls.SCOPE_IS_SYSTEM)
    _run(rls.protect("kernel_login_event", own, in_class, *wide))
    _run(rls.protect("kernel_reveal", own, rls.ORGANISATION_IS_CURRENT, rls.SCOPE_IS_SYSTEM))
    _run(rls.protect("kernel_roster_import", in_class, rls.ORGANISATION_IS_CURRENT, rls.SCOPE_IS_SYSTEM))
    _run(rls.grant(app_role, tables=TABLES))
    for table in APPEND_ONLY:
        _run(rls.append_only(table, app_role))
    op.execute(f'REVOKE UPDATE, TRUNCATE ON kernel_login_event FROM "{app_role}"')


def _run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
