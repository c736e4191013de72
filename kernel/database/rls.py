"""Row-level security: the wall between classes stands in the database, not in our WHERE clauses.

Used by migrations. Three kinds of table: *sandbox rows* (one class's market), *organisation rows* (a region's or an
institution's), and *engine rooms* (outbox, timers, leases), which the worker may also see across sandboxes after it has
said so (`kaidian.scope = 'system'`). *Class rows* (seats, timetable, notices) belong to a cohort, which exists before its
sandbox: they are open to the class itself and to the institution and region above it. Every policy is FORCEd, so the owner obeys it as well. The settings are local to the
transaction; without them a query sees nothing.
"""

from collections.abc import Iterable

SANDBOX_IS_CURRENT = "sandbox_id = nullif(current_setting('kaidian.sandbox_id', true), '')::uuid"
# In a subselect the setting is read once a statement. The plain form is read for every row, which costs a scan of a thousand
# rows half a millisecond; it is the better one for tables that are read by key.
SANDBOX_IS_CURRENT_ONCE = "sandbox_id = (SELECT nullif(current_setting('kaidian.sandbox_id', true), '')::uuid)"
SCOPE_IS_SYSTEM = "coalesce(current_setting('kaidian.scope', true), '') = 'system'"
SCOPE_IS_BACKUP = "coalesce(current_setting('kaidian.scope', true), '') = 'backup'"
ORGANISATION_IS_CURRENT = (
    "(institution_id = nullif(current_setting('kaidian.institution_id', true), '')::uuid"
    " OR (nullif(current_setting('kaidian.region_code', true), '') IS NOT NULL"
    " AND region_code LIKE current_setting('kaidian.region_code', true) || '%'))"
)


SCOPE_IS_OPERATOR = "coalesce(current_setting('kaidian.scope', true), '') = 'operator'"
COHORT_IS_CURRENT = "cohort_id = nullif(current_setting('kaidian.cohort_id', true), '')::uuid"
ACCOUNT = "nullif(current_setting('kaidian.account_id', true), '')::uuid"
SEES_PEOPLE = "coalesce(current_setting('kaidian.sees_people', true), '') = 'on'"
"""Lecturers, institutions and officers; never a learner, never whoever keeps the machine running."""


def protect(table: str, *conditions: str) -> list[str]:
    """Returns the statements that let rows of a table be seen and written only where one condition holds."""
    rule = " OR ".join(conditions)
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_wall ON {table} USING ({rule}) WITH CHECK ({rule})",
        f"DROP POLICY IF EXISTS {table}_backup ON {table}",  # a wall that is built anew finds the old one's
        f"CREATE POLICY {table}_backup ON {table} FOR SELECT TO CURRENT_USER USING ({SCOPE_IS_BACKUP})",
    ]


def protect_sandbox_rows(table: str) -> list[str]:
    """Returns the wall of a table that belongs to one sandbox and nobody else, the worker included."""
    return protect(table, SANDBOX_IS_CURRENT)


def protect_scanned_sandbox_rows(table: str) -> list[str]:
    """Returns the same wall for a table of which most statements read very many rows."""
    return protect(table, SANDBOX_IS_CURRENT_ONCE)


def protect_engine_room(table: str) -> list[str]:
    """Returns the wall of a kernel table that the worker also sweeps across sandboxes."""
    return protect(table, SANDBOX_IS_CURRENT, SCOPE_IS_SYSTEM)


def protect_class_rows(table: str) -> list[str]:
    """Returns the wall of a table that belongs to a cohort; the worker sweeps some of them."""
    return protect(table, COHORT_IS_CURRENT, ORGANISATION_IS_CURRENT, SCOPE_IS_SYSTEM)


def protect_organisation_rows(table: str) -> list[str]:
    """Returns the wall of a table that belongs to an institution inside a region."""
    return protect(table, ORGANISATION_IS_CURRENT, SCOPE_IS_SYSTEM)


def append_only(table: str, app_role: str) -> list[str]:
    """Returns the statements that leave the application no way to change or delete what it wrote."""
    return [f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{app_role}"']


def grant(app_role: str, *, tables: Iterable[str], sequences: Iterable[str] = ()) -> list[str]:
    """Returns the statements that let the application read and write these tables and sequences."""
    return [
        *(f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{app_role}"' for table in tables),
        *(f'GRANT USAGE, SELECT ON SEQUENCE {sequence} TO "{app_role}"' for sequence in sequences),
    ]
