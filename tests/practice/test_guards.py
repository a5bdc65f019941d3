"""The database itself refuses to change what is append-only."""

from __future__ import annotations

import runpy
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models.signals import pre_migrate  # noqa: TID251 - as migrate sends it

from practice import guards, recording, sealing, trail, work
from practice.models import Location, Role, Seal, Task, TrailEntry
from tests.cast import FOUNDER, MONDAY, by_hand

TRAIL, HISTORY = "practice_trailentry", "practice_historicallocation"
ON_SQLITE = connection.vendor == "sqlite"
ATTACKS = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if ON_SQLITE
    else "TRUNCATE {table} CASCADE",
]


@pytest.fixture
def owner(transactional_db):
    """On PostgreSQL the role that owns the tables: guards are its to lift."""
    if ON_SQLITE:
        yield
        return
    role = connection.settings_dict["OPTIONS"].pop("assume_role")
    connection.close()
    yield
    connection.settings_dict["OPTIONS"]["assume_role"] = role
    connection.close()


@pytest.fixture
def rows(owner, location):
    """One line of the trail and one row of history, at least."""


def run(sql, **names):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**names))


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


def drop(table):
    """Take one of a table's guards away, as an owner of the tables could."""
    name = f"{table}_no_update" if ON_SQLITE else f"append_only ON {table}"
    run(f"DROP TRIGGER {name}")


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


def test_every_history_table_is_guarded(db):
    histories = {
        model._meta.db_table
        for model in Location._meta.apps.get_models()
        if model.__name__.startswith("Historical")
    }

    guarded = {guard.table for guard in guards.append_only(connection.vendor)}
    own = {f"practice_{name}" for name in ("trailpatient", "seal", "shape", "erasure")}
    recorded = {table.name for table in recording.tables()}
    assert guarded == histories | own | {TRAIL}
    assert not guarded & recorded


def test_a_migrated_database_has_all_its_guards(db):
    assert guards.missing(connection) == []


def test_a_guard_that_is_gone_is_missed_and_put_back(owner):
    drop(TRAIL)

    assert [name.split(":")[0] for name in guards.missing(connection)] == [TRAIL]

    guards.install(connection)

    assert guards.missing(connection) == []


def test_a_guard_that_lets_everything_pass_is_missed(owner):
    if ON_SQLITE:
        drop(TRAIL)
        act = "BEGIN SELECT 1; END"
        run(f"CREATE TRIGGER {TRAIL}_no_update BEFORE UPDATE ON {TRAIL} {act}")
    else:
        run(
            f"CREATE OR REPLACE FUNCTION {guards.REFUSE}() RETURNS trigger "
            "LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )

    assert guards.missing(connection) != []

    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.parametrize(
    "weaker",
    [
        "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (false)",
        "BEFORE UPDATE OF kind OR DELETE ON {table} FOR EACH ROW",
        "BEFORE UPDATE ON {table} FOR EACH ROW",
        "AFTER UPDATE OR DELETE ON {table} FOR EACH STATEMENT",
    ],
)
def test_a_guard_that_stands_but_looks_away_is_missed(owner, weaker):
    if ON_SQLITE:
        drop(TRAIL)
        made = f"{TRAIL}_no_update BEFORE UPDATE ON {TRAIL} WHEN 0 "
        run(f"CREATE TRIGGER {made} BEGIN SELECT RAISE(ABORT, 'append-only'); END")
    else:
        drop(TRAIL)
        call = f"EXECUTE FUNCTION {guards.REFUSE}()"
        run(f"CREATE TRIGGER append_only {weaker} {call}", table=TRAIL)
        run(f"ALTER TABLE {TRAIL} ENABLE ALWAYS TRIGGER append_only")

    assert guards.missing(connection) != []

    guards.install(connection)
    assert guards.missing(connection) == []


def test_a_function_that_looks_for_its_tables_elsewhere_is_missed(owner):
    if ON_SQLITE:
        return
    function = recording.triggers("postgresql")[0].function
    run(f"ALTER FUNCTION {function}() RESET search_path")

    assert guards.missing(connection) != []

    guards.install(connection)
    assert guards.missing(connection) == []


def test_a_site_without_its_guards_does_not_start(owner):
    drop(HISTORY)

    with pytest.raises(guards.GuardsMissing, match=HISTORY):
        guards.require(connection)

    guards.install(connection)
    guards.require(connection)


def test_the_check_warns_but_lets_a_migration_run(owner):
    drop(TRAIL)

    warnings = guards.check(None, databases=["default"])

    assert [(warning.id, warning.is_serious()) for warning in warnings] == [
        ("practice.W001", False)
    ]
    call_command("migrate", verbosity=0)
    assert guards.check(None, databases=["default"]) == []


def test_a_migration_that_rebuilds_the_table_leaves_it_guarded(owner):
    old = TrailEntry._meta.get_field("actor")
    new = models.CharField(max_length=130)
    new.set_attributes_from_name("actor")
    site = {"sender": apps.get_app_config("practice"), "using": "default"}

    pre_migrate.send(**site, plan=["something to do"])
    for before, after in [(old, new), (new, old)]:
        with connection.schema_editor() as editor:
            editor.alter_field(TrailEntry, before, after)
    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []


def test_lifted_guards_let_a_data_migration_work(rows):
    with guards.lifted(connection):
        TrailEntry.objects.update(reason="moved")

    assert set(TrailEntry.objects.values_list("reason", flat=True)) == {"moved"}
    assert guards.missing(connection) == []


def test_lifted_guards_are_back_after_a_fault(rows):
    with pytest.raises(ZeroDivisionError), guards.lifted(connection):
        TrailEntry.objects.update(reason=str(1 / 0))

    assert guards.missing(connection) == []


def test_a_table_that_is_not_there_yet_misses_nothing(owner, monkeypatch):
    tables = connection.introspection.table_names()
    monkeypatch.setattr(
        type(connection.introspection), "table_names", lambda *_: tables[:0]
    )
    drop(TRAIL)

    assert guards.missing(connection) == []

    monkeypatch.undo()
    guards.install(connection)


def test_a_web_server_does_not_load_a_site_without_its_guards(owner):
    runpy.run_module("practice.wsgi")
    drop(TRAIL)

    with pytest.raises(guards.GuardsMissing):
        runpy.run_module("practice.wsgi")
    guards.install(connection)
