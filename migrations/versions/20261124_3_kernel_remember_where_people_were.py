"""Kernel: an account remembers the class or role its person was in last, so that the next log-in leads there."""

import sqlalchemy as sa
from alembic import context, op

revision: str = "20261124_3"
down_revision: str | None = "20261124_2"
branch_labels: None = None
depends_on: None = None

COLUMNS = ("last_cohort_id", "last_grant_id")
ONE_PLACE = "last_cohort_id IS NULL OR last_grant_id IS NULL"


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    for name in COLUMNS:
        op.add_column("kernel_account", sa.Column(name, sa.Uuid(), nullable=True))
    op.create_check_constraint("kernel_account_last_place", "kernel_account", ONE_PLACE)
    op.execute(f'GRANT SELECT ({", ".join(COLUMNS)}) ON kernel_account TO "{app_role}"')


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("kernel_account", name)  # takes CHECK and grant with it
