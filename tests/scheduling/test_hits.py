"""Visits that stand where no hours are: found, told, left, and never moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from practice import duty, locations
from practice.models import AbsenceKind, Task
from scheduling import booking, catalogue, hits, visits
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import WEEK, at, make_busy, make_type

NOW = cast.MONDAY


@layer
def visit(plan, patient, front_desk) -> Appointment:
    """Tuesday at ten."""
    return booking.book(plan=plan, patients=[patient], by=front_desk, now=NOW)


def troubles():
    return [one.why for one in hits.loose_ends(hits.ahead(now=NOW))]


def test_a_visit_within_the_hours_is_none(visit):
    assert troubles() == []


def test_hours_that_end_leave_a_visit_outside(visit, clinician, location):
    duty.set_duty_hours(staff=clinician, location=location, spans=[], by=cast.FOUNDER)

    assert troubles() == ["Outside the hours"]


@pytest.mark.parametrize(("until", "found"), [(50, ["Outside the hours"]), (59, [])])
def test_hours_that_do_not_hold_the_buffers_leave_it_outside(
    plan, patient, clinician, location, until, found
):
    kind = make_type(clinician, name="Pause", buffer_after=timedelta(minutes=9))
    wanted = replace(plan, type=kind)
    booking.book(plan=wanted, patients=[patient], by=cast.FOUNDER, now=NOW)

    duty.set_duty_hours(
        staff=clinician,
        location=location,
        spans=[(1, time(10), time(10, until))],
        by=cast.FOUNDER,
    )

    assert troubles() == found


def test_an_absence_says_who_is_away(visit, clinician):
    duty.record_absence(
        staff=clinician,
        kind=AbsenceKind.LEAVE,
        starts_at=at(8),
        ends_at=at(18),
        cover=None,
        by=cast.FOUNDER,
    )

    assert troubles() == [f"{clinician} is away"]


def test_time_that_their_own_calendar_takes_later_says_so(visit, clinician):
    make_busy(clinician, at(10, 30), at(12))

    assert troubles() == [f"{clinician} is busy elsewhere"]


def test_one_left_there_on_purpose_is_none_for_their_own_calendar(visit, clinician):
    make_busy(clinician, at(10, 30), at(12))

    hits.leave(visit=visit, reason="She comes back for it", by=cast.FOUNDER)

    assert troubles() == []


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_a_closure_says_what_is_closed(visit, location, is_everywhere):
    locations.close_for(
        location=None if is_everywhere else location,
        starts_on=date(2026, 3, 3),
        ends_on=date(2026, 3, 3),
        reason="Holiday",
        by=cast.FOUNDER,
    )

    assert troubles() == [f"{location} is closed"]


def test_a_closure_elsewhere_or_the_day_after_hits_nothing(
    visit, location, far_location
):
    for place, day in ((far_location, 3), (location, 4)):
        locations.close_for(
            location=place,
            starts_on=date(2026, 3, day),
            ends_on=date(2026, 3, day),
            reason="Holiday",
            by=cast.FOUNDER,
        )

    assert troubles() == []


def test_protected_time_says_so(visit, clinician, location):
    catalogue.protect_time(
        clinician=clinician,
        location=location,
        weekday=1,
        starts=time(10, 30),
        ends=time(11),
        by=cast.FOUNDER,
    )

    assert troubles() == ["In protected time"]


def test_a_room_that_closes_leaves_its_visits_as_loose_ends(
    plan, patient, location, front_desk
):
    room = catalogue.add_room(location=location, name="Blue", by=cast.FOUNDER)
    booking.book(
        plan=replace(plan, room=room), patients=[patient], by=front_desk, now=NOW
    )

    catalogue.close_room(room=room, by=cast.FOUNDER)

    assert troubles() == ["Blue is closed"]


@pytest.mark.usefixtures("now")
def test_a_place_keeps_its_clock_while_visits_are_to_come(
    visit, location, as_, manager
):
    page = as_(manager)
    path = reverse("location_edit", args=[location.pk])
    form = page.get(path).context["form"]
    shown = {field.name: field.value() for field in form if field.value()}

    answer = page.post(path, shown | {"time_zone": "America/Chicago"})

    assert answer.status_code == 422
    assert "1 visit is booked here" in answer.context["form"].errors["time_zone"][0]
    location.refresh_from_db()
    assert location.time_zone == "America/New_York"


def test_what_has_been_stays_at_the_time_at_which_it_was(visit, location):
    with pytest.raises(locations.ClockInUse, match="took place here"):
        locations.change(
            location=location, by=cast.FOUNDER, now=at(20), time_zone="America/Chicago"
        )


def test_a_place_without_visits_may_have_another_clock(visit, location, front_desk):
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Moved",
        by=front_desk,
        now=at(9),
    )

    locations.change(
        location=location, by=cast.FOUNDER, now=at(20), time_zone="America/Chicago"
    )

    location.refresh_from_db()
    assert location.time_zone == "America/Chicago"


def test_a_retired_type_keeps_its_visits(visit, kind):
    catalogue.retire_type(kind=kind, by=cast.FOUNDER)

    assert troubles() == []
    assert Appointment.objects.get().is_live


def test_a_visit_outside_on_purpose_is_no_loose_end(plan, patient, front_desk):
    booking.book(
        plan=replace(plan, starts_at=at(20)),
        patients=[patient],
        by=front_desk,
        now=NOW,
        despite=booking.Despite(hours="They work late."),
    )

    assert troubles() == []


def test_one_outside_on_purpose_is_one_when_its_clinician_falls_ill(
    plan, patient, front_desk, clinician
):
    booking.book(
        plan=replace(plan, starts_at=at(20)),
        patients=[patient],
        by=front_desk,
        now=NOW,
        despite=booking.Despite(hours="They work late."),
    )

    times = {"starts_at": at(8), "ends_at": at(23)}
    duty.record_absence(
        staff=clinician, kind="illness", cover=None, by=cast.FOUNDER, **times
    )

    assert troubles() == [f"{clinician} is away"]


def test_one_booked_into_a_known_absence_is_none(plan, patient, front_desk, clinician):
    times = {"starts_at": at(8), "ends_at": at(23)}
    duty.record_absence(
        staff=clinician, kind="leave", cover=None, by=cast.FOUNDER, **times
    )

    booking.book(
        plan=plan,
        patients=[patient],
        by=front_desk,
        now=NOW,
        despite=booking.Despite(hours="She comes in for him."),
    )

    assert troubles() == []


def test_a_visit_left_despite_a_closure_is_none(visit, front_desk):
    day = date(2026, 3, 3)
    locations.close_for(
        location=None, starts_on=day, ends_on=day, reason="Snow", by=cast.FOUNDER
    )
    before = troubles()

    hits.leave(visit=visit, reason="They live next door.", by=front_desk)

    assert (len(before), troubles()) == (1, [])


def test_whoever_leaves_a_visit_says_why_and_can_undo_it(
    visit, clinician, location, front_desk
):
    duty.set_duty_hours(staff=clinician, location=location, spans=[], by=cast.FOUNDER)
    with pytest.raises(hits.NoReason):
        hits.leave(visit=visit, reason=" ", by=front_desk)

    hits.leave(visit=visit, reason="She comes in for it.", by=front_desk)
    left = troubles()
    hits.take_up(visit=visit, by=front_desk)

    assert (left, troubles()) == ([], ["Outside the hours"])


@pytest.mark.parametrize("count", [1, 12])
def test_loose_ends_take_the_same_queries_for_any_number(
    count, plan, location, front_desk, django_assert_num_queries
):
    for number in range(count):
        start = at(9, day=3 + 7 * (number // 7)) + timedelta(hours=number % 7)
        patient = cast.make_patient(at=location)
        booking.book(
            plan=replace(plan, starts_at=start),
            patients=[patient],
            by=front_desk,
            now=NOW,
        )
    duty.set_duty_hours(
        staff=plan.clinician, location=location, spans=WEEK[:1], by=cast.FOUNDER
    )

    with django_assert_num_queries(8):
        found = hits.loose_ends(hits.ahead(now=NOW))

    assert len(found) == count


def test_the_desk_gets_a_task(visit, manager):
    words = hits.VISITS.hand_over([object()], by=manager, now=NOW)

    assert words == "1 visit is on the front desk's list of loose ends."
    assert Task.objects.get().path.endswith("/loose-ends/")
