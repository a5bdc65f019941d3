"""The tests' own tools do what the tests count on."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.db import connection

from practice.models import Location, Patient, Practice, TrailEntry
from tests import cast, conftest
from tests.postgres import APP
from tests.races.together import run_together
from tests.sources import ROOT

MARK = "mark." + "browser"


def test_the_engine_is_the_one_that_was_asked_for(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            found = cursor.execute("PRAGMA journal_mode").fetchone()
        else:
            cursor.execute("SELECT current_user")
            found = cursor.fetchone()

    # A file, not memory; and on PostgreSQL not the role that owns the tables.
    assert found == ("wal" if connection.vendor == "sqlite" else APP,)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_for_the_next(transactional_db, turn):
    cast.make_practice(name=turn)

    assert Practice.objects.get().name == turn
    assert TrailEntry.objects.count() == 1


@pytest.mark.race
def test_racing_threads_have_connections_of_their_own(transactional_db):
    outcome = run_together(4, lambda _number: cast.make_location(name="The only one"))

    assert len(outcome.results) == 1
    assert len(outcome.errors) == 3
    assert Location.objects.get() == outcome.results[0]


def test_the_stranger_does_not_see_the_patient(
    patient, front_desk, clinician, manager, auditor, stranger, now
):
    seers = [
        person
        for person in (front_desk, clinician, manager, auditor, stranger)
        if Patient.objects.visible_to(person, now=now).filter(pk=patient.pk)
    ]

    assert seers == [front_desk, clinician, manager]


# How a run is shared among workers --------------------------------------------
@dataclass
class Item:
    nodeid: str


def test_a_run_begins_with_what_takes_long():
    items = [Item(f"tests/{one}::test_it") for one in ("b.py", "x_walk.py", "a.py")]

    conftest.put_in_order(items)

    assert [item.nodeid[6:10] for item in items] == ["x_wa", "b.py", "a.py"]


def test_what_takes_long_is_known_by_the_names_of_files():
    names = [path.as_posix() for path in files()]

    for ending in conftest.LONG + conftest.HEAVY:
        assert any(name.endswith(ending) for name in names), ending


def test_only_the_folder_that_make_names_drives_a_browser():
    found = {path.parent.name for path in files() if MARK in path.read_text()}

    assert found == {"browser"}


def files():
    return (ROOT / "tests").glob("*/test_*.py")


# What depends on the database --------------------------------------------------
def test_a_test_with_a_chart_asks_the_database(request, patient):
    assert conftest.asks_database(request.node)


@pytest.mark.django_db
def test_a_test_that_says_so_asks_the_database(request):
    assert conftest.asks_database(request.node)


def test_a_pure_test_does_not(request):
    assert not conftest.asks_database(request.node)


@pytest.mark.parametrize("number", [1, 2])
def test_other_parameters_ask_nothing_else(request, db, number):
    assert conftest.is_of_the_database(request.node) is (number == 1)


@pytest.mark.parametrize(("file", "counts"), [("guards", True), ("pins", False)])
def test_where_the_database_is_on_trial_each_parameter_counts(file, counts):
    second = SimpleNamespace(
        nodeid=f"tests/practice/test_{file}.py::test_it[2]",
        fixturenames=["db"],
        callspec=SimpleNamespace(indices={"number": 1}),
    )

    assert conftest.is_of_the_database(second) is counts


def test_what_is_on_trial_is_known_by_the_names_of_files():
    names = [path.as_posix() for path in files()]

    for part in conftest.ON_TRIAL:
        assert any(part in name for name in names), part
