"""Several at one import: workers who wake late, and people who press meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from practice import caregivers, contacts, import_work, imports
from practice.import_cells import Plan
from practice.models import Import, Patient, StagedFile, StagedFinding
from practice.rules import NotPossible
from practice.states import ImportState
from tests import cast
from tests.cast import MONDAY
from tests.practice.importing import ADA, BEN, check, confirmed, table, worked
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TWICE = table(ADA, BEN, ADA)
CHECKS = range(2)  # steps of checking: its part, then what is twice in the file
ADMITS = range(3)  # steps of coming in: compare, the part, show


def named(data, *, by, home):
    """A file whose columns are named, and that nobody has checked."""
    row = imports.take(data=data, by=by, now=MONDAY)
    names, _known = imports.guess(row)
    plan = Plan(columns=names, order="ymd", home=home.pk)
    return imports.read_as(row=row, plan=plan, by=by, now=MONDAY)


@pytest.fixture
def stopped(monkeypatch):
    """A worker that is stopped before it writes, for longer than its lease."""
    monkeypatch.setattr(import_work, "LEASE", timedelta(0))
    in_hand = import_work._in_hand

    def step(meanwhile):
        @contextmanager
        def slow(file):
            monkeypatch.setattr(import_work, "_in_hand", in_hand)
            meanwhile()
            with in_hand(file) as row:
                yield row

        monkeypatch.setattr(import_work, "_in_hand", slow)
        return import_work.step(now=MONDAY)

    return step


@pytest.mark.parametrize("done", CHECKS)
def test_who_wakes_late_finds_nothing_a_second_time(manager, location, stopped, done):
    row = named(TWICE, by=manager, home=location)
    for _step in range(done):
        import_work.step(now=MONDAY)

    assert stopped(lambda: worked(row))

    row.refresh_from_db()
    assert row.state == ImportState.REVIEW
    assert StagedFinding.objects.get().line == 4


@pytest.mark.parametrize("done", ADMITS)
def test_who_wakes_late_brings_nothing_in_a_second_time(
    manager, location, stopped, done
):
    row = confirmed(check(TWICE, by=manager, home=location), by=manager)
    for _step in range(done):
        import_work.step(now=MONDAY)

    assert stopped(lambda: worked(row))

    row = worked(row)
    assert (row.state, row.charts) == (ImportState.DONE, 2)
    assert Patient._base_manager.count() == 2


def test_who_wakes_late_leaves_what_was_taken_back(manager, location, stopped):
    row = confirmed(check(TWICE, by=manager, home=location), by=manager)
    for _step in ADMITS[:-1]:
        import_work.step(now=MONDAY)

    stopped(lambda: imports.undo(row=worked(row), by=manager, now=MONDAY))

    row.refresh_from_db()
    assert row.state == ImportState.UNDONE
    assert not Patient.objects.exists()


def test_who_wakes_late_keeps_others_lease(manager, location, stopped):
    named(TWICE, by=manager, home=location)

    stopped(import_work._claimed)

    assert StagedFile.objects.get().leased_until is not None


@pytest.mark.parametrize("done", CHECKS)
def test_what_was_abandoned_while_it_was_checked_stays_so(
    manager, location, stopped, done
):
    row = named(TWICE, by=manager, home=location)
    for _step in range(done):
        import_work.step(now=MONDAY)

    stopped(lambda: imports.abandon(row=row, by=manager))

    row.refresh_from_db()
    assert row.state == ImportState.ABANDONED
    page = cast.sign_in(manager).get(f"/settings/imports/{row.pk}/")
    assert page.status_code == 200


@pytest.mark.parametrize("done", ADMITS)
def test_what_was_stopped_while_it_came_in_never_was(manager, location, stopped, done):
    row = confirmed(check(TWICE, by=manager, home=location), by=manager)
    for _step in range(done):
        import_work.step(now=MONDAY)

    stopped(lambda: imports.abandon(row=row, by=manager))

    row = worked(row)
    assert (row.state, row.is_cleared) == (ImportState.ABANDONED, True)
    assert not Patient.objects.exists()
    assert worked(confirmed(check(TWICE, by=manager, home=location), by=manager)).charts


def test_what_fails_after_it_was_abandoned_did_not_fail(manager, location, stopped):
    row = named(TWICE, by=manager, home=location)

    def abandon_and_fail():
        imports.abandon(row=row, by=manager)
        raise ZeroDivisionError

    stopped(abandon_and_fail)

    row.refresh_from_db()
    assert row.state == ImportState.ABANDONED


@pytest.mark.parametrize("_round", ROUNDS)
def test_many_workers_bring_a_file_in_once(manager, location, _round):
    row = confirmed(check(TWICE, by=manager, home=location), by=manager)

    outcome = run_together(4, lambda _number: worked(row))

    assert outcome.errors == []
    assert worked(row).state == ImportState.DONE
    assert Patient.objects.count() == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_those_who_confirm_and_abandon_one_has_their_way(manager, location, _round):
    row = check(TWICE, by=manager, home=location)
    imports.decide(row=row, decisions={4: "add"}, by=manager)
    acts = [
        lambda: imports.confirm(
            row=row, leaves_out_problems=True, by=manager, now=MONDAY
        ),
        lambda: imports.abandon(row=row, by=manager),
        lambda: imports.read_again(row=row, by=manager),
    ]

    outcome = run_together(len(acts), lambda number: acts[number]())

    row = Import.objects.get(pk=row.pk)
    assert all(isinstance(error, NotPossible) for error in outcome.errors)
    has_file = StagedFile.objects.filter(of=row).exists()
    assert has_file == (row.state != ImportState.ABANDONED)


def _add_phone(chart, by):
    contacts.add(owner=chart, kind="phone", value="+12125550155", by=by, now=MONDAY)


def _end_phone(chart, by):
    contacts.end(point=chart.contact_points.get(), by=by, now=MONDAY)


def _describe(chart, by):
    kin = chart.caregivings.get().caregiver
    caregivers.describe(caregiver=kin, name="Kit", language="en", own_chart=None, by=by)


def _raise_task(chart, by):
    cast.make_task(to=by, patient=chart)


EDITS = [_add_phone, _end_phone, _describe, _raise_task]


@pytest.fixture
def charts(manager, location):
    """Ada's chart, as a file has just brought it in."""
    row = worked(confirmed(check(TWICE, by=manager, home=location), by=manager))
    return row, Patient.objects.get(given_name="Ada")


@pytest.mark.parametrize("edit", EDITS)
def test_who_takes_an_import_back_waits_for_who_is_at_it(charts, manager, edit):
    row, ada = charts
    began, ended = Event(), Event()

    def work():
        with transaction.atomic():
            edit(ada, manager)
            began.set()
            ended.wait(0.5)

    def take_back():
        began.wait(5)
        imports.undo(row=row, by=manager, now=MONDAY)

    acts = [work, take_back]
    outcome = run_together(2, lambda number: acts[number]())

    assert [type(error) for error in outcome.errors] == [imports.TooLate]
    assert Patient.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("edit", EDITS)
def test_who_works_on_waits_for_who_takes_the_import_back(charts, manager, edit):
    row, ada = charts
    began, ended = Event(), Event()

    def take_back():
        with transaction.atomic():
            imports.undo(row=row, by=manager, now=MONDAY)
            began.set()
            ended.wait(0.5)

    def work():
        began.wait(5)
        edit(ada, manager)

    acts = [take_back, work]
    outcome = run_together(2, lambda number: acts[number]())

    assert len(outcome.errors) == 1
    assert isinstance(outcome.errors[0], NotPossible | ObjectDoesNotExist)
    assert not Patient.objects.filter(pk=ada.pk).exists()
