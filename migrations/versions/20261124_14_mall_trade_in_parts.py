"""Mall: trades are shipped in parts and repriced, payments and refunds are rows, parcels have contents, costs and losses.

Existing trades keep what they have: one parcel with all their lines, paid without attempts, refunded by transfers alone. A
refund of before, of a trade that a reset called off whole, gets its row, so that the books say of it what they say of new ones.
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261124_14"
down_revision: str | None = "20261124_13"
branch_labels: None = None
depends_on: None = None

NEW = ("mall_payment", "mall_refund", "mall_parcel_line")
TOUCHED = (
    "mall_trade",
    "mall_trade_line",
    "mall_stock_hold",
    "mall_parcel",
    "mall_money_account",
    "mall_transfer",
    *NEW,
)
KNOWN = (
    (
        "mall_trade",
        "state",
        ("wait_pay", "wait_ship", "shipped", "finished", "sealed", "closed"),
        ("part_shipped",),
    ),
    (
        "mall_parcel",
        "state",
        ("created", "picked_up", "in_transit", "out_for_delivery", "signed"),
        ("cancelled", "lost", "replaced", "refunded"),
    ),
    (
        "mall_parcel_track",
        "state",
        ("created", "picked_up", "in_transit", "out_for_delivery", "signed"),
        ("cancelled", "lost", "replaced", "refunded"),
    ),
    ("mall_money_account", "kind", ("buyer", "seller", "issue", "escrow", "commission", "deposit"), ("refunding",)),
    (
        "mall_transfer",
        "cause",
        (
            "grant",
            "payment",
            "settlement",
            "commission",
            "refund",
            "reset_buyer",
            "reset_seller",
            "deposit",
            "deposit_back",
        ),
        ("late_payment", "refund_opened"),
    ),
    (
        "mall_stock_move",
        "cause",
        ("listed", "adjusted", "held", "released", "allocated", "shipped", "reset"),
        ("recalled", "resent"),
    ),
)
"""Table, column, what was known, what is new."""

CHECKS = (
    ("mall_trade", "refunded_at_most_paid", "refunded_fen BETWEEN 0 AND total_fen"),
    ("mall_trade", "refunded_was_paid", "refunded_fen = 0 OR paid_sim_at IS NOT NULL"),
    ("mall_trade", "flag_known", "flag IN ('red', 'yellow', 'green', 'blue', 'purple')"),
    ("mall_trade", "granted_days_not_negative", "granted_days >= 0"),
    ("mall_trade_line", "units_not_negative", "shipped >= 0 AND refunded >= 0"),
    ("mall_trade_line", "units_add_up", "shipped + refunded <= quantity"),
    ("mall_trade_line", "refunded_at_most_paid", "refunded_fen BETWEEN 0 AND paid_share_fen"),
    ("mall_trade_line", "weight_not_negative", "weight_g >= 0"),
    ("mall_stock_hold", "parts_not_negative", "shipped >= 0 AND released >= 0"),
    ("mall_stock_hold", "parts_add_up", "shipped + released <= quantity"),
    (
        "mall_stock_hold",
        "done_when_gone",
        "(state IN ('released', 'shipped')) = (shipped + released = quantity)",
    ),
    ("mall_parcel", "costs_not_negative", "weight_g >= 0 AND freight_fen >= 0"),
    ("mall_parcel_track", "delay_known", "delay IN ('weather', 'holiday')"),
)
UNIT_WEIGHT_G = 500
PROGRESS = ("paid_share_fen", "shipped", "refunded", "refunded_fen")
"""The columns of a line that may change."""
COLUMNS = (
    ("mall_trade", sa.Column("placed_fen", sa.BigInteger(), nullable=True)),
    ("mall_trade", sa.Column("refunded_fen", sa.BigInteger(), nullable=False, server_default="0")),
    ("mall_trade", sa.Column("memo", sa.String(length=200), nullable=True)),
    ("mall_trade", sa.Column("flag", sa.String(length=8), nullable=True)),
    ("mall_trade", sa.Column("receiver_asked", postgresql.JSONB(none_as_null=True), nullable=True)),
    ("mall_trade", sa.Column("buyer_extended", sa.Boolean(), nullable=False, server_default="false")),
    ("mall_trade", sa.Column("granted_days", sa.Integer(), nullable=False, server_default="0")),
    ("mall_trade_line", sa.Column("weight_g", sa.Integer(), nullable=False, server_default=str(UNIT_WEIGHT_G))),
    ("mall_trade_line", sa.Column("shipped", sa.Integer(), nullable=False, server_default="0")),
    ("mall_trade_line", sa.Column("refunded", sa.Integer(), nullable=False, server_default="0")),
    ("mall_trade_line", sa.Column("refunded_fen", sa.BigInteger(), nullable=False, server_default="0")),
    ("mall_stock_hold", sa.Column("shipped", sa.Integer(), nullable=False, server_default="0")),
    ("mall_stock_hold", sa.Column("released", sa.Integer(), nullable=False, server_default="0")),
    ("mall_parcel", sa.Column("known", sa.Boolean(), nullable=False, server_default="true")),
    ("mall_parcel", sa.Column("weight_g", sa.Integer(), nullable=False, server_default="0")),
    ("mall_parcel", sa.Column("freight_fen", sa.BigInteger(), nullable=False, server_default="0")),
    ("mall_parcel", sa.Column("sent_sim_at", sa.DateTime(), nullable=True)),
    ("mall_parcel", sa.Column("untracked_sim_at", sa.DateTime(), nullable=True)),
    ("mall_parcel", sa.Column("replaces_id", sa.Uuid(), nullable=True)),
    ("mall_parcel_track", sa.Column("delay", sa.String(length=16), nullable=True)),
)
DEFAULTED = [(table, column.name) for table, column in COLUMNS if column.server_default is not None]

# What was there before says the same in the new words. Nothing is recounted: each figure follows from the states.
FILL = (
    "UPDATE mall_trade SET placed_fen = total_fen",
    """UPDATE mall_trade t SET refunded_fen = x.amount_fen FROM mall_transfer x
        WHERE x.cause = 'refund' AND x.cause_id = t.id""",
    """UPDATE mall_trade_line l SET shipped = l.quantity FROM mall_trade t
        WHERE t.id = l.trade_id AND t.state IN ('shipped', 'finished', 'sealed')""",
    """UPDATE mall_trade_line l SET refunded = l.quantity, refunded_fen = l.paid_share_fen FROM mall_trade t
        WHERE t.id = l.trade_id AND t.refunded_fen > 0""",
    "UPDATE mall_stock_hold SET shipped = quantity WHERE state = 'shipped'",
    "UPDATE mall_stock_hold SET released = quantity WHERE state = 'released'",
    """UPDATE mall_parcel p SET sent_sim_at = coalesce(t.shipped_sim_at, p.expected_sim_at) FROM mall_trade t
        WHERE t.id = p.trade_id""",
    """INSERT INTO mall_parcel_line (parcel_id, line_id, sandbox_id, quantity)
       SELECT p.id, l.id, p.sandbox_id, l.quantity FROM mall_parcel p JOIN mall_trade_line l ON l.trade_id = p.trade_id""",
    """INSERT INTO mall_money_account (id, sandbox_id, kind, owner_id, balance_fen)
       SELECT gen_random_uuid(), sandbox_id, 'refunding', owner_id, NULL FROM mall_money_account WHERE kind = 'escrow'""",
    """INSERT INTO mall_refund (id, sandbox_id, ordinal, number, trade_id, buyer_seat_id, channel, reason, amount_fen,
                                state, tries, created_sim_at, done_sim_at)
       SELECT gen_random_uuid(), t.sandbox_id, row_number() OVER (PARTITION BY t.sandbox_id ORDER BY t.id), t.number, t.id,
              t.buyer_seat_id, 'wallet', 'shop_reset', t.refunded_fen, 'success', 0, x.sim_at, x.sim_at
         FROM mall_trade t JOIN mall_transfer x ON x.cause = 'refund' AND x.cause_id = t.id""",
)


def upgrade() -> None:
    for table, column, before, added in KNOWN:
        _know(table, column, (*before, *added))
    for table, column in COLUMNS:
        op.add_column(table, column)
    _create_tables()
    _protect_tables()
    _behind_the_wall(*FILL)
    for table, name in (("mall_trade", "placed_fen"), ("mall_parcel", "sent_sim_at")):
        op.alter_column(table, name, nullable=False)
    for table, name in DEFAULTED:
        op.alter_column(table, name, server_default=None)
    for table, name, rule in CHECKS:
        op.create_check_constraint(f"{table}_{name}", table, rule)
    op.drop_constraint("mall_parcel_one_a_trade", "mall_parcel", type_="unique")
    op.create_index("mall_parcel_of_trade", "mall_parcel", ["trade_id", "ordinal"])
    op.create_unique_constraint("mall_parcel_replaced_once", "mall_parcel", ["replaces_id"])
    op.create_foreign_key(None, "mall_parcel", "mall_parcel", ["replaces_id"], ["id"])


def _behind_the_wall(*statements: str) -> None:
    """Runs statements on rows of all classes: the wall stands for the owner as well, so it is lifted meanwhile."""
    for table in TOUCHED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in TOUCHED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _protect_tables() -> None:
    app_role = context.config.attributes["app_role"]
    for table in NEW:
        for statement in rls.protect_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(app_role, tables=NEW):
        op.execute(statement)
    # What was bought stays as it was written; only how far it has got, and what was paid for it, changes.
    op.execute(f'GRANT UPDATE ({", ".join(PROGRESS)}) ON mall_trade_line TO "{app_role}"')


def _create_tables() -> None:
    op.create_table(
        "mall_parcel_line",
        sa.Column("parcel_id", sa.Uuid(), sa.ForeignKey("mall_parcel.id"), primary_key=True),
        sa.Column("line_id", sa.Uuid(), sa.ForeignKey("mall_trade_line.id"), primary_key=True),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="mall_parcel_line_quantity_positive"),
    )
    op.create_table(
        "mall_payment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("pay_order_id", sa.Uuid(), sa.ForeignKey("mall_pay_order.id"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        _enum("mall_payment", "channel", "wallet", "card"),
        _enum("mall_payment", "outcome", "success", "twice", "slow", "late", "insufficient", "refused"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("notify_id", sa.String(length=24), nullable=False),
        _enum("mall_payment", "state", "created", "success", "failed", "returned"),
        sa.Column("created_sim_at", sa.DateTime(), nullable=False),
        sa.Column("settled_sim_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name="mall_payment_amount_positive"),
        sa.CheckConstraint("attempt >= 1", name="mall_payment_attempt_positive"),
        sa.CheckConstraint("(state = 'created') = (settled_sim_at IS NULL)", name="mall_payment_settled_has_moment"),
        sa.UniqueConstraint("pay_order_id", "attempt", name="mall_payment_attempt_once"),
        sa.UniqueConstraint("sandbox_id", "notify_id", name="mall_payment_notify_once"),
    )
    op.create_table(
        "mall_refund",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("trade_id", sa.Uuid(), sa.ForeignKey("mall_trade.id"), nullable=True),
        sa.Column("payment_id", sa.Uuid(), sa.ForeignKey("mall_payment.id"), nullable=True),
        sa.Column("buyer_seat_id", sa.Uuid(), nullable=False),
        _enum("mall_refund", "channel", "wallet", "card"),
        _enum("mall_refund", "reason", "shop_reset", "parcel_lost", "late_payment"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        _enum("mall_refund", "state", "created", "processing", "failed", "manual", "success"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_sim_at", sa.DateTime(), nullable=False),
        sa.Column("done_sim_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name="mall_refund_amount_positive"),
        sa.CheckConstraint("(trade_id IS NULL) <> (payment_id IS NULL)", name="mall_refund_of_one_thing"),
        sa.CheckConstraint("(state = 'success') = (done_sim_at IS NOT NULL)", name="mall_refund_done_has_moment"),
        sa.CheckConstraint("tries >= 0", name="mall_refund_tries_not_negative"),
        sa.UniqueConstraint("payment_id", name="mall_refund_of_payment_once"),
        sa.UniqueConstraint("sandbox_id", "ordinal", name="mall_refund_ordinal_once"),
    )
    op.create_index("mall_refund_of_trade", "mall_refund", ["trade_id"])
    op.create_index("mall_refund_open", "mall_refund", ["sandbox_id", "state", "id"])


def downgrade() -> None:
    """Fails, as it should, where trades were shipped in parts: the older schema has no words for it."""
    op.drop_index("mall_parcel_of_trade", table_name="mall_parcel")
    op.create_unique_constraint("mall_parcel_one_a_trade", "mall_parcel", ["trade_id"])
    _behind_the_wall("DELETE FROM mall_money_account WHERE kind = 'refunding'")
    for table in ("mall_parcel_line", "mall_refund", "mall_payment"):
        op.drop_table(table)
    op.execute(f'REVOKE UPDATE (paid_share_fen) ON mall_trade_line FROM "{context.config.attributes["app_role"]}"')
    for table, column in COLUMNS:
        op.drop_column(table, column.name)  # and every CHECK that speaks of it
    for table, column, before, _ in KNOWN:
        _know(table, column, before)


def _enum(table: str, name: str, *values: str) -> sa.Column[str]:
    allowed = ", ".join(f"'{value}'" for value in values)
    known = sa.CheckConstraint(f"{name} IN ({allowed})", name=f"{table}_{name}_known")
    return sa.Column(name, sa.String(length=24), known, nullable=False)


def _know(table: str, column: str, values: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(f"{table}_{column}_known", table, type_="check")
    op.create_check_constraint(f"{table}_{column}_known", table, f"{column} IN ({allowed})")
