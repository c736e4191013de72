"""Kernel: keep pictures of products, and count what each seat stores."""

import sqlalchemy as sa
from alembic import context, op

from kernel.database import rls

revision: str = "20261123_3"
down_revision: str | None = "20261123_2"
branch_labels: None = None
depends_on: None = None

TABLES = ("kernel_stored_file", "kernel_storage_usage")


def upgrade() -> None:
    op.create_table(
        "kernel_stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('product_picture')", name="kernel_stored_file_purpose_known"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="kernel_stored_file_sha256_hex"),
        sa.CheckConstraint("size_bytes >= 1", name="kernel_stored_file_not_empty"),
        sa.CheckConstraint("width >= 1 AND height >= 1", name="kernel_stored_file_has_area"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sandbox_id", "seat_id", "purpose", "sha256", name="kernel_stored_file_once"),
    )
    op.create_table(
        "kernel_storage_usage",
        sa.Column("sandbox_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("files >= 0 AND size_bytes >= 0", name="kernel_storage_usage_not_negative"),
        sa.PrimaryKeyConstraint("sandbox_id", "seat_id"),
    )
    for table in TABLES:
        for statement in rls.protect_sandbox_rows(table):
            op.execute(statement)
    for statement in rls.grant(context.config.attributes["app_role"], tables=TABLES):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("kernel_storage_usage")
    op.drop_table("kernel_stored_file")
