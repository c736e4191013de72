"""Kernel: a seat knows whether its claim made the account; a browser and a seat have one open request each."""

import sqlalchemy as sa
from alembic import op

revision: str = "20261124_4"
down_revision: str | None = "20261124_3"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("kernel_seat", sa.Column("made_account", sa.Boolean(), server_default="false", nullable=False))
    op.create_check_constraint(
        "kernel_seat_made_what_it_has", "kernel_seat", "NOT made_account OR account_id IS NOT NULL"
    )
    op.create_index(
        "kernel_class_request_browser_once",
        "kernel_class_request",
        ["secret_hash"],
        unique=True,
        postgresql_where="state = 'open'",
    )
    op.create_index(
        "kernel_class_request_password_once",
        "kernel_class_request",
        ["seat_id"],
        unique=True,
        postgresql_where="state = 'open' AND kind = 'password'",
    )


def downgrade() -> None:
    op.drop_index("kernel_class_request_password_once", table_name="kernel_class_request")
    op.drop_index("kernel_class_request_browser_once", table_name="kernel_class_request")
    op.drop_constraint("kernel_seat_made_what_it_has", "kernel_seat", type_="check")
    op.drop_column("kernel_seat", "made_account")
