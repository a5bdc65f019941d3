"""Guards in the database itself: what is append-only there stays append-only.

They hold against every way in: the ORM's bulk calls, raw SQL, a console. SQLite
loses a table's triggers in ordinary migrations, without a word; so they are put
back after each, and a site whose guards are missing does not start.

The settings list GUARDS names what to keep: `(vendor) -> Sequence[Guard]`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction

# Django has no other hooks around migrations: accepted here, and nowhere else.
from django.db.models.signals import post_migrate, pre_migrate  # noqa: TID251

from practice.contributions import load
from practice.models import (
    Erasure,
    Recorded,
    Seal,
    Shape,
    TrailEntry,
    TrailPatient,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

_HISTORY = "simple_history_manager_attribute"
FAR = 2**62  # among the numbers of rows; PostgreSQL counts apart from them
REFUSE = "wellhouse_refuse_change"
_REFUSE_BODY = """
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END
"""
# A temporary table or type of the same name comes first in a session's own path,
# and would take what the trigger writes: the functions have a path of theirs.
_PATH = "pg_catalog, public, pg_temp"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {0.function}() RETURNS trigger "
    f"LANGUAGE plpgsql SET search_path = {_PATH} AS $body${{0.body}}$body$"
)


class GuardsMissing(ImproperlyConfigured):
    """The database would allow changes that it must refuse."""


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger; on PostgreSQL, `function` and `body` are what it calls."""

    table: str
    name: str
    create: str
    function: str = ""
    body: str = ""
    # What refuses a bad state, rather than a change, never has to give way.
    is_in_the_way: ClassVar[bool] = True

    def statements(self, vendor: str) -> Sequence[str]:
        """What puts the guard in place, whatever stood there before."""
        if vendor == "sqlite":
            return (*self.removal(vendor), self.create)
        return (
            *self.removal(vendor),
            _FUNCTION.format(self),
            self.create,
            # ALWAYS: session_replication_role does not switch it off.
            f'ALTER TABLE "{self.table}" ENABLE ALWAYS TRIGGER "{self.name}"',
        )

    def as_found(self, vendor: str) -> str:
        """What the database says of the guard when it stands as it was written."""
        if vendor == "sqlite":
            return self.create
        create = self.create.replace('"', "")
        return f"{create}\nsearch_path={_PATH}\n{self.body}"

    def removal(self, vendor: str) -> Sequence[str]:
        where = "" if vendor == "sqlite" else f' ON "{self.table}"'
        return (f'DROP TRIGGER IF EXISTS "{self.name}"{where}',)


@dataclass(frozen=True, slots=True)
class Net(Guard):
    """A trigger that refuses a bad state of the rows, whoever writes them."""

    is_in_the_way: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Exclusion(Net):
    """PostgreSQL only: rows that may not stand beside one another (EXCLUDE …).

    `create` is what follows the constraint's name.
    """

    def statements(self, vendor: str) -> Sequence[str]:
        add = f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.name}" {self.create}'
        needed = "CREATE EXTENSION IF NOT EXISTS btree_gist"
        return (needed, *self.removal(vendor), add)

    def removal(self, vendor: str) -> Sequence[str]:
        return (f'ALTER TABLE "{self.table}" DROP CONSTRAINT IF EXISTS "{self.name}"',)

    def as_found(self, vendor: str) -> str:
        """A constraint cannot be altered: it is there, or it is not."""
        return ""


@cache
def append_only(vendor: str) -> Sequence[Guard]:
    """GUARDS: the trail and every model's history are never changed or deleted."""
    build = _on_sqlite if vendor == "sqlite" else _on_postgresql
    return tuple(chain.from_iterable(build(*table) for table in _append_only_tables()))


