"""The database itself refuses to change what is append-only."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from practice import guards, sealing, trail, work
from practice.models import Role, Seal, Task, TrailEntry
from tests.cast import FOUNDER, MONDAY, by_hand
from tests.practice.guarded import (
    HISTORY,
    ON_SQLITE,
    TRAIL,
    run,
)

ATTACKS = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if ON_SQLITE
    else "TRUNCATE {table} CASCADE",
]


def is_allowed(sql, **names):
    """Whether the database does it; what it does is taken back."""
    try:
        with transaction.atomic():
            run(sql, **names)
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return "append-only" not in str(refused)
    return True


EXAMPLES = {
    "DateTimeField": MONDAY,
    "DateField": MONDAY.date(),
    "TimeField": MONDAY.time(),
    "JSONField": [],
    "DurationField": timedelta(1),
    "BinaryField": b"1",
}


def example(model):
    """Put a row into a table, whatever it holds; answers the name of a column."""
    fields = [field for field in model._meta.concrete_fields if not field.null]
    values = {
        field.attname: EXAMPLES.get(field.get_internal_type(), "1")
        for field in fields
        if not isinstance(field, models.AutoField)
    }
    model._base_manager.bulk_create([model(**values)])
    return fields[-1].column


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda sql: sql.split()[0])
@pytest.mark.parametrize(("table", "column"), [(TRAIL, "kind"), (HISTORY, "name")])
def test_what_is_append_only_is_never_changed(rows, attack, table, column):
    with pytest.raises(IntegrityError, match="append-only"):
        run(attack, table=table, column=column)


def test_every_append_only_table_refuses_every_attack(owner):
    tables = {guard.table for guard in guards.append_only(connection.vendor)}
    columns = {
        model._meta.db_table: example(model)
        for model in apps.get_models()
        if model._meta.db_table in tables
    }

    allowed = [
        (table, attack)
        for table, column in columns.items()
        for attack in ATTACKS
        if is_allowed(attack, table=table, column=column)
    ]

    assert len(columns) == len(tables) > 30
    assert allowed == []


@pytest.mark.parametrize(
    "attack",
    [
        lambda row: type(row).objects.filter(pk=row.pk).update(kind="other"),
        lambda row: type(row).objects.filter(pk=row.pk).delete(),
        lambda row: row.delete(),
        lambda row: row.save(),
        lambda row: type(row).objects.bulk_update([row], ["kind"]),
    ],
)
def test_the_orm_finds_no_way_round(db, location, attack):
    row = TrailEntry.objects.first()

    # On PostgreSQL the site's role has not even the right to try.
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        attack(row)


def test_no_seal_is_replaced_by_another_of_the_same_line(rows):
    if not ON_SQLITE:
        return
    sealing.seal_new()
    line = Seal.objects.earliest("position").entry_id
    columns = "(position, entry_id, sealed_at, key, digest, mac)"

    for is_on in ("OFF", "ON"):  # also from a console that knows nothing of ours
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA recursive_triggers={is_on}")
        with pytest.raises(IntegrityError, match="append-only"):
            run(
                "INSERT OR REPLACE INTO practice_seal {columns} "
                "VALUES (999, {line}, '2026-03-02', 'k', 'd', 'm')",
                columns=columns,
                line=line,
            )


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE OR REPLACE practice_task SET once_key = 'a' WHERE id = {second}",
        """INSERT OR REPLACE INTO practice_task ({names})
        SELECT {values} FROM practice_task WHERE id = {first}""",
    ],
)
def test_no_record_is_replaced_by_another_of_the_same_key(rows, attack):
    if not ON_SQLITE:
        return
    facts = {"kind": "x.y", "to": Role.MANAGER, "due_at": MONDAY, "now": MONDAY}
    first, second = (
        work.raise_task(title="Call", once_key=key, by=FOUNDER, **facts).pk
        for key in "ab"
    )
    names = [field.column for field in Task._meta.concrete_fields]
    values = ", ".join("99" if name == "id" else name for name in names)
    known = {"names": ", ".join(names), "values": values}

    with pytest.raises(IntegrityError, match="recorded"), by_hand():
        run(attack, first=first, second=second, **known)

    assert Task.objects.filter(pk=first).exists()


def test_a_replica_is_refused_as_well(rows):
    """A superuser may say that triggers are for others; ours are for everybody."""
    if ON_SQLITE:
        return
    details = connection.settings_dict
    attacks = [sql.format(table=TRAIL, column="kind") for sql in ATTACKS]
    attacks += ["UPDATE practice_location SET name = 'Eve'"]

    with psycopg.connect(
        host=details["HOST"], dbname=details["NAME"], user="postgres", autocommit=True
    ) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for attack in attacks:
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                superuser.execute(attack)


def test_new_lines_are_welcome(db, location):
    before = TrailEntry.objects.count()

    trail.note(by=FOUNDER, kind="location.seen", about=location)

    assert TrailEntry.objects.count() == before + 1
