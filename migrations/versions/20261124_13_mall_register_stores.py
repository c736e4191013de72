"""Mall: stores are registered, have a profile, members, deposits and freight templates."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261124_13"
down_revision: str | None = "20261124_12"
branch_labels: None = None
depends_on: None = None

TABLES = (
    "mall_deposit",
    "mall_freight_template",
    "mall_registration",
    "mall_registration_setting",
    "mall_shop_member",
    "mall_shop_name",
)
KNOWN = (
    ("mall_shop", "state", ("open", "retired"), ("closed",)),
    ("mall_money_account", "kind", ("buyer", "seller", "issue", "escrow", "commission"), ("deposit",)),
    (
        "mall_transfer",
        "cause",
        ("grant", "payment", "settlement", "commission", "refund", "reset_buyer", "reset_seller"),
        ("deposit", "deposit_back"),
    ),
)
"""Table, column, what was known, what is new."""
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
# The wall stands for the owner as well, so it is lifted for the stores that are there already.
GIVE_OWNERS_A_PLACE = """
    INSERT INTO mall_shop_member (id, sandbox_id, shop_id, seat_id, role, state, invited_sim_at)
    SELECT gen_random_uuid(), sandbox_id, id, seat_id, 'owner', 'active', opened_sim_at FROM mall_shop
