"""Kernel: institutions know a person apart; a lecturer's assignment needs his role; an account says who closed it."""

import sqlalchemy as sa
from alembic import context, op

from kernel.database import rls

revision: str = "20261124_10"
down_revision: str | None = "20261124_9"
branch_labels: None = None
depends_on: None = None

# The one place that says what makes a teaching assignment count.
IS_LECTURER_OF = """
CREATE FUNCTION kernel_is_lecturer_of(p_account_id uuid, p_institution_id uuid)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.kernel_role_grant g
                    WHERE g.account_id = p_account_id AND g.role = 'lecturer'
                      AND g.institution_id = p_institution_id AND g.revoked_at IS NULL)
$$
"""
ASSIGNED = {
    "ENTER_SESSION": "t ON t.account_id = a.id AND t.cohort_id = l.cohort_id",
    "FIND_LOGIN": "WHERE t.cohort_id = k.id AND t.account_id = a.id",
}
"""Where the functions of the first class look at an assignment; each condition gets one more."""

CONTACT = (
    ("phone_sealed", sa.LargeBinary()),
    ("phone_key", sa.LargeBinary()),
    ("education", sa.String(length=20)),
    ("category", sa.String(length=20)),
)
# A lecturer sees the records of his class, an institution its own, an officer those of his region.
RECORD_OF_A_SEAT = f"""({rls.SEES_PEOPLE} AND EXISTS (
    SELECT 1 FROM kernel_seat s
     WHERE s.person_id = kernel_person_record.person_id AND s.institution_id = kernel_person_record.institution_id))"""
# A record keeps the person's id where one institution alone knows him: his phone was sealed under it. Of a person whom
# several know nobody can tell who gave the phone, so none of them is shown it until a roster gives it again.
FILL = (
    "SELECT set_config('kaidian.scope', 'system', true)",
    """INSERT INTO kernel_person_record (id, person_id, institution_id, name, phone_sealed, phone_key, education, category,
                                         created_at, updated_at)
       SELECT p.id, p.id, k.institution_id, p.name, p.phone_sealed, p.phone_key, p.education, p.category, p.created_at,
              p.updated_at
         FROM kernel_person p
         JOIN (SELECT person_id, min(institution_id::text)::uuid AS institution_id FROM kernel_seat
                GROUP BY person_id HAVING count(DISTINCT institution_id) = 1) k ON k.person_id = p.id""",
    """INSERT INTO kernel_person_record (id, person_id, institution_id, name, created_at, updated_at)
       SELECT gen_random_uuid(), p.id, k.institution_id, p.name, p.created_at, p.updated_at
         FROM kernel_person p
         JOIN (SELECT DISTINCT person_id, institution_id FROM kernel_seat) k ON k.person_id = p.id
        WHERE NOT EXISTS (SELECT 1 FROM kernel_person_record r WHERE r.person_id = p.id AND r.id = p.id)""",
    """INSERT INTO kernel_role_grant (id, account_id, role, institution_id, region_code, granted_at)
       SELECT gen_random_uuid(), t.account_id, 'lecturer', t.institution_id, min(t.region_code), min(t.assigned_at)
         FROM kernel_teaching_assignment t
        WHERE NOT EXISTS (SELECT 1 FROM kernel_role_grant g WHERE g.account_id = t.account_id AND g.role = 'lecturer'
                             AND g.institution_id = t.institution_id)
        GROUP BY t.account_id, t.institution_id""",
    "UPDATE kernel_account SET disabled_by = 'operator' WHERE disabled_at IS NOT NULL",
    """UPDATE kernel_login_event e SET institution_id = c.institution_id, region_code = c.region_code
         FROM kernel_cohort c WHERE c.id = e.cohort_id AND e.institution_id IS DISTINCT FROM c.institution_id""",
    "SELECT set_config('kaidian.scope', '', true)",
)
# What two institutions know of one person has no room in the older shape; the first record goes back.
TAKE_BACK = (
    "SELECT set_config('kaidian.scope', 'system', true)",
    """UPDATE kernel_person p
          SET name = r.name, phone_sealed = CASE WHEN r.id = p.id THEN r.phone_sealed END,
              phone_key = CASE WHEN r.id = p.id THEN r.phone_key END, education = r.education, category = r.category
         FROM (SELECT DISTINCT ON (person_id) * FROM kernel_person_record ORDER BY person_id, id <> person_id, id) r
        WHERE r.person_id = p.id""",
    "SELECT set_config('kaidian.scope', '', true)",
)


def upgrade() -> None:
    app_role = context.config.attributes["app_role"]
    op.create_table(
        "kernel_person_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        *(sa.Column(name, kind, nullable=True) for name, kind in CONTACT),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(phone_sealed IS NULL) = (phone_key IS NULL)", name="kernel_person_record_phone_whole"),
        sa.ForeignKeyConstraint(["person_id"], ["kernel_person.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "institution_id", name="kernel_person_record_once"),
    )
    op.add_column("kernel_account", sa.Column("disabled_by", sa.String(length=24), nullable=True))
    _run(FILL)
    _run(rls.protect("kernel_person_record", RECORD_OF_A_SEAT, rls.SCOPE_IS_SYSTEM))
    _run(rls.grant(app_role, tables=["kernel_person_record"]))
    op.execute(f'GRANT SELECT (disabled_by) ON kernel_account TO "{app_role}"')
    for name, rule in (
        ("named", "(disabled_at IS NULL) = (disabled_by IS NULL)"),
        ("known", "disabled_by IN ('lecturer', 'institution', 'operator')"),
    ):
        op.create_check_constraint(f"kernel_account_disabled_{name}", "kernel_account", rule)
    for name in ("name", *(name for name, _ in CONTACT)):
        op.drop_column("kernel_person", name)  # takes CHECK and index with it
    op.execute(IS_LECTURER_OF)
    _replace_doors(" AND public.kernel_is_lecturer_of(a.id, t.institution_id)")


def _replace_doors(condition: str) -> None:
    """Gives the functions that enter a session and find a log-in a further condition on assignments, or none."""
    first = context.script.get_revision("20261124_1").module
    for function, place in ASSIGNED.items():
        source = getattr(first, function)
        if source.count(place) != 1:
            raise LookupError(f"{function} does not look at assignments where it is expected to")
        op.execute(source.replace("CREATE", "CREATE OR REPLACE", 1).replace(place, place + condition))


def _run(statements: tuple[str, ...] | list[str]) -> None:
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    _replace_doors("")
    op.execute("DROP FUNCTION kernel_is_lecturer_of(uuid, uuid)")
    op.drop_column("kernel_account", "disabled_by")  # takes its CHECKs and grant with it
    op.add_column("kernel_person", sa.Column("name", sa.String(length=20), server_default="", nullable=False))
    op.alter_column("kernel_person", "name", server_default=None)
    for name, kind in CONTACT:
        op.add_column("kernel_person", sa.Column(name, kind, nullable=True))
    _run(TAKE_BACK)
    op.create_check_constraint(
        "kernel_person_phone_whole", "kernel_person", "(phone_sealed IS NULL) = (phone_key IS NULL)"
    )
    op.create_index("kernel_person_phone", "kernel_person", ["phone_key"], unique=False)
    op.drop_table("kernel_person_record")
