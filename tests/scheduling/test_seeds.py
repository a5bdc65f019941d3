"""The demo's calendar."""

from __future__ import annotations

import pytest
from django.db.models import Count, Q

from practice import announcements
from practice import seeds as ground
from practice.models import ContactPoint, StaffMember, Task
from practice.states import PatientState
from scheduling import interpreting, risk_history, seeds
from scheduling.models import Appointment, AppointmentType, Attendee, Series
from scheduling.risk_rule import learn
from scheduling.seeds.told import UNBOOKED
from scheduling.states import AHEAD, OPEN, OUTCOMES, Status
from tests import cast

NOW = cast.MONDAY
FEW = 150


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    """Built once for this file, and taken back after it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        ground.seed(now=NOW, people=FEW)
        seeds.seed(now=NOW)
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.walk, pytest.mark.usefixtures("calendar", "db")]


def test_half_a_year_is_behind_and_half_a_year_ahead():
    starts = Appointment.objects.order_by("starts_at").values_list(
        "starts_at", flat=True
    )

    assert (NOW - starts.first()).days > 150
    assert (starts.last() - NOW).days > 150
    assert Series.objects.exists()


def test_every_type_has_visits_behind_and_ahead():
    for kind in AppointmentType.objects.all():
        starts = kind.appointments.values_list("starts_at", flat=True)

        assert max(starts) > NOW, kind.name
        assert kind.seats == 2 or min(starts) < NOW, kind.name


def test_every_clinician_with_a_few_patients_has_visits():
    leads = Q(cares_for__is_lead=True, cares_for__patient__state=PatientState.ACTIVE)
    busy = StaffMember.objects.annotate(count=Count("cares_for", filter=leads))
    idle = busy.filter(count__gt=2, is_clinician=True, appointments=None)

    assert busy.filter(count__gt=2).count() > 5
    assert not idle.exists()


def test_a_group_meets_a_couple_comes_and_two_are_there_on_purpose():
    live = Appointment.objects.live().annotate(people=Count("attendees"))
    ahead = live.filter(starts_at__gt=NOW)

    assert ahead.filter(type__seats__gt=2, people__gt=3).exists()
    assert ahead.filter(type__seats=2, people=2).exists()
    assert ahead.exclude(double_of=None).exists()
    assert ahead.exclude(desk_note="").exists()


def test_what_is_behind_went_in_different_ways():
    ended = Attendee.objects.filter(appointment__ends_at__lt=NOW)

    statuses = set(ended.values_list("status", flat=True))
    assert statuses >= OUTCOMES
    assert statuses & AHEAD  # some of yesterday still lack theirs


def test_nobody_ahead_came_or_was_missed():
    ahead = Attendee.objects.filter(appointment__starts_at__gt=NOW)

    assert set(ahead.values_list("status", flat=True)) <= OPEN | {Status.CALLED_OFF}


def test_almost_everybody_was_told_of_their_visits():
    left = announcements.by_hand(now=NOW).filter(ids__has_key="appointment")

    assert 0 < left.count() <= 5


def test_the_desk_has_booked_the_interpreters_of_the_next_days():
    asked = Task.objects.filter(kind=interpreting.KIND)

    assert asked.open().count() == UNBOOKED
    assert asked.exclude(done_at=None).count() > UNBOOKED


def test_the_past_teaches_who_may_need_an_extra_call():
    seen = [one.case for one in risk_history.past(now=NOW)]

    weights = learn(seen).weights

    assert weights["earlier"] > 0.3


def test_beside_another_somebody_sits_in_the_room_that_is_nobodys_own():
    second = Appointment.objects.exclude(double_of=None).get()

    team = second.location.placements.filter(is_current=True, staff__is_clinician=True)

    assert second.room.name == f"Room {team.count() + 1}"


def test_two_who_come_on_one_day_share_a_phone_and_agreed_to_one_text():
    first, second = ContactPoint.objects.filter(may_join_texts=True)

    assert first.phone == second.phone
    assert first.patient != second.patient
