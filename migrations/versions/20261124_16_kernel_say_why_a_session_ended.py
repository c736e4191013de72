"""Kernel: a session that was ended before its time is remembered with the reason."""

import sqlalchemy as sa
from alembic import context, op

from kernel.database import rls

revision: str = "20261124_16"
down_revision: str | None = "20261124_15"
branch_labels: None = None
depends_on: None = None

REASONS = (
    "'claim_undone', 'seat_withdrawn', 'password_reset', 'password_changed', 'account_closed', 'role_taken',"
    " 'teaching_ended'"
)


def upgrade() -> None:
    op.create_table(
        "kernel_ended_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"reason IN ({REASONS})", name="kernel_ended_session_reason_known"),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    for statement in rls.protect("kernel_ended_session", rls.SCOPE_IS_SYSTEM):
        op.execute(statement)
    for statement in rls.grant(context.config.attributes["app_role"], tables=("kernel_ended_session",)):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("kernel_ended_session")
