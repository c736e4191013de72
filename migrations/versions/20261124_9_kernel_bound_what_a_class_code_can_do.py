"""Kernel: a seat is locked for a time, a granted request tells its PIN for a time, a request knows its browser."""

import sqlalchemy as sa
from alembic import op

revision: str = "20261124_9"
down_revision: str | None = "20261124_8"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("kernel_seat", sa.Column("pin_locked_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "kernel_seat_locked_unclaimed", "kernel_seat", "pin_locked_until IS NULL OR account_id IS NULL"
    )
    # Null for those granted before: what they were told is told no more.
    op.add_column("kernel_class_request", sa.Column("pin_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("kernel_class_request", sa.Column("browser_key", sa.LargeBinary(), nullable=True))
    op.create_check_constraint(
        "kernel_class_request_tells_when_granted",
        "kernel_class_request",
        "pin_until IS NULL OR (kind = 'join' AND state = 'granted' AND seat_id IS NOT NULL)",
    )
    op.create_index(
        "kernel_class_request_telling", "kernel_class_request", ["seat_id"], postgresql_where="pin_until IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("kernel_class_request_telling", table_name="kernel_class_request")
    op.drop_constraint("kernel_class_request_tells_when_granted", "kernel_class_request", type_="check")
    op.drop_column("kernel_class_request", "browser_key")
    op.drop_column("kernel_class_request", "pin_until")
    op.drop_constraint("kernel_seat_locked_unclaimed", "kernel_seat", type_="check")
    op.drop_column("kernel_seat", "pin_locked_until")
