"""Mall: goods have attributes, specs, several pictures and blocks of detail; drafts and a recycle bin; trades say the spec."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261124_11"
down_revision: str | None = "20261124_10"
branch_labels: None = None
depends_on: None = None

JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
BEFORE = ("on_sale", "off_shelf")
NEW = {
    "attributes": (JSON, "{}"),
    "specs": (JSON, "[]"),
    "pictures": (JSON, "[]"),
    "detail": (JSON, "[]"),
    "merchant_code": (sa.String(length=32), ""),
    "quality": (sa.Integer(), "0"),
}
"""Columns of a product that are never null, with what they are filled with."""
NEW_OF_SKU = {
    "spec": (JSON, "[]"),
    "spec_text": (sa.String(length=60), ""),
    "code": (sa.String(length=32), ""),
    "weight_g": (sa.Integer(), "0"),
    "position": (sa.Integer(), "0"),
}
NULLABLE = {
    "freight_template_id": sa.Uuid(),
    "price_min_fen": sa.BigInteger(),
    "price_max_fen": sa.BigInteger(),
    "market_price_fen": sa.BigInteger(),
    "draft": JSON,
    "draft_saved_sim_at": sa.DateTime(),
}
NULLABLE_OF_SKU = {"picture": JSON, "retired_sim_at": sa.DateTime()}
FILLED = (
    ("mall_product", NEW),
    ("mall_sku", NEW_OF_SKU),
    ("mall_trade_line", {"spec_text": (sa.String(length=60), "")}),
)
CHECKS = (
    ("mall_product", "mall_product_quality_range", "quality BETWEEN 0 AND 100"),
    (
        "mall_product",
        "mall_product_shown_is_complete",
        "state IN ('draft', 'recycled') OR (picture IS NOT NULL AND price_min_fen IS NOT NULL AND category <> '')",
    ),
    ("mall_product", "mall_product_draft_has_content", "state <> 'draft' OR draft IS NOT NULL"),
    (
        "mall_product",
        "mall_product_price_range",
        "(price_min_fen IS NULL) = (price_max_fen IS NULL) AND coalesce(price_min_fen <= price_max_fen, true)",
    ),
    ("mall_sku", "mall_sku_weight_not_negative", "weight_g >= 0"),
)
# 60 is the figure of goods that lack nothing a buyer needs; the first save in the editor judges them for good.
FILL = """
    UPDATE mall_product p
       SET pictures = jsonb_build_array(p.picture), quality = 60,
           detail = CASE WHEN p.description = '' THEN '[]'::jsonb
                         ELSE jsonb_build_array(jsonb_build_object('kind', 'text', 'text', p.description)) END,
           price_min_fen = k.price_fen, price_max_fen = k.price_fen, market_price_fen = k.market_price_fen
      FROM mall_sku k WHERE k.product_id = p.id
"""
WALLED = ("mall_product", "mall_sku")


def upgrade() -> None:
    _add_columns()
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FILL)
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, filled in FILLED:
        for name in filled:
            op.alter_column(table, name, server_default=None)
    op.drop_column("mall_product", "description")
    op.alter_column("mall_product", "picture", nullable=True)
    for table in ("mall_product", "mall_trade_line"):
        op.alter_column(table, "title", type_=sa.String(length=60))
    _know((*BEFORE, "draft", "recycled"))
    for table, name, rule in CHECKS:
        op.create_check_constraint(name, table, rule)
    op.create_unique_constraint("mall_sku_spec_once", "mall_sku", ["product_id", "spec"])


def downgrade() -> None:
    """Fails, as it should, where there are drafts, several specs or long titles: the older schema cannot hold them."""
    op.drop_constraint("mall_sku_spec_once", "mall_sku", type_="unique")
    for table, name, _ in CHECKS:
        op.drop_constraint(name, table, type_="check")
    _know(BEFORE)
    for table in ("mall_product", "mall_trade_line"):
        op.alter_column(table, "title", type_=sa.String(length=30))
    op.alter_column("mall_product", "picture", nullable=False)
    op.add_column("mall_product", sa.Column("description", sa.String(length=500), nullable=False, server_default=""))
    op.alter_column("mall_product", "description", server_default=None)
    op.drop_column("mall_trade_line", "spec_text")
    for name in (*NULLABLE_OF_SKU, *NEW_OF_SKU):
        op.drop_column("mall_sku", name)
    for name in (*NULLABLE, *NEW):
        op.drop_column("mall_product", name)


def _add_columns() -> None:
    for table, filled in FILLED:
        for name, (kind, default) in filled.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    for table, empty in (("mall_product", NULLABLE), ("mall_sku", NULLABLE_OF_SKU)):
        for name, kind in empty.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))


def _know(states: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint("mall_product_state_known", "mall_product", type_="check")
    op.create_check_constraint("mall_product_state_known", "mall_product", f"state IN ({allowed})")
