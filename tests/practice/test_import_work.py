"""The worker takes a file on in short steps, and others get on meanwhile."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from practice import clock, import_pages, import_work, imports, staging, tasks, twins
from practice.import_cells import Plan
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
def test_every_step_reads_one_part_or_what_tells_people_apart(
    manager, location, monkeypatch
):
    read = []
    rows_of = staging.rows_of
    monkeypatch.setattr(
        staging, "rows_of", lambda part: read.append(part.pk) or rows_of(part)
    )
    row = imports.take(data=csvs.make(450).data, by=manager, now=MONDAY)
    names, _known = imports.guess(row)
    plan = Plan(columns=names, order="mdy", home=location.pk)
    imports.read_as(row=row, plan=plan, by=manager, now=MONDAY)
    worked(row)
    confirmed(row, by=manager)

    while import_work.step(now=MONDAY):
        assert len(set(read)) <= 1
        read.clear()

    assert Patient.objects.count() == 450


@pytest.mark.django_db
def test_progress_is_seen_while_a_file_is_compared(manager, location):
    row = confirmed(
        check(csvs.make(250).data, by=manager, home=location, order="mdy"), by=manager
    )
    seen = []

    while row.state == ImportState.ADMITTING:
        seen.append(import_pages.progress(row).percent)
        import_work.step(now=MONDAY)
        row.refresh_from_db()

    assert seen == [0, 16, 33, 50, 66, 83, 100]


@pytest.mark.django_db
def test_who_tells_themselves_apart_is_the_same_when_it_was_kept(manager, location):
    row = check(csvs.make(120).data, by=manager, home=location, order="mdy")

    for part in row.staged.parts.all():
        kept = import_work._people(part)
        rows = staging.rows_of(part)
        assert kept == {
            one.record.line: twins.person_of(one.ready)
            for one in rows
            if not one.problems
        }


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


@pytest.mark.parametrize("is_half", [False, True])
@pytest.mark.django_db
def test_a_file_that_was_compared_is_not_overtaken(
    manager, location, monkeypatch, is_half
):
    monkeypatch.setattr(staging, "ROWS", 1)
    first, second = (check(table(ADA, BEN), by=manager, home=location) for _ in "12")
    confirmed(second, by=manager)
    while second.staged.parts.filter(compared_at=None).count() > is_half:
        assert import_work.step(now=MONDAY)

    worked(confirmed(first, by=manager))

    assert Patient.objects.count() == 2
    first.refresh_from_db()
    assert first.state == ImportState.REVIEW
    assert first.fault.startswith("Meanwhile 2 of these people got a chart here")


@pytest.mark.django_db
def test_a_file_in_another_workers_hand_is_not_overtaken(manager, location):
    first, second = (check(table(ADA, BEN), by=manager, home=location) for _ in "12")
    confirmed(second, by=manager)
    held = clock.real_now() + import_work.LEASE
    StagedFile.objects.filter(of=second).update(leased_until=held)

    confirmed(first, by=manager)

    assert not import_work.step(now=MONDAY)