"""


def upgrade() -> None:
    for table, column, before, added in KNOWN:
        _know(table, column, (*before, *added))
    _widen_shops()
    _make_registrations()
    _make_members()
    _make_freight()
    app_role = context.config.attributes["app_role"]
    op.execute("ALTER TABLE mall_shop NO FORCE ROW LEVEL SECURITY")
    op.execute(GIVE_OWNERS_A_PLACE)
    op.execute("ALTER TABLE mall_shop FORCE ROW LEVEL SECURITY")
    for table in TABLES:
        for statement in rls.protect_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(app_role, tables=TABLES):
        op.execute(statement)
    for statement in rls.append_only("mall_shop_name", app_role):
        op.execute(statement)


def _widen_shops() -> None:
    for column in _profile():
        op.add_column("mall_shop", column)
    for name in ("notice", "categories", "duty_from_minute", "duty_to_minute"):
        op.alter_column("mall_shop", name, server_default=None)
    op.create_check_constraint("mall_shop_closed_when", "mall_shop", "(state = 'closed') = (closed_sim_at IS NOT NULL)")
    op.create_check_constraint(
        "mall_shop_duty_hours",
        "mall_shop",
        "duty_from_minute >= 0 AND duty_from_minute < duty_to_minute AND duty_to_minute <= 1440",
    )
    op.create_table(
        "mall_shop_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["mall_shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_shop_name_of_shop", "mall_shop_name", ["shop_id", "sim_at"])


def _profile() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("logo", JSON, nullable=True),
        sa.Column("notice", sa.String(length=100), server_default="", nullable=False),
        sa.Column("categories", JSON, server_default="[]", nullable=False),
        sa.Column("return_address", JSON, nullable=True),
        sa.Column("duty_from_minute", sa.SmallInteger(), server_default="540", nullable=False),
        sa.Column("duty_to_minute", sa.SmallInteger(), server_default="1320", nullable=False),
        sa.Column("closed_sim_at", sa.DateTime(), nullable=True),
    )


def _make_registrations() -> None:
    op.create_table(
        "mall_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("subject", JSON, nullable=True),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("intro", sa.String(length=60), nullable=False),
        sa.Column("logo", JSON, nullable=True),
        sa.Column("categories", JSON, nullable=False),
        sa.Column("papers", JSON, nullable=False),
        sa.Column("agreement", sa.String(length=24), nullable=True),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("remarks", JSON, nullable=False),
        sa.Column("submitted_sim_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shop_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'approved', 'abandoned')",
            name="mall_registration_state_known",
        ),
        sa.CheckConstraint("(state = 'approved') = (shop_id IS NOT NULL)", name="mall_registration_approved_opens"),
        sa.CheckConstraint(
            "(submitted_sim_at IS NULL) = (submitted_at IS NULL)"
            " AND (state NOT IN ('submitted', 'returned') OR submitted_at IS NOT NULL)",
            name="mall_registration_submitted_when",
        ),
        sa.CheckConstraint("draws >= 0", name="mall_registration_draws_counted"),
        sa.ForeignKeyConstraint(["shop_id"], ["mall_shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    under_way = "state IN ('draft', 'submitted', 'returned')"
    waiting = "state = 'submitted'"
    for name, columns, unique, where in (
        ("mall_registration_one_a_seat", ["sandbox_id", "seat_id"], True, under_way),
        ("mall_registration_name_once", ["sandbox_id", "name"], True, waiting),
        ("mall_registration_waiting", ["sandbox_id", "submitted_at", "id"], False, waiting),
    ):
        op.create_index(name, "mall_registration", columns, unique=unique, postgresql_where=where)
    op.create_index("mall_registration_of_shop", "mall_registration", ["shop_id"])
    op.create_table(
        "mall_deposit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("held_sim_at", sa.DateTime(), nullable=False),
        sa.Column("back_sim_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('held', 'back')", name="mall_deposit_state_known"),
        sa.CheckConstraint("amount_fen > 0", name="mall_deposit_positive"),
        sa.CheckConstraint("(state = 'back') = (back_sim_at IS NOT NULL)", name="mall_deposit_back_when"),
        sa.ForeignKeyConstraint(["registration_id"], ["mall_registration.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mall_deposit_one_held", "mall_deposit", ["registration_id"], unique=True, postgresql_where="state = 'held'"
    )
    op.create_index("mall_deposit_of_seat", "mall_deposit", ["sandbox_id", "seat_id"])
    op.create_table(
        "mall_registration_setting",
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("approval", sa.String(length=24), nullable=False),
        sa.CheckConstraint("approval IN ('auto', 'lecturer')", name="mall_registration_setting_approval_known"),
        sa.PrimaryKeyConstraint("sandbox_id"),
    )


def _make_members() -> None:
    op.create_table(
        "mall_shop_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("invited_sim_at", sa.DateTime(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('owner', 'operations', 'service')", name="mall_shop_member_role_known"),
        sa.CheckConstraint("state IN ('invited', 'active', 'declined', 'gone')", name="mall_shop_member_state_known"),
        sa.CheckConstraint("role <> 'owner' OR state = 'active'", name="mall_shop_member_owner_stays"),
        sa.ForeignKeyConstraint(["shop_id"], ["mall_shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mall_shop_member_once",
        "mall_shop_member",
        ["shop_id", "seat_id"],
        unique=True,
        postgresql_where="state IN ('invited', 'active')",
    )
    op.create_index(
        "mall_shop_member_one_owner", "mall_shop_member", ["shop_id"], unique=True, postgresql_where="role = 'owner'"
    )
    op.create_index("mall_shop_member_of_seat", "mall_shop_member", ["sandbox_id", "seat_id", "state"])


def _make_freight() -> None:
    op.create_table(
        "mall_freight_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=25), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("charge_by", sa.String(length=24), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("updated_sim_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("char_length(name) >= 1", name="mall_freight_template_named"),
        sa.CheckConstraint("charge_by IN ('piece', 'weight')", name="mall_freight_template_charge_by_known"),
        sa.ForeignKeyConstraint(["shop_id"], ["mall_shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mall_freight_template_name_once", "mall_freight_template", ["sandbox_id", "shop_id", "name"], unique=True
    )
    op.create_index(
        "mall_freight_template_one_default",
        "mall_freight_template",
        ["shop_id"],
        unique=True,
        postgresql_where="is_default",
    )
    op.create_foreign_key(
        "mall_product_freight_template_id_fkey",
        "mall_product",
        "mall_freight_template",
        ["freight_template_id"],
        ["id"],
    )
    op.create_index("ix_mall_product_freight_template_id", "mall_product", ["freight_template_id"])


def downgrade() -> None:
    """Fails, as it should, where a store was closed or a deposit moved: the older schema has no word for it."""
    op.drop_index("ix_mall_product_freight_template_id", table_name="mall_product")
    op.drop_constraint("mall_product_freight_template_id_fkey", "mall_product", type_="foreignkey")
    for table in ("mall_freight_template", "mall_shop_member", "mall_registration_setting", "mall_deposit"):
        op.drop_table(table)
    for table in ("mall_registration", "mall_shop_name"):
        op.drop_table(table)
    op.drop_constraint("mall_shop_duty_hours", "mall_shop", type_="check")
    op.drop_constraint("mall_shop_closed_when", "mall_shop", type_="check")
    for column in _profile():
        op.drop_column("mall_shop", column.name)
    for table, column, before, _ in KNOWN:
        _know(table, column, before)


def _know(table: str, column: str, values: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(f"{table}_{column}_known", table, type_="check")
    op.create_check_constraint(f"{table}_{column}_known", table, f"{column} IN ({allowed})")
