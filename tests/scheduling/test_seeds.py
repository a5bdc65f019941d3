"""The demo's calendar."""

from __future__ import annotations

import pytest

from practice import announcements
from practice import seeds as ground
from scheduling import risk_history, seeds
from scheduling.models import Appointment, Attendee, Series
from scheduling.risk_rule import learn
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


def test_half_a_year_is_behind_and_weeks_are_ahead():
    starts = Appointment.objects.order_by("starts_at").values_list(
        "starts_at", flat=True
    )

    assert (NOW - starts.first()).days > 150
    assert (starts.last() - NOW).days > 20
    assert Series.objects.exists()


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


def test_the_past_teaches_who_may_need_an_extra_call():
    seen = [one.case for one in risk_history.past(now=NOW)]

    weights = learn(seen).weights

    assert weights["earlier"] > 0.3
