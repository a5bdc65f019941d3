"""Locks come before looking: nobody joins or moves what is just being moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from practice import duty
from practice.versions import ChangedMeanwhile
from scheduling import booking, groups, holding
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_type

BY_US = {"by": cast.FOUNDER, "now": cast.MONDAY}


@pytest.fixture
def before_the_lock(monkeypatch):
    """Does something at the last moment before somebody gets the first lock."""
    real, acts = holding.hold, []

    def hold(*args):
        if acts:
            acts.pop()()
        real(*args)

    monkeypatch.setattr(holding, "hold", hold)
    return acts.append


@layer
def other(plan, location):
    found = cast.make_clinician(at=location)
    duty.set_duty_hours(staff=found, location=location, spans=WEEK, by=cast.FOUNDER)
    return found


def test_who_joins_while_a_visit_is_moved_is_looked_at_too(
    plan, patient, location, other, before_the_lock
):
    group = replace(plan, type=make_type(plan.clinician, name="Group", seats=4))
    visit = booking.book(plan=group, patients=[patient], **BY_US)
    late, at_two = cast.make_patient(at=location), at(14)
    theirs = replace(plan, type=make_type(other, name="Intake"), clinician=other)
    theirs = replace(theirs, starts_at=at_two)
    booking.book(plan=theirs, patients=[late], **BY_US)

    before_the_lock(lambda: groups.join(appointment=visit, patient=late, **BY_US))

    with pytest.raises(booking.PatientElsewhere):
        booking.move(appointment=visit, plan=replace(group, starts_at=at_two), **BY_US)


def test_a_visit_that_goes_to_somebody_else_meanwhile_is_not_moved(
    plan, patient, other, before_the_lock
):
    visit = booking.book(plan=plan, patients=[patient], **BY_US)
    kind = make_type(other, name="Intake")
    theirs = replace(plan, type=kind, clinician=other)

    before_the_lock(lambda: booking.move(appointment=visit, plan=theirs, **BY_US))

    with pytest.raises(ChangedMeanwhile, match="Somebody has just moved this visit"):
        booking.move(appointment=visit, plan=replace(plan, starts_at=at(14)), **BY_US)


def test_whoever_saw_an_older_visit_does_not_move_it(plan, patient):
    visit = booking.book(plan=plan, patients=[patient], **BY_US)
    seen, later = visit.version, replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, seen=seen, **BY_US)

    with pytest.raises(ChangedMeanwhile, match="2:00 PM"):
        booking.move(appointment=visit, plan=plan, seen=seen, **BY_US)
