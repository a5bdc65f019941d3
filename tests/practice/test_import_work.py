"""The worker takes a file on in short steps, and others get on meanwhile."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from practice import clock, import_work, imports, tasks
from practice.models import Patient, StagedFile
from practice.states import ImportState
from tests.cast import MONDAY
from tests.practice import csvs, watched
from tests.practice.importing import ADA, BEN, check, confirmed, table, worked

ROWS = int(os.environ.get("IMPORT_ROWS", "400"))
LONGEST = 2.0  # seconds that one writer may keep all others waiting


@pytest.mark.django_db(transaction=True)
def test_no_transaction_of_an_import_takes_long(manager, location):
    file = csvs.make(ROWS, bad=6)

    with watched.transactions() as took:
        row = check(file.data, by=manager, home=location, order="mdy")
        worked(confirmed(row, by=manager))
        imports.undo(row=row, by=manager, now=MONDAY)
        worked(row)

    assert len(took) > ROWS / 100
    assert max(took) < LONGEST


@pytest.mark.django_db
def test_the_planted_problems_are_found(manager, location):
    file = csvs.make(ROWS, bad=20)

    row = check(file.data, by=manager, home=location, order="mdy")

    found = row.staged.parts.values_list("findings__line", flat=True)
    lines = [line for line in found.order_by("findings__line") if line]
    assert lines == file.bad_lines


@pytest.mark.django_db
def test_work_stops_at_its_limit_and_goes_on(manager, location):
    row = check(table(ADA, BEN), by=manager, home=location)
    confirmed(row, by=manager)

    beats = []
    assert import_work.advance(
        now=MONDAY, limit=timedelta(0), after_each=lambda: beats.append(1)
    )

    assert len(beats) == 1
    assert not import_work.advance(now=MONDAY)
    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_the_queue_and_the_clock_take_files_on(manager, location, now):
    confirmed(check(table(ADA), by=manager, home=location), by=manager)

    tasks.bring_in()
    assert Patient.objects.count() == 1

    confirmed(check(table(BEN), by=manager, home=location), by=manager)
    tasks.take_imports_on(now=now)
    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_a_wake_up_that_fails_is_silent(monkeypatch, caplog):
    monkeypatch.setattr(import_work, "advance", lambda **_rest: 1 / 0)

    tasks.bring_in()

    assert "interrupted" in caplog.text


@pytest.mark.django_db
def test_a_lease_that_ran_out_frees_the_file(manager, location):
    confirmed(check(table(ADA), by=manager, home=location), by=manager)
    past = clock.real_now() - timedelta(seconds=1)
    StagedFile.objects.update(leased_until=past)

    assert import_work.step(now=MONDAY)


@pytest.mark.django_db
def test_the_clock_forgets_what_waited_for_a_day(manager, location, now):
    row = check(table(ADA), by=manager, home=location)

    tasks.forget_imports(now=now + timedelta(days=1))

    row.refresh_from_db()
    assert row.state == ImportState.ABANDONED
