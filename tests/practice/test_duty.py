"""Duty hours, absences, the on-call rota."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from practice import duty, locations, staffing
from practice.models import DutyHours, Role, Task
from tests.cast import FOUNDER, MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def put_on_call(clinician):
    def put(**details):
        usual = {"staff": clinician, "rank": 1, "by": FOUNDER}
        times = {"starts_at": MONDAY, "ends_at": MONDAY + 12 * HOUR}
        return duty.put_on_call(**usual | times | details)

    return put


@pytest.fixture
def away(clinician):
    def leave(**details):
        usual = {"staff": clinician, "kind": "leave", "cover": None, "by": FOUNDER}
        times = {"starts_at": MONDAY, "ends_at": MONDAY + 12 * HOUR}
        return duty.record_absence(**usual | times | details)

    return leave


# Duty hours -----------------------------------------------------------------
def test_hours_that_stay_are_not_written_again(clinician, location):
    spans = [(0, time(9), time(17))]
    set_hours = partial(duty.set_duty_hours, staff=clinician, location=location)

    set_hours(spans=spans, by=FOUNDER)
    set_hours(spans=[*spans, (1, time(9), time(17))], by=FOUNDER)

    assert DutyHours.history.filter(weekday=0).count() == 1


def test_duty_hours_are_replaced_at_one_location_only(
    clinician, location, far_location
):
    """Tuesday in Phoenix stays while Monday in Harlem goes."""
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    for place, weekday in ((location, 0), (far_location, 1)):
        duty.set_duty_hours(
            staff=clinician,
            location=place,
            spans=[(weekday, time(9), time(12))],
            by=FOUNDER,
        )

    duty.set_duty_hours(staff=clinician, location=location, spans=[], by=FOUNDER)

    current = DutyHours.objects.filter(staff=clinician, is_current=True)
    assert [row.location for row in current] == [far_location]


@pytest.mark.parametrize(
    ("hour", "is_refused"),
    [
        (6, False),  # ends 7:00, 9:00 in New York in winter, 10:00 in summer
        (9, True),  # 11:00 in New York in winter
        (11, False),  # 13:00 in New York in winter
    ],
)
def test_nobody_is_on_duty_at_two_places_at_once(
    hour, is_refused, clinician, location, far_location
):
    spans = [(0, time(10), time(12))]
    duty.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)
    there = [(0, time(hour), time(hour + 1))]

    try:
        duty.set_duty_hours(
            staff=clinician, location=far_location, spans=there, by=FOUNDER
        )
        was_refused = False
    except locations.OverlappingHours:
        was_refused = True

    assert was_refused is is_refused


# Absences -------------------------------------------------------------------
def test_nobody_is_away_twice_at_once(away):
    away()

    with pytest.raises(duty.AlreadyAway):
        away(starts_at=MONDAY + 11 * HOUR, ends_at=MONDAY + 13 * HOUR)

    assert away(starts_at=MONDAY + 12 * HOUR, ends_at=MONDAY + 13 * HOUR).pk


def test_nobody_covers_for_themselves(away, clinician):
    with pytest.raises(ValidationError):
        away(cover=clinician)


def test_illness_asks_the_managers_and_names_the_cover(clinician, front_desk):
    duty.report_illness(
        staff=clinician,
        starts_at=MONDAY,
        ends_at=MONDAY + 9 * HOUR,
        cover=front_desk,
        now=MONDAY - HOUR,
    )

    task = Task.objects.get()
    assert task.title == "Cleo Clinician is ill: Fran Desk covers"
    assert (task.for_role, task.due_at) == (Role.MANAGER, MONDAY)


def test_a_withdrawn_illness_is_owed_no_more_until_it_counts_again(clinician):
    absence = duty.report_illness(
        staff=clinician,
        starts_at=MONDAY,
        ends_at=MONDAY + 9 * HOUR,
        cover=None,
        now=MONDAY,
    )

    duty.withdraw_absence(absence=absence, by=clinician)
    owed = Task.objects.open().count()
    duty.restore_absence(absence=absence, by=clinician)

    assert (owed, Task.objects.open().count()) == (0, 1)


def test_an_absence_comes_back_only_into_free_time(away):
    absence = away()
    duty.withdraw_absence(absence=absence, by=FOUNDER)
    away()

    with pytest.raises(duty.AlreadyAway):
        duty.restore_absence(absence=absence, by=FOUNDER)


# On call --------------------------------------------------------------------
def test_nobody_is_on_call_twice_at_once(put_on_call):
    put_on_call()

    with pytest.raises(duty.AlreadyOnCall):
        put_on_call(rank=2)


def test_a_place_in_the_order_has_one_person(put_on_call, front_desk):
    put_on_call()

    with pytest.raises(duty.AlreadyOnCall):
        put_on_call(staff=front_desk)

    assert put_on_call(staff=front_desk, rank=2).pk


def test_turns_may_touch(put_on_call, front_desk):
    put_on_call()

    after = MONDAY + 12 * HOUR
    assert put_on_call(staff=front_desk, starts_at=after, ends_at=after + HOUR).pk


def test_the_place_of_a_closed_account_is_free(put_on_call, front_desk, manager):
    put_on_call(staff=front_desk)
    staffing.deactivate(staff=front_desk, by=manager)

    assert put_on_call().pk


def test_a_withdrawn_turn_comes_back_only_into_free_time(put_on_call, front_desk):
    shift = put_on_call()
    duty.withdraw_on_call(shift=shift, by=FOUNDER)
    put_on_call(staff=front_desk)

    with pytest.raises(duty.AlreadyOnCall):
        duty.restore_on_call(shift=shift, by=FOUNDER)


@pytest.mark.parametrize("rank", [0, 10])
def test_places_in_the_order_are_few(rank, put_on_call):
    with pytest.raises(ValidationError):
        put_on_call(rank=rank)


def test_a_turn_ends_after_it_starts(put_on_call):
    with pytest.raises(ValidationError):
        put_on_call(ends_at=datetime(2026, 3, 2, 14, tzinfo=UTC))
