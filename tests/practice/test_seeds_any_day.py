"""The demo is built on whatever day it is started, and always the same on that day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from practice import seeds
from practice.models import ContactPoint, Patient, Task
from tests.cast import MONDAY

FEW = 260  # enough for every story
pytestmark = pytest.mark.django_db


def built(now):
    """Everybody whom a small demo holds, in words; then it is gone again."""
    with transaction.atomic():
        seeds.seed(now=now, people=FEW)
        people = Patient.objects.order_by("pk")
        found = [
            list(people.values_list("given_name", "family_name", "born_on", "state")),
            list(ContactPoint.objects.order_by("pk").values_list("phone", "email")),
            list(Task.objects.order_by("pk").values_list("title", "due_at")),
        ]
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 8, 8, 30, tzinfo=UTC),  # the clocks go forward
        datetime(2026, 11, 1, 6, 30, tzinfo=UTC),  # an hour comes twice
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),  # a leap day, late
    ],
)
def test_the_demo_can_be_built_on_any_day(now):
    people, _contacts, tasks = built(now)

    assert len(people) >= FEW
    assert tasks


def test_the_same_day_makes_the_same_demo():
    assert built(MONDAY) == built(MONDAY)