def never_changed(vendor: str, *models: type[Model]) -> Sequence[Guard]:
    """For GUARDS: tables to which rows are added, and nothing else.

    What empties a record's table is refused already (practice.recording).
    """
    build = _on_sqlite if vendor == "sqlite" else _on_postgresql
    return [
        guard
        for model in models
        for guard in build(model._meta.db_table, _unique(model))
        if not issubclass(model, Recorded)
        or guard != never_emptied(model._meta.db_table)
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every missing guard in place, where its table exists."""
    there = {guard.table for guard in all_of(connection)}
    gone = [guard for guard in _missing(connection) if guard.table in there]
    _run(connection, (guard.statements(connection.vendor) for guard in gone))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that are gone, switched off or altered; tables yet to come do not
    count.
    """
    return [f"{guard.table}: {guard.name}" for guard in _missing(connection)]


def strange(connection: BaseDatabaseWrapper) -> list[str]:
    """Triggers and rules on guarded tables that none of us wrote.

    What runs first may swallow a line before any guard sees it; so may a view that
    took a table's name, whatever its triggers are called.
    """
    tables = {guard.table for guard in _wanted(connection)}
    ours = {(guard.table, guard.name) for guard in all_of(connection)}
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE_NAMES if is_sqlite else _POSTGRESQL_NAMES)
        found = [(str(table), str(name)) for table, name in cursor.fetchall()]
    return [
        f"{table}: {name}"
        for table, name in sorted(found)
        if table in tables and (table, name) not in ours
    ]


def require(connection: BaseDatabaseWrapper) -> None:
    """Raise GuardsMissing unless every guard is in place."""
    if gone := missing(connection):
        raise GuardsMissing(
            f"The database lacks {len(gone)} of its guards, such as “{gone[0]}”. "
            "Run “manage.py migrate” to put them back."
        )


@contextmanager
def lifted(
    connection: BaseDatabaseWrapper, *, which: Callable[[Guard], bool] | None = None
) -> Iterator[None]:
    """Lift the guards, or some of them, for one transaction.

    For data migrations, lawful erasure and the tests' flush. What goes wrong
    inside rolls back, and the guards stand as before.
    """
    found = all_of(connection)
    guards = [one for one in filter(which, found) if one.is_in_the_way]
    with transaction.atomic(using=connection.alias):
        _run(connection, (guard.removal(connection.vendor) for guard in guards))
        yield
        if connection.vendor == "postgresql":
            # A table with checks that wait for the end cannot be altered.
            connection.check_constraints()
        _run(connection, (guard.statements(connection.vendor) for guard in guards))


def keep_installed() -> None:
    """From now on, put the guards back after every migration, and check for them."""
    practice = apps.get_app_config("practice")
    for moment, act in ((pre_migrate, _before_migration), (post_migrate, _after_it)):
        moment.connect(act, sender=practice, dispatch_uid="practice.guards")
    checks.register(check, checks.Tags.database)


