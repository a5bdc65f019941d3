"""Guards that are gone, weakened, strange or lifted."""

from __future__ import annotations

import runpy

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models, transaction
from django.db.models.signals import pre_migrate  # noqa: TID251 - as migrate sends it

from practice import garbage, guards, health, recording
from practice.models import Location, TrailEntry
from tests.cast import MONDAY
from tests.practice.guarded import (
    HISTORY,
    ON_SQLITE,
    TRAIL,
    drop,
    run,
)


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


SILENT = "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
STRANGE = {
    "sqlite": (
        f"CREATE TRIGGER aaa BEFORE INSERT ON {TRAIL} BEGIN SELECT 1; END",
        "DROP TRIGGER aaa",
    ),
    "rule": (
        f"CREATE RULE aaa AS ON INSERT TO {TRAIL} WHERE false DO INSTEAD NOTHING",
        f"DROP RULE aaa ON {TRAIL}",
    ),
    "trigger": (
        f"CREATE TRIGGER aaa BEFORE UPDATE ON {TRAIL} {SILENT}",
        f"DROP TRIGGER aaa ON {TRAIL}",
    ),
}


@pytest.mark.parametrize("way", ["sqlite"] if ON_SQLITE else ["rule", "trigger"])
def test_a_trigger_that_none_of_us_wrote_is_named(owner, way):
    assert guards.strange(connection) == []
    make, drop_it = STRANGE[way]
    run(make)

    try:
        assert guards.strange(connection) == [f"{TRAIL}: aaa"]
        assert guards.missing(connection) == []
        assert not health.guards(MONDAY).is_well
        (warning,) = guards.check(None, databases=[connection.alias])
        assert (warning.id, "aaa" in warning.msg) == ("practice.W002", True)
        with pytest.raises(CommandError):
            call_command("verify_trail")
    finally:
        run(drop_it)


IN_ITS_PLACE = [
    f"ALTER TABLE {TRAIL} RENAME TO real_trail",
    f"CREATE VIEW {TRAIL} AS SELECT * FROM real_trail",
]
ACT = "INSTEAD OF INSERT"
SWALLOWING = (
    [
        f"DROP TRIGGER {TRAIL}_no_replace",
        f"CREATE TRIGGER {TRAIL}_no_replace {ACT} ON {TRAIL} BEGIN SELECT 1; END",
    ]
    if ON_SQLITE
    else [f"CREATE TRIGGER append_only {ACT} ON {TRAIL} {SILENT}"]
)


def test_a_view_that_took_the_trails_place_is_named_whatever_its_trigger_is_called(
    owner,
):
    guard = f"{TRAIL}_no_replace" if ON_SQLITE else "append_only"

    with transaction.atomic():
        for statement in (*IN_ITS_PLACE, *SWALLOWING):
            run(statement)
        found = guards.missing(connection), guards.strange(connection)
        is_well = health.guards(MONDAY).is_well
        transaction.set_rollback(True)

    assert [f"{TRAIL}: {guard}" in names for names in found] == [True, True]
    assert not is_well


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
        type(connection.introspection), "table_names", lambda *_, **__: tables[:0]
    )
    drop(TRAIL)

    assert guards.missing(connection) == []

    monkeypatch.undo()
    guards.install(connection)


def test_a_web_server_does_not_load_a_site_without_its_guards(owner, monkeypatch):
    monkeypatch.setattr(garbage, "settle", lambda: None)
    runpy.run_module("practice.wsgi")
    drop(TRAIL)

    with pytest.raises(guards.GuardsMissing):
        runpy.run_module("practice.wsgi")
    guards.install(connection)
