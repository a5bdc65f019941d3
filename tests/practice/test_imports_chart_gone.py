"""A row adds to a chart that came with another file, and that file is taken back."""

from __future__ import annotations

import pytest

from practice import import_work, imports, staging
from practice.models import Decision, Import, Patient
from practice.states import ImportState
from tests.cast import MONDAY
from tests.practice.importing import ADA, BEN, bring_in, check, confirmed, table, worked

pytestmark = pytest.mark.django_db
AGAIN = ADA.replace("0117", "0199")  # the same person with another number


@pytest.fixture
def first(manager, location):
    """Ada is here."""
    return bring_in(table(ADA), by=manager, home=location)


@pytest.fixture
def second(manager, location, first):
    """A file with her, checked, and decided as a test goes on to say."""
    return check(table(AGAIN, BEN), by=manager, home=location)


def names():
    return sorted(Patient.objects.values_list("given_name", flat=True))


def taken_back(row, by):
    imports.undo(row=row, by=by, now=MONDAY)


def decided(row, decision, by):
    lines = {one.line: decision for one in staging.findings_of(row)}
    imports.decide(row=row, decisions=lines, by=by)


@pytest.mark.parametrize("decision", [Decision.ADD, Decision.LEAVE])
def test_the_file_is_held_back_and_then_brings_her_in(manager, first, second, decision):
    decided(second, decision, manager)
    taken_back(first, manager)

    held = worked(confirmed(second, by=manager))

    assert held.state == ImportState.REVIEW
    assert "was taken back" in held.fault
    assert names() == []
    assert worked(confirmed(held, by=manager)).charts == 2
    assert names() == ["Ada", "Ben"]


def test_rows_of_one_person_become_one_chart_all_the_same(manager, location, first):
    twice = table(AGAIN, AGAIN.replace("A1", "A9"))
    row = confirmed(check(twice, by=manager, home=location), by=manager)
    taken_back(first, manager)

    held = worked(row)

    assert [one.kind for one in staging.findings_of(held)] == ["twice"]
    assert worked(confirmed(held, by=manager)).charts == 1


def test_another_persons_row_needs_no_second_look(manager, first, second):
    decided(second, Decision.OPEN, manager)
    taken_back(first, manager)

    assert worked(confirmed(second, by=manager)).state == ImportState.DONE
    assert names() == ["Ada", "Ben"]


def test_once_all_was_compared_the_whole_file_fails(manager, first, second):
    row = confirmed(second, by=manager)
    assert import_work.step(now=MONDAY)
    assert not row.staged.parts.filter(compared_at=None).exists()
    taken_back(first, manager)

    failed = worked(Import.objects.get(pk=row.pk))

    assert failed.state == ImportState.FAILED
    assert "upload it again" in failed.fault
    assert names() == []
