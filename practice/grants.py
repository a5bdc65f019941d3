"""Two roles on PostgreSQL: one owns and migrates, the site runs as the other.

The site's role reads and writes rows, and no more: it cannot switch off a guard,
empty a table, make one of its own, or change what is append-only even if the guards
were gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from practice import guards

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@transaction.atomic
def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Let an existing role run the site; again after each migration, by the owner."""
    quote = connection.ops.quote_name
    name, everything = quote(role), "ALL TABLES IN SCHEMA public"
    database = quote(str(connection.settings_dict["NAME"]))
    append_only = {guard.table for guard in guards.append_only(connection.vendor)}
    statements = [
        f"REVOKE ALL ON {everything} FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        # What everybody may do, the site's role may.
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}",
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}",
    ]
    statements += [
        f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {name}"
        for table in sorted(append_only)
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def may_make_tables(connection: BaseDatabaseWrapper, role: str) -> bool:
    """Whether a right to make tables is left, which somebody else has to take away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_database_privilege(%s, current_database(), 'TEMPORARY')"
            " OR has_schema_privilege(%s, 'public', 'CREATE')",
            [role, role],
        )
        return bool(cursor.fetchone()[0])