def check(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """A warning, not an error: an error would stop the migration that helps."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        if gone := missing(connections[alias]):
            words = f"{len(gone)} database guards are missing."
            hint = "Run “manage.py migrate”; the site does not start without them."
            found.append(checks.Warning(words, hint=hint, id="practice.W001"))
        if others := strange(connections[alias]):
            words = f"Triggers that are not ours: {', '.join(others)}."
            hint = "They may swallow lines of the trail: find out who put them there."
            found.append(checks.Warning(words, hint=hint, id="practice.W002"))
    return found


def _before_migration(
    plan: Sequence[object] = (), using: str = DEFAULT_DB_ALIAS, **kwargs: Any
) -> None:
    """SQLite cannot rebuild a table that another table's trigger writes to.

    A migration that breaks off leaves the guards lifted, and the site down until
    the next one has put them back. What it changes itself has to leave history:
    practice.acts.acting().
    """
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        _run(connection, (guard.removal("sqlite") for guard in all_of(connection)))


def _after_it(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(connections[using])


def all_of(connection: BaseDatabaseWrapper) -> Sequence[Guard]:
    """Every guard whose table is there."""
    tables = set(connection.introspection.table_names())
    return [guard for guard in _wanted(connection) if guard.table in tables]


def _wanted(connection: BaseDatabaseWrapper) -> Sequence[Guard]:
    return _built(connection.vendor, load("GUARDS"))


@cache
def _built(
    vendor: str, builders: tuple[Callable[[str], Sequence[Guard]], ...]
) -> Sequence[Guard]:
    """What the builders write for one kind of database; health asks often."""
    return list(chain.from_iterable(build(vendor) for build in builders))


def _missing(connection: BaseDatabaseWrapper) -> Sequence[Guard]:
    """No guard stands on a view that took its table's name."""
    found, vendor = _found(connection), connection.vendor
    names = set(connection.introspection.table_names(include_views=True))
    return [
        guard
        for guard in _wanted(connection)
        if guard.table in names
        and found.get((guard.table, guard.name)) != guard.as_found(vendor)
    ]


def _found(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str]:
    """The triggers that stand, with what they do: (table, name) -> source."""
    query = _SQLITE_TRIGGERS if connection.vendor == "sqlite" else _POSTGRESQL_TRIGGERS
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {(table, name): source for table, name, source in cursor.fetchall()}


_SQLITE_TRIGGERS = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type='trigger'"
_POSTGRESQL_TRIGGERS = """
    SELECT relation.relname, trigger.tgname, concat_ws(chr(10),
      replace(replace(pg_get_triggerdef(trigger.oid), '"', ''), 'public.', ''),
      array_to_string(function.proconfig, ';'), function.prosrc)
    FROM pg_trigger AS trigger
    JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
    JOIN pg_proc AS function ON function.oid = trigger.tgfoid
    WHERE trigger.tgenabled = 'A' AND pg_table_is_visible(relation.oid)
    UNION ALL
    SELECT relation.relname, excluding.conname, ''
    FROM pg_constraint AS excluding
    JOIN pg_class AS relation ON relation.oid = excluding.conrelid
    WHERE excluding.contype = 'x' AND pg_table_is_visible(relation.oid)
"""


# Names alone, also of what is switched off: it can be switched on. Not the system's
# own triggers of foreign keys.
_SQLITE_NAMES = "SELECT tbl_name, name FROM sqlite_master WHERE type='trigger'"
_POSTGRESQL_NAMES = """
    SELECT relation.relname, trigger.tgname FROM pg_trigger AS trigger
    JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
    WHERE NOT trigger.tgisinternal AND pg_table_is_visible(relation.oid)
    UNION ALL
    SELECT relation.relname, rule.rulename FROM pg_rewrite AS rule
    JOIN pg_class AS relation ON relation.oid = rule.ev_class
    WHERE rule.rulename <> '_RETURN' AND pg_table_is_visible(relation.oid)
"""


def _run(connection: BaseDatabaseWrapper, scripts: Iterator[Sequence[str]]) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement in chain.from_iterable(scripts):
            cursor.execute(statement)


def _append_only_tables() -> list[tuple[str, list[Sequence[str]]]]:
    """Tables with their unique columns: the trail's own, and every model's history."""
    histories = [
        getattr(model, attribute).model
        for model in apps.get_models()
        if (attribute := getattr(model._meta, _HISTORY, None))
    ]
    return [
        (model._meta.db_table, _unique(model))
        for model in (TrailEntry, TrailPatient, Seal, Shape, Erasure, *histories)
    ]


def _unique(model: type[Model]) -> list[Sequence[str]]:
    """The columns, alone or together, that no two rows have alike; the key first."""
    fields = sorted(model._meta.concrete_fields, key=lambda one: not one.primary_key)
    together = [one.fields for one in model._meta.total_unique_constraints]
    alone = [[field.name] for field in fields if field.unique]
    column = {field.name: str(field.column) for field in fields}
    return [[column[name] for name in names] for names in (*alone, *together)]


def _on_sqlite(table: str, unique: list[Sequence[str]]) -> Iterator[Guard]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    # INSERT OR REPLACE deletes the old row without firing a delete trigger.
    same = " OR ".join(
        " AND ".join(f'"{name}" = NEW."{name}"' for name in columns)
        for columns in unique
    )
    is_taken = f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})'  # noqa: S608 - names of our own tables
    # Nothing comes after the highest number: who takes it ends the table.
    is_far = f'NEW."{unique[0][0]}" >= {FAR}'
    acts = {"update": "UPDATE", "delete": "DELETE", "replace": "INSERT"}
    for name, act in acts.items():
        condition = f" WHEN {is_taken} OR {is_far}" if name == "replace" else ""
        trigger = f"{table}_no_{name}"
        yield Guard(
            table=table,
            name=trigger,
            create=f'CREATE TRIGGER "{trigger}" BEFORE {act} ON "{table}"{condition} '
            f"{refuse}",
        )


def _on_postgresql(table: str, unique: list[Sequence[str]]) -> Iterator[Guard]:
    yield _refusing(table, "append_only", "DELETE OR UPDATE", "ROW")
    yield never_emptied(table)


def never_emptied(table: str) -> Guard:
    """PostgreSQL only: refuses TRUNCATE, which fires no row's trigger."""
    return _refusing(table, "append_only_truncate", "TRUNCATE", "STATEMENT")


def _refusing(table: str, name: str, act: str, each: str) -> Guard:
    return Guard(
        table=table,
        name=name,
        create=f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" '
        f"FOR EACH {each} EXECUTE FUNCTION {REFUSE}()",
        function=REFUSE,
        body=_REFUSE_BODY,
    )
