"""Kernel: an import keeps its masked rows for the preview, how often it was tried, and why it could not be read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "20261124_6"
down_revision: str | None = "20261124_5"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    preview = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.add_column("kernel_roster_import", sa.Column("preview", preview, nullable=True))
    op.add_column("kernel_roster_import", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("kernel_roster_import", "attempts", server_default=None)
    op.add_column("kernel_roster_import", sa.Column("failure", sa.String(length=60), nullable=True))
    op.drop_column("kernel_roster_import", "findings")
    op.create_check_constraint(
        "kernel_roster_import_failure_named", "kernel_roster_import", "state <> 'unreadable' OR failure IS NOT NULL"
    )
    op.create_check_constraint("kernel_roster_import_attempts_counted", "kernel_roster_import", "attempts >= 0")
    op.create_index(
        "kernel_roster_import_sealed", "kernel_roster_import", ["created_at"], postgresql_where="preview IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("kernel_roster_import_sealed", table_name="kernel_roster_import")
    op.drop_constraint("kernel_roster_import_attempts_counted", "kernel_roster_import", type_="check")
    op.drop_constraint("kernel_roster_import_failure_named", "kernel_roster_import", type_="check")
    findings = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    op.add_column("kernel_roster_import", sa.Column("findings", findings, nullable=False, server_default="[]"))
    op.alter_column("kernel_roster_import", "findings", server_default=None)
    op.drop_column("kernel_roster_import", "failure")
    op.drop_column("kernel_roster_import", "attempts")
    op.drop_column("kernel_roster_import", "preview")
