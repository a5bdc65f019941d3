"""Accounts, roles and places."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError

from practice import locations, staffing, work
from practice.models import Role, StaffMember, Task, TrailEntry
from tests.cast import FOUNDER, MONDAY, make_staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_account_without_a_password_opens_by_invitation_only(location):
    person = make_staff(Role.AUDITOR, at=location, password=None)

    assert not person.has_usable_password()


def test_addresses_are_kept_small_and_once(location):
    person = make_staff(at=location, email=" Ann@Example.test ")

    with pytest.raises(ValidationError):
        make_staff(at=location, email="ANN@example.test")

    assert person.email == "ann@example.test"


def test_roles_are_changed_with_who_and_why(manager, front_desk):
    changed = staffing.change_roles(
        staff=front_desk, roles=[Role.AUDITOR], by=manager, reason="Audit"
    )

    line = TrailEntry.objects.get(kind="staff.roles_changed")
    assert (line.actor, line.reason) == ("Mary Manager", "Audit")
    assert changed.roles == [Role.AUDITOR]


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


def test_what_is_saved_later_does_not_open_a_closed_account_again(manager, front_desk):
    read_before = StaffMember.objects.get(pk=front_desk.pk)
    staffing.deactivate(staff=front_desk, by=manager)

    staffing.switch_shortcuts(staff=read_before, are_on=False, by=read_before)

    assert not StaffMember.objects.get(pk=front_desk.pk).is_active


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


def test_shortcuts_are_switched_by_each_person(front_desk):
    staffing.switch_shortcuts(staff=front_desk, are_on=False, by=front_desk)

    assert not StaffMember.objects.get(pk=front_desk.pk).shortcuts_enabled
