"""Accounts, roles, places, duty hours, absences, the on-call rota."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError

from practice import locations, staffing, work
from practice.models import DutyHours, Role, StaffMember, Task, TrailEntry
from tests.cast import FOUNDER, MONDAY, make_staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def put_on_call(clinician):
    def put(**details):
        usual = {"staff": clinician, "rank": 1, "by": FOUNDER}
        times = {"starts_at": MONDAY, "ends_at": MONDAY + 12 * HOUR}
        return staffing.put_on_call(**usual | times | details)

    return put


@pytest.fixture
def away(clinician):
    def leave(**details):
        usual = {"staff": clinician, "kind": "leave", "cover": None, "by": FOUNDER}
        times = {"starts_at": MONDAY, "ends_at": MONDAY + 12 * HOUR}
        return staffing.record_absence(**usual | times | details)

    return leave


# Accounts -------------------------------------------------------------------
def test_an_account_without_a_password_opens_by_invitation_only(location):
    person = make_staff(Role.AUDITOR, at=location, password=None)

    assert not person.has_usable_password()


def test_addresses_are_kept_small_and_once(location):
    person = make_staff(at=location, email=" Ann@Example.test ")

    with pytest.raises(ValidationError):
        make_staff(at=location, email="ANN@example.test")

    assert person.email == "ann@example.test"


def test_roles_are_changed_with_who_and_why(manager, front_desk):
    staffing.change_roles(
        staff=front_desk, roles=[Role.AUDITOR], by=manager, reason="Audit"
    )

    line = TrailEntry.objects.get(kind="staff.roles_changed")
    assert (line.actor, line.reason) == ("Mary Manager", "Audit")
    assert front_desk.roles == [Role.AUDITOR]


def test_nobody_changes_their_own_roles(manager):
    with pytest.raises(staffing.OwnRoles):
        staffing.change_roles(staff=manager, roles=list(Role), by=manager)


def test_an_account_keeps_at_least_one_role(manager, front_desk):
    with pytest.raises(staffing.NoRole):
        staffing.change_roles(staff=front_desk, roles=[], by=manager)


def test_the_last_manager_stays_one(manager):
    with pytest.raises(staffing.LastManager):
        staffing.change_roles(staff=manager, roles=[Role.AUDITOR], by=FOUNDER)

    with pytest.raises(staffing.LastManager):
        staffing.deactivate(staff=manager, by=FOUNDER)


def test_one_of_two_managers_may_go(manager, location):
    other = make_staff(Role.MANAGER, at=location)

    staffing.deactivate(staff=other, by=manager)

    assert not StaffMember.objects.get(pk=other.pk).is_active


def test_a_closed_account_is_signed_off_at_once(manager, front_desk, as_):
    as_(front_desk).get("/tasks/")
    assert UserSession.objects.filter(user=front_desk).exists()

    staffing.deactivate(staff=front_desk, by=manager)

    assert not UserSession.objects.filter(user=front_desk).exists()


def test_tasks_of_a_closed_account_pass_to_a_role(manager, front_desk):
    given: dict[str, Any] = {"kind": "any", "title": "Call"}
    given |= {"due_at": MONDAY, "now": MONDAY}
    task = work.raise_task(to=front_desk, by=manager, **given)
    done = work.raise_task(to=front_desk, by=manager, **given)
    work.finish(task=done, by=front_desk, now=MONDAY)

    staffing.deactivate(staff=front_desk, by=manager, tasks_to=Role.MANAGER)

    assert Task.objects.get(pk=task.pk).for_role == Role.MANAGER
    assert Task.objects.get(pk=done.pk).for_person == front_desk


def test_an_account_is_closed_and_opened_once(manager, front_desk):
    with pytest.raises(staffing.AlreadySo):
        staffing.reactivate(staff=front_desk, by=manager)
    staffing.deactivate(staff=front_desk, by=manager)

    with pytest.raises(staffing.AlreadySo):
        staffing.deactivate(staff=front_desk, by=manager)


def test_an_account_that_nobody_joined_stays_shut(manager, location):
    person = make_staff(at=location, password=None)
    staffing.deactivate(staff=person, by=manager)

    with pytest.raises(staffing.NeverJoined):
        staffing.reactivate(staff=person, by=manager)


def test_places_come_and_go_with_their_history(manager, clinician, far_location):
    home = clinician.locations.get()

    staffing.place(staff=clinician, locations=[far_location], by=manager)
    staffing.place(staff=clinician, locations=[home, far_location], by=manager)

    assert set(locations.of_staff(clinician)) == {home, far_location}
    row = clinician.placements.get(location=home)
    assert [past.is_current for past in row.history.all()] == [True, False, True]


def test_hours_that_stay_are_not_written_again(clinician, location):
    spans = [(0, time(9), time(17))]
    set_hours = partial(staffing.set_duty_hours, staff=clinician, location=location)

    set_hours(spans=spans, by=FOUNDER)
    set_hours(spans=[*spans, (1, time(9), time(17))], by=FOUNDER)

    assert DutyHours.history.filter(weekday=0).count() == 1


def test_shortcuts_are_switched_by_each_person(front_desk):
    staffing.switch_shortcuts(staff=front_desk, are_on=False, by=front_desk)

    assert not StaffMember.objects.get(pk=front_desk.pk).shortcuts_enabled


# Duty hours -----------------------------------------------------------------
def test_duty_hours_are_replaced_at_one_location_only(
    clinician, location, far_location
):
    """Tuesday in Phoenix stays while Monday in Harlem goes."""
    staffing.place(staff=clinician, locations=[location, far_location], by=FOUNDER)
    for place, weekday in ((location, 0), (far_location, 1)):
        staffing.set_duty_hours(
            staff=clinician,
            location=place,
            spans=[(weekday, time(9), time(12))],
            by=FOUNDER,
        )

    staffing.set_duty_hours(staff=clinician, location=location, spans=[], by=FOUNDER)

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
    staffing.set_duty_hours(staff=clinician, location=location, spans=spans, by=FOUNDER)
    there = [(0, time(hour), time(hour + 1))]

    try:
        staffing.set_duty_hours(
            staff=clinician, location=far_location, spans=there, by=FOUNDER
        )
        was_refused = False
    except locations.OverlappingHours:
        was_refused = True

    assert was_refused is is_refused


# Absences -------------------------------------------------------------------
def test_nobody_is_away_twice_at_once(away):
    away()

    with pytest.raises(staffing.AlreadyAway):
        away(starts_at=MONDAY + 11 * HOUR, ends_at=MONDAY + 13 * HOUR)

    assert away(starts_at=MONDAY + 12 * HOUR, ends_at=MONDAY + 13 * HOUR).pk


def test_nobody_covers_for_themselves(away, clinician):
    with pytest.raises(ValidationError):
        away(cover=clinician)


def test_illness_asks_the_managers_and_names_the_cover(clinician, front_desk):
    staffing.report_illness(
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
    absence = staffing.report_illness(
        staff=clinician,
        starts_at=MONDAY,
        ends_at=MONDAY + 9 * HOUR,
        cover=None,
        now=MONDAY,
    )

    staffing.withdraw_absence(absence=absence, by=clinician)
    owed = Task.objects.open().count()
    staffing.restore_absence(absence=absence, by=clinician)

    assert (owed, Task.objects.open().count()) == (0, 1)


def test_an_absence_comes_back_only_into_free_time(away):
    absence = away()
    staffing.withdraw_absence(absence=absence, by=FOUNDER)
    away()

    with pytest.raises(staffing.AlreadyAway):
        staffing.restore_absence(absence=absence, by=FOUNDER)


# On call --------------------------------------------------------------------
def test_nobody_is_on_call_twice_at_once(put_on_call):
    put_on_call()

    with pytest.raises(staffing.AlreadyOnCall):
        put_on_call(rank=2)


def test_a_place_in_the_order_has_one_person(put_on_call, front_desk):
    put_on_call()

    with pytest.raises(staffing.AlreadyOnCall):
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
    staffing.withdraw_on_call(shift=shift, by=FOUNDER)
    put_on_call(staff=front_desk)

    with pytest.raises(staffing.AlreadyOnCall):
        staffing.restore_on_call(shift=shift, by=FOUNDER)


@pytest.mark.parametrize("rank", [0, 10])
def test_places_in_the_order_are_few(rank, put_on_call):
    with pytest.raises(ValidationError):
        put_on_call(rank=rank)


def test_a_turn_ends_after_it_starts(put_on_call):
    with pytest.raises(ValidationError):
        put_on_call(ends_at=datetime(2026, 3, 2, 14, tzinfo=UTC))
