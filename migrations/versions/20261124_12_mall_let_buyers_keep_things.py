"""Mall: buyers keep addresses, favourites, followed stores, footprints and messages; a cart remembers what a line cost."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects.postgresql import JSONB

from kernel.database import rls

revision: str = "20261124_12"
down_revision: str | None = "20261124_11"
branch_labels: None = None
depends_on: None = None

TABLES = ("mall_address", "mall_favourite", "mall_followed_shop", "mall_footprint", "mall_message")


def upgrade() -> None:
    _remember_prices()
    _make_addresses()
    _make_kept("mall_favourite", "product", "added_sim_at", sa.Column("price_fen", sa.BigInteger(), nullable=False))
    op.create_check_constraint("mall_favourite_price_positive", "mall_favourite", "price_fen > 0")
    _make_kept("mall_followed_shop", "shop", "followed_sim_at")
    op.create_index("mall_followed_shop_followers", "mall_followed_shop", ["shop_id"])
    _make_kept("mall_footprint", "product", "seen_sim_at")
    _make_messages()
    for table in TABLES:
        for statement in rls.protect_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(context.config.attributes["app_role"], tables=TABLES):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_constraint("mall_cart_item_added_price_positive", "mall_cart_item", type_="check")
    op.drop_column("mall_cart_item", "added_price_fen")


def _remember_prices() -> None:
    op.add_column("mall_cart_item", sa.Column("added_price_fen", sa.BigInteger(), nullable=True))
    # The wall stands for the owner as well, so it is lifted for the carts that were filled before prices were remembered.
    walled = ("mall_cart_item", "mall_sku")
    for table in walled:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE mall_cart_item c SET added_price_fen = k.price_fen FROM mall_sku k WHERE k.id = c.sku_id")
    for table in walled:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.alter_column("mall_cart_item", "added_price_fen", nullable=False)
    op.create_check_constraint("mall_cart_item_added_price_positive", "mall_cart_item", "added_price_fen > 0")


def _make_addresses() -> None:
    op.create_table(
        "mall_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("phone", sa.String(length=11), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("street", sa.String(length=60), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.CheckConstraint("label IN ('home', 'office', 'school', 'none')", name="mall_address_label_known"),
        sa.CheckConstraint("phone ~ '^1[3-9][0-9]0000[0-9]{4}$'", name="mall_address_phone_is_invented"),
        sa.CheckConstraint("region_code ~ '^[0-9]{6}$'", name="mall_address_region_code_form"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mall_address_one_default",
        "mall_address",
        ["sandbox_id", "seat_id"],
        unique=True,
        postgresql_where="is_default",
    )
    op.create_index("mall_address_of_seat", "mall_address", ["sandbox_id", "seat_id", "id"])


def _make_kept(table: str, thing: str, moment: str, *more: sa.Column[int]) -> None:
    """Makes a table of what a seat keeps, each thing once, in the order of `seq`."""
    op.create_table(
        table,
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column(f"{thing}_id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *more,
        sa.Column(moment, sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint([f"{thing}_id"], [f"mall_{thing}.id"]),
        sa.PrimaryKeyConstraint("seat_id", f"{thing}_id"),
    )
    op.create_index(f"{table}_of_seat", table, ["sandbox_id", "seat_id", "seq"])


def _make_messages() -> None:
    op.create_table(
        "mall_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("params", JSONB(), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('shipped', 'signed', 'closed', 'refunded')", name="mall_message_kind_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_message_of_seat", "mall_message", ["sandbox_id", "seat_id", "seq"])
    op.create_index("mall_message_unread", "mall_message", ["seat_id"], postgresql_where="NOT is_read")
