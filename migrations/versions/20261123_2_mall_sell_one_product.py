"""Mall: stores, goods, stock, trades, payments, parcels and money, thin but true."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261123_2"
down_revision: str | None = "20261123_1"
branch_labels: None = None
depends_on: None = None


SANDBOX_ROWS = (
    "mall_cart_item",
    "mall_classmate_pair",
    "mall_money_account",
    "mall_pay_order",
    "mall_shop",
    "mall_stock_hold",
    "mall_stock_move",
    "mall_product",
    "mall_trade",
    "mall_transfer",
    "mall_parcel",
    "mall_sku",
    "mall_trade_line",
    "mall_parcel_track",
    "mall_stock_level",
)
APPEND_ONLY = ("mall_stock_move", "mall_transfer", "mall_parcel_track", "mall_trade_line")


def upgrade() -> None:
    op.create_table(
        "mall_cart_item",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name="mall_cart_item_quantity_range"),
        sa.PrimaryKeyConstraint("seat_id", "sku_id"),
    )
    op.create_table(
        "mall_classmate_pair",
        sa.Column("buyer_seat_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("trades", sa.Integer(), nullable=False),
        sa.CheckConstraint("trades >= 0", name="mall_classmate_pair_not_negative"),
        sa.PrimaryKeyConstraint("buyer_seat_id", "shop_id"),
    )
    op.create_table(
        "mall_money_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind IN ('buyer', 'seller')) = (balance_fen IS NOT NULL)", name="mall_money_account_wallet_has_balance"
        ),
        sa.CheckConstraint("balance_fen IS NULL OR balance_fen >= 0", name="mall_money_account_never_overdrawn"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "kind", "owner_id", name="mall_money_account_once"),
    )
    op.create_table(
        "mall_pay_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("buyer_seat_id", sa.Uuid(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("pay_by_class_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_sim_at", sa.DateTime(), nullable=False),
        sa.Column("paid_sim_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("total_fen > 0", name="mall_pay_order_total_positive"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_pay_order_of_buyer", "mall_pay_order", ["sandbox_id", "buyer_seat_id", "state"], unique=False)
    op.create_table(
        "mall_shop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("intro", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("opened_sim_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "name", name="mall_shop_name_once"),
        sa.UniqueConstraint("sandbox_id", "seat_id", name="mall_shop_one_a_seat"),
    )
    op.create_table(
        "mall_stock_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.CheckConstraint("quantity > 0", name="mall_stock_hold_quantity_positive"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("trade_id", "sku_id", name="mall_stock_hold_once"),
    )
    op.create_index("mall_stock_hold_open", "mall_stock_hold", ["sandbox_id", "sku_id", "state"], unique=False)
    op.create_table(
        "mall_stock_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(length=60), nullable=False),
        sa.Column("on_hand_delta", sa.Integer(), nullable=False),
        sa.Column("held_delta", sa.Integer(), nullable=False),
        sa.Column("allocated_delta", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("held_after", sa.Integer(), nullable=False),
        sa.Column("allocated_after", sa.Integer(), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sku_id", "cause", "cause_id", name="mall_stock_move_once"),
    )
    op.create_index("mall_stock_move_of_sku", "mall_stock_move", ["sku_id", "seq"], unique=False)
    op.create_table(
        "mall_product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("picture", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("listed_sim_at", sa.DateTime(), nullable=False),
        sa.Column("updated_sim_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("sold >= 0", name="mall_product_sold_not_negative"),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["mall_shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mall_product_by_category",
        "mall_product",
        ["sandbox_id", "category", "listed_sim_at"],
        unique=False,
        postgresql_where="state = 'on_sale'",
    )
    op.create_index("mall_product_of_shop", "mall_product", ["sandbox_id", "shop_id", "state"], unique=False)
    op.create_index(
        "mall_product_shelf",
        "mall_product",
        ["sandbox_id", "listed_sim_at", "id"],
        unique=False,
        postgresql_where="state = 'on_sale'",
    )
    op.create_table(
        "mall_trade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("pay_order_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("seller_seat_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_seat_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_name", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("close_reason", sa.String(length=24), nullable=True),
        sa.Column("classmate", sa.Boolean(), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.Column("receiver", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("remark", sa.String(length=100), nullable=True),
        sa.Column("pay_by_class_ms", sa.BigInteger(), nullable=False),
        sa.Column("placed_sim_at", sa.DateTime(), nullable=False),
        sa.Column("paid_sim_at", sa.DateTime(), nullable=True),
        sa.Column("ship_by_sim_at", sa.DateTime(), nullable=True),
        sa.Column("shipped_sim_at", sa.DateTime(), nullable=True),
        sa.Column("confirm_by_sim_at", sa.DateTime(), nullable=True),
        sa.Column("finished_sim_at", sa.DateTime(), nullable=True),
        sa.Column("seal_at_sim_at", sa.DateTime(), nullable=True),
        sa.Column("shipped_late", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (close_reason IS NOT NULL)", name="mall_trade_closed_has_reason"),
        sa.CheckConstraint("total_fen = goods_fen + freight_fen", name="mall_trade_total_adds_up"),
        sa.CheckConstraint("total_fen > 0", name="mall_trade_total_positive"),
        sa.ForeignKeyConstraint(
            ["pay_order_id"],
            ["mall_pay_order.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["mall_shop.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_trade_of_buyer", "mall_trade", ["sandbox_id", "buyer_seat_id", "id"], unique=False)
    op.create_index("mall_trade_of_pay_order", "mall_trade", ["pay_order_id"], unique=False)
    op.create_index("mall_trade_of_shop", "mall_trade", ["sandbox_id", "shop_id", "state", "id"], unique=False)
    op.create_table(
        "mall_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name="mall_transfer_amount_positive"),
        sa.CheckConstraint("debit_id <> credit_id", name="mall_transfer_between_two"),
        sa.ForeignKeyConstraint(
            ["credit_id"],
            ["mall_money_account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["debit_id"],
            ["mall_money_account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "cause", "cause_id", name="mall_transfer_once"),
    )
    op.create_index("mall_transfer_of_credit", "mall_transfer", ["credit_id", "seq"], unique=False)
    op.create_index("mall_transfer_of_debit", "mall_transfer", ["debit_id", "seq"], unique=False)
    op.create_table(
        "mall_parcel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("tracking_number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("expected_sim_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("ordinal >= 1", name="mall_parcel_ordinal_positive"),
        sa.ForeignKeyConstraint(
            ["trade_id"],
            ["mall_trade.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "tracking_number", name="mall_parcel_tracking_number_once"),
        sa.UniqueConstraint("trade_id", name="mall_parcel_one_a_trade"),
    )
    op.create_table(
        "mall_sku",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("market_price_fen", sa.BigInteger(), nullable=True),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("cost_fen IS NULL OR cost_fen >= 0", name="mall_sku_cost_not_negative"),
        sa.CheckConstraint(
            "market_price_fen IS NULL OR market_price_fen >= price_fen", name="mall_sku_market_price_above"
        ),
        sa.CheckConstraint("price_fen > 0", name="mall_sku_price_positive"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["mall_product.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_sku_of_product", "mall_sku", ["product_id"], unique=False)
    op.create_table(
        "mall_trade_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("picture", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_share_fen", sa.BigInteger(), nullable=False),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_fen = price_fen * quantity", name="mall_trade_line_amount_adds_up"),
        sa.CheckConstraint("paid_share_fen BETWEEN 0 AND amount_fen", name="mall_trade_line_share_in_range"),
        sa.CheckConstraint("quantity > 0", name="mall_trade_line_quantity_positive"),
        sa.ForeignKeyConstraint(
            ["trade_id"],
            ["mall_trade.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mall_trade_line_of_trade", "mall_trade_line", ["trade_id"], unique=False)
    op.create_table(
        "mall_parcel_track",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("sim_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["mall_parcel.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("parcel_id", "state", name="mall_parcel_track_once"),
    )
    op.create_index("mall_parcel_track_of_parcel", "mall_parcel_track", ["parcel_id", "seq"], unique=False)
    op.create_table(
        "mall_stock_level",
        sa.Column("sku_id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.CheckConstraint("allocated >= 0", name="mall_stock_level_allocated_not_negative"),
        sa.CheckConstraint("held >= 0", name="mall_stock_level_held_not_negative"),
        sa.CheckConstraint("on_hand - held - allocated >= 0", name="mall_stock_level_never_oversold"),
        sa.CheckConstraint("on_hand >= 0", name="mall_stock_level_on_hand_not_negative"),
        sa.ForeignKeyConstraint(
            ["sku_id"],
            ["mall_sku.id"],
        ),
        sa.PrimaryKeyConstraint("sku_id"),
    )

    app_role = context.config.attributes["app_role"]
    op.execute("CREATE SEQUENCE mall_number")
    for table in SANDBOX_ROWS:
        for statement in rls.protect_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(app_role, tables=SANDBOX_ROWS, sequences=["mall_number"]):
        op.execute(statement)
    for table in APPEND_ONLY:
        for statement in rls.append_only(table, app_role):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("mall_stock_level")
    op.drop_table("mall_parcel_track")
    op.drop_table("mall_trade_line")
    op.drop_table("mall_sku")
    op.drop_table("mall_parcel")
    op.drop_table("mall_transfer")
    op.drop_table("mall_trade")
    op.drop_table("mall_product")
    op.drop_table("mall_stock_move")
    op.drop_table("mall_stock_hold")
    op.drop_table("mall_shop")
    op.drop_table("mall_pay_order")
    op.drop_table("mall_money_account")
    op.drop_table("mall_classmate_pair")
    op.drop_table("mall_cart_item")
    op.execute("DROP SEQUENCE mall_number")
