"""Two desks clear two days at once, and a booking comes in between."""

from __future__ import annotations

from threading import Event
from time import sleep

import pytest

from practice import duty, merging
from practice.zones import end_of
from scheduling import booking, catalogue, clearing, holding
from scheduling.booking import Plan
from scheduling.clearing import Wish
from scheduling.minutes import minute_of
from scheduling.models import Appointment, Clearing
from tests import cast
from tests.races.together import ROUNDS, run_together
from tests.scheduling.conftest import WEEK, at, make_type

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = cast.MONDAY
EVENING = end_of(at(10).date(), "America/New_York")


@pytest.fixture
def pair(location, clinician):
    """Two clinicians who may cover for one another."""
    both = [clinician, cast.make_clinician(at=location, name="Cora Cover")]
    for one in both:
        duty.set_duty_hours(staff=one, location=location, spans=WEEK, by=cast.FOUNDER)
    kind = make_type(clinician)
    catalogue.change_type(
        kind=kind, by=cast.FOUNDER, clinicians=both, locations=[], instructions={}
    )
    return both, kind


def book(kind, clinician, location, hour, desk, person=None):
    person = person or cast.make_patient(at=location)
    plan = Plan(kind, clinician, location, at(hour))
    return booking.book(plan=plan, patients=[person], by=desk, now=NOW)


def clear(clinician, wishes, desk):
    return clearing.clear(
        clinician=clinician,
        starts_at=at(8),
        ends_at=EVENING,
        wishes=wishes,
        by=desk,
        now=NOW,
    )


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_cover_for_one_another_do_not_wait_for_ever(
    pair, location, front_desk, _round
):
    (first, second), kind = pair
    mine = book(kind, first, location, 10, front_desk)
    theirs = book(kind, second, location, 13, front_desk)
    acts = [
        (first, {mine.pk: Wish.read(f"cover-{second.pk}")}),
        (second, {theirs.pk: Wish.read(f"cover-{first.pk}")}),
    ]

    outcome = run_together(2, lambda n: clear(*acts[n], front_desk))

    assert not outcome.errors
    # Whoever came second saw that the other is away by then.
    assert Clearing.objects.filter(visits__fault="").count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_covering_clinicians_hour_is_sold_once(pair, location, front_desk, _round):
    (first, second), kind = pair
    mine = book(kind, first, location, 10, front_desk)
    person = cast.make_patient(at=location)
    plan = Plan(kind, second, location, at(10))

    def act(n):
        if n:
            wishes = {mine.pk: Wish.read(f"cover-{second.pk}")}
            return clear(first, wishes, front_desk)
        return booking.book(plan=plan, patients=[person], by=front_desk, now=NOW)

    outcome = run_together(2, act)

    assert {type(error) for error in outcome.errors} <= {booking.SlotTaken}
    live = Appointment.objects.live().filter(clinician=second, starts_at=at(10))
    assert live.count() == 1


def test_days_of_one_person_on_two_charts_do_not_wait_for_one_another(
    pair, location, front_desk, monkeypatch
):
    (first, second), kind = pair
    head, other = (cast.make_patient(at=location) for _ in "ab")
    mine = book(kind, first, location, 10, front_desk, other)
    theirs = [book(kind, second, location, 13, front_desk, head)]
    theirs += [book(kind, second, location, 15, front_desk, other)]
    merging.merge(duplicate=other, into=head, by=cast.FOUNDER, now=NOW)
    thursday = Wish.read(f"move-{minute_of(at(11, day=5))}")
    acts = [
        (first, {mine.pk: thursday}),
        (second, {one.pk: Wish.read("leave") for one in theirs}),
    ]
    waiting, hold = Event(), holding.hold_to_move

    def slowly(*args):
        waiting.set()
        sleep(1)  # the other one takes what it can get meanwhile
        return hold(*args)

    def act(n):
        if n:
            waiting.wait(5)
        return clear(*acts[n], front_desk)

    monkeypatch.setattr(holding, "hold_to_move", slowly)

    assert not run_together(2, act).errors
