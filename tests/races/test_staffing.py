"""Two people at the same account, absence or rota at the same moment."""

from __future__ import annotations

from copy import copy

import pytest

from practice import duty, locations, staffing
from practice.models import (
    Absence,
    Clinician,
    Closure,
    OnCallShift,
    Role,
    StaffLocation,
    StaffMember,
    Task,
)
from tests import cast
from tests.races.together import ROUNDS, run_together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW.replace(hour=20)


def together(*acts):
    return run_together(len(acts), lambda number: acts[number]())


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_account_that_is_closed_stays_closed_whatever_else_is_saved(
    manager, front_desk, _round
):
    first, second, third = (copy(front_desk) for _reader in range(3))

    outcome = together(
        lambda: staffing.deactivate(staff=first, by=manager),
        lambda: staffing.switch_shortcuts(staff=second, are_on=False, by=BY),
        lambda: staffing.change_staff(staff=third, name="Fay", phone="", by=BY),
    )

    left = StaffMember.objects.get(pk=front_desk.pk)
    assert outcome.errors == []
    assert (left.is_active, left.shortcuts_enabled, left.name) == (False, False, "Fay")


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_managers_do_not_close_each_others_accounts(location, _round):
    one, two = (cast.make_staff(Role.MANAGER, at=location) for _person in range(2))

    outcome = together(
        lambda: staffing.deactivate(staff=two, by=one),
        lambda: staffing.deactivate(staff=one, by=two),
    )

    assert [type(error) for error in outcome.errors] == [staffing.LastManager]
    assert StaffMember.objects.holding(Role.MANAGER).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_change_each_other_do_not_wait_for_ever(location, _round):
    one, two = (cast.make_staff(Role.MANAGER, at=location) for _person in range(2))

    outcome = together(
        lambda: staffing.change_staff(staff=two, name="Two", phone="", by=one),
        lambda: staffing.change_staff(staff=one, name="One", phone="", by=two),
    )

    assert outcome.errors == []
    names = StaffMember.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["One", "Two"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_somebody_placed_twice_at_once_is_there_once(
    front_desk, location, far_location, _round
):
    places = [location, far_location]

    outcome = run_together(
        4, lambda _number: staffing.place(staff=front_desk, locations=places, by=BY)
    )

    assert outcome.errors == []
    assert StaffLocation.objects.filter(staff=front_desk).count() == 2


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_clinician_described_twice_at_once_is_one(location, _round):
    person = cast.make_staff(Role.CLINICIAN, at=location)
    facts = {"credentials": "LCSW", "speciality": "Counselling"}

    outcome = run_together(
        4, lambda _number: staffing.describe_clinician(staff=person, by=BY, **facts)
    )

    assert outcome.errors == []
    assert Clinician.objects.filter(staff=person).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_closure_withdrawn_and_restored_at_once_is_what_was_said_last(
    location, _round
):
    day = NOW.date()
    closure = locations.close_for(
        location=location, starts_on=day, ends_on=day, reason="Snow", by=BY
    )

    outcome = together(
        lambda: locations.withdraw_closure(closure=copy(closure), by=BY),
        lambda: locations.restore_closure(closure=copy(closure), by=BY),
    )

    left = Closure.objects.get()
    last = left.history.latest("history_id")
    assert outcome.errors == []
    assert left.is_withdrawn == (last.history_change_reason.endswith("withdrawn"))


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_absence_and_what_it_asks_of_managers_are_withdrawn_together(
    clinician, _round
):
    absence = duty.report_illness(
        staff=clinician, starts_at=NOW, ends_at=LATER, cover=None, now=NOW
    )

    outcome = together(
        lambda: duty.withdraw_absence(absence=copy(absence), by=BY),
        lambda: duty.restore_absence(absence=copy(absence), by=BY),
    )

    assert outcome.errors == []
    assert Absence.objects.get().is_withdrawn == Task.objects.get().is_withdrawn


@pytest.mark.parametrize("_round", ROUNDS)
def test_one_place_on_the_rota_is_restored_to_one(location, _round):
    shifts = [_withdrawn_shift(location) for _person in range(4)]

    outcome = run_together(
        4, lambda number: duty.restore_on_call(shift=shifts[number], by=BY)
    )

    assert {type(error) for error in outcome.errors} == {duty.AlreadyOnCall}
    assert OnCallShift.objects.filter(is_withdrawn=False).count() == 1


def _withdrawn_shift(location):
    shift = duty.put_on_call(
        staff=cast.make_clinician(at=location),
        starts_at=NOW,
        ends_at=LATER,
        rank=1,
        by=BY,
    )
    return duty.withdraw_on_call(shift=shift, by=BY)
