"""Mall and kernel: a lecturer may retire a store and its learner opens another; a class that is over has ended its clock."""

import sqlalchemy as sa
from alembic import op

revision: str = "20261124_7"
down_revision: str | None = "20261124_6"
branch_labels: None = None
depends_on: None = None

KNOWN = (
    ("mall_shop", "state", ("open",), ("retired",)),
    (
        "mall_transfer",
        "cause",
        ("grant", "payment", "settlement", "commission"),
        ("refund", "reset_buyer", "reset_seller"),
    ),
    ("kernel_sandbox", "clock_state", ("paused", "running", "jumping"), ("ended",)),
)
"""Table, column, what was known, what is new."""
ONCE = (("mall_shop_one_a_seat", "seat_id"), ("mall_shop_name_once", "name"))


def upgrade() -> None:
    for table, column, before, added in KNOWN:
        _know(table, column, (*before, *added))
    op.add_column("mall_shop", sa.Column("retired_sim_at", sa.DateTime(), nullable=True))
    op.create_check_constraint(
        "mall_shop_retired_once", "mall_shop", "(state = 'retired') = (retired_sim_at IS NOT NULL)"
    )
    for name, column in ONCE:
        op.drop_constraint(name, "mall_shop", type_="unique")
        op.create_index(name, "mall_shop", ["sandbox_id", column], unique=True, postgresql_where="state = 'open'")
    op.create_index("mall_shop_of_seat", "mall_shop", ["sandbox_id", "seat_id"])
    op.create_index("kernel_state_log_actor", "kernel_state_log", ["sandbox_id", "actor_id", "seq"])


def downgrade() -> None:
    op.drop_index("kernel_state_log_actor", table_name="kernel_state_log")
    op.drop_index("mall_shop_of_seat", table_name="mall_shop")
    for name, column in ONCE:
        op.drop_index(name, table_name="mall_shop")
        op.create_unique_constraint(name, "mall_shop", ["sandbox_id", column])
    op.drop_constraint("mall_shop_retired_once", "mall_shop", type_="check")
    op.drop_column("mall_shop", "retired_sim_at")
    for table, column, before, _ in KNOWN:
        _know(table, column, before)


def _know(table: str, column: str, values: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(f"{table}_{column}_known", table, type_="check")
    op.create_check_constraint(f"{table}_{column}_known", table, f"{column} IN ({allowed})")
