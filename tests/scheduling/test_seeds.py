"""The demo's calendar."""

from __future__ import annotations

import pytest

from practice import seeds as ground
from scheduling import seeds
from scheduling.models import Appointment, Attendee, Series
from scheduling.states import AHEAD, OPEN, OUTCOMES
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


def test_nobody_ahead_has_an_outcome():
    ahead = Attendee.objects.filter(appointment__starts_at__gt=NOW)

    assert set(ahead.values_list("status", flat=True)) <= OPEN
