"""Two visits at one time on purpose: undone together, never three, then parted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduling import booking, clearing, pairs, placing, undoing, visits
from scheduling.booking import Despite
from scheduling.clearing import Wish
from scheduling.models import Appointment
from scheduling.states import Status
from scheduling.undoing import Mark
from tests import cast
from tests.scheduling.conftest import at, make_type

BY, NOW = cast.FOUNDER, cast.MONDAY
FORTY = timedelta(minutes=40)


def book(plan, location, **more):
    patient = cast.make_patient(at=location)
    return booking.book(plan=plan, patients=[patient], by=BY, now=NOW, **more)


def beside(visit):
    return Despite(beside=visit, beside_reason="In crisis")


def cancel(visit):
    return visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Ill",
        by=BY,
        now=NOW,
    )


def undo(visit, before):
    undoing.undo(appointment=visit, before=before, after=Mark.of(visit), by=BY, now=NOW)


def fresh(visit):
    return Appointment.objects.get(pk=visit.pk)


@pytest.fixture
def pair(plan, location):
    """The second is beside the first; both at ten."""
    first = book(plan, location)
    return first, book(plan, location, despite=beside(first))


@pytest.mark.parametrize("which", [0, 1])
def test_a_cancellation_is_undone_beside_the_other(pair, which):
    visit = pair[which]
    before = Mark.of(visit)
    cancel(visit)

    undo(visit, before)

    first, second = map(fresh, pair)
    assert (first.is_live, second.is_live) == (True, True)
    assert (second.double_of, second.double_reason) == (first, "In crisis")


@pytest.mark.parametrize("which", [0, 1])
def test_a_move_is_undone_beside_the_other(pair, plan, which):
    visit = pair[which]
    before = Mark.of(visit)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=visit, plan=later, by=BY, now=NOW)
    assert fresh(pair[1]).double_of is None

    undo(visit, before)

    assert fresh(pair[1]).double_of == fresh(pair[0])
    assert fresh(visit).starts_at == at(10)


@pytest.mark.parametrize("way", ["cancel", "leave"])
def test_a_clinician_who_is_not_ill_after_all_has_both_again(
    pair, plan, front_desk, way
):
    first, second = pair
    wishes = {first.pk: Wish.read("cancel"), second.pk: Wish.read(way)}
    made = clearing.clear(
        clinician=plan.clinician,
        starts_at=at(8),
        ends_at=at(20),
        wishes=wishes,
        by=front_desk,
        now=NOW,
    )

    faults = clearing.undo(clearing=made, by=front_desk, now=NOW)

    assert not faults
    assert fresh(second).double_of == fresh(first)
    assert (fresh(first).is_live, fresh(second).is_live) == (True, True)


def test_a_booking_that_is_undone_leaves_the_other_alone(pair):
    first, second = pair

    undo(first, Mark(0, 0))

    assert not fresh(first).is_live
    assert (fresh(second).double_of, fresh(second).double_reason) == (None, "")


def test_who_went_elsewhere_meanwhile_is_not_paired_again(pair, plan):
    first, second = pair
    before = Mark.of(first)
    cancel(first)
    later = replace(plan, starts_at=at(14))
    booking.move(appointment=second, plan=later, by=BY, now=NOW)

    undo(first, before)

    assert fresh(second).double_of is None


@pytest.mark.parametrize("which", [0, 1])
def test_a_third_beside_a_pair_is_refused_in_a_sentence(plan, location, which):
    first = book(plan, location)
    half_past = replace(plan, starts_at=at(10, 30))
    second = book(half_past, location, despite=beside(first))
    third = replace(plan, starts_at=[at(9, 30), at(11)][which])

    with pytest.raises(booking.SlotTaken, match="a third is one too many"):
        book(third, location, despite=beside([first, second][which]))


def test_a_short_third_between_both_is_refused_in_a_sentence(plan, location):
    first = book(plan, location)
    short = make_type(plan.clinician, name="Short", length=timedelta(minutes=20))
    book(replace(plan, type=short), location, despite=beside(first))
    third = replace(plan, type=short, starts_at=at(10, 25))

    with pytest.raises(booking.SlotTaken, match="a third is one too many"):
        book(third, location, despite=beside(first))


@pytest.mark.parametrize("which", [0, 1])
def test_each_of_a_pair_can_be_made_shorter_on_the_calendar(pair, which):
    visit = pair[which]

    placing.place(visit=visit, starts_at=visit.starts_at, length=FORTY, by=BY, now=NOW)

    assert fresh(visit).length == FORTY
    assert fresh(pair[1]).double_of == fresh(pair[0])


def test_who_no_longer_meets_the_other_is_parted(plan, location):
    first = book(plan, location)
    late = replace(plan, starts_at=at(10, 45))
    second = book(late, location, despite=beside(first))

    placing.place(visit=first, starts_at=at(10), length=FORTY, by=BY, now=NOW)

    assert fresh(second).double_of is None


def test_nobody_is_beside_a_visit_of_another_clinician(plan, location):
    first = book(plan, location)
    other = cast.make_clinician(at=location)
    kind = make_type(other, name="Intake")
    theirs = replace(plan, type=kind, clinician=other)

    visit = book(theirs, location, despite=replace(beside(first), hours="Asked"))

    assert (visit.double_of, visit.double_reason) == (None, "")
    assert pairs.partner_of(first) is None
