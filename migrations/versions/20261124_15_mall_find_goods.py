"""Mall: goods are found by words cut from Chinese, ranked by stored parts; words are suggested while somebody types.

Entries of goods that are there already are made by `kaidian prepare` (`mall.public.fill_search`): cutting is code.
"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from kernel.database import rls

revision: str = "20261124_15"
down_revision: str | None = "20261124_14"
branch_labels: None = None
depends_on: None = None

TABLES = ("mall_product_search", "mall_search_term", "mall_search_count")


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    op.create_table(
        "mall_product_search",
        sa.Column("product_id", sa.Uuid(), sa.ForeignKey("mall_product.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("shop_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("price_min_fen", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("sales", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("listed_sim_at", sa.DateTime(), nullable=False),
        sa.Column("penalty_until_sim_at", sa.DateTime(), nullable=True),
        sa.Column("cut_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("sales BETWEEN 0 AND 100", name="mall_product_search_sales_is_a_part"),
        sa.CheckConstraint("quality BETWEEN 0 AND 100", name="mall_product_search_quality_is_a_part"),
        sa.CheckConstraint("price_min_fen > 0", name="mall_product_search_price_positive"),
        sa.CheckConstraint("sold >= 0", name="mall_product_search_sold_not_negative"),
    )
    op.create_index("mall_product_search_by_category", "mall_product_search", ["sandbox_id", "category"])
    op.create_index("mall_product_search_of_shop", "mall_product_search", ["sandbox_id", "shop_id"])
    op.create_table(
        "mall_search_term",
        sa.Column(
            "product_id",
            sa.Uuid(),
            sa.ForeignKey("mall_product_search.product_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("word", sa.String(length=24), primary_key=True),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("initials", sa.String(length=24), nullable=False),
    )
    op.create_index("mall_search_term_by_word", "mall_search_term", ["sandbox_id", "word"])
    op.create_index("mall_search_term_by_initials", "mall_search_term", ["sandbox_id", "initials"])
    op.create_table(
        "mall_search_count",
        sa.Column("sandbox_id", sa.Uuid(), primary_key=True),
        sa.Column("sim_day", sa.Date(), primary_key=True),
        sa.Column("said", sa.String(length=40), primary_key=True),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.CheckConstraint("searches > 0", name="mall_search_count_positive"),
    )
    for table in TABLES:
        for statement in rls.protect_scanned_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(app_role, tables=TABLES):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
