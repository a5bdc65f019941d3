"""How often something may happen, in all processes together."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from practice import limits
from tests.races.together import run_together

MINUTE = timedelta(minutes=1)


def press(who: str = "somebody", name: str = "presses") -> bool:
    return limits.allow(name, who, most=3, per=MINUTE)


@pytest.mark.django_db
def test_what_is_too_often_is_refused(now):
    assert [press() for _ in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_visitors_are_counted_apart(now):
    assert [press() for _ in range(4)][-1] is False

    assert press("somebody else")


@pytest.mark.django_db
def test_things_are_counted_apart(now):
    assert [press() for _ in range(4)][-1] is False

    assert press(name="reports")


@pytest.mark.django_db
def test_the_next_window_begins_anew(now):
    assert [press() for _ in range(4)][-1] is False

    with time_machine.travel(now + MINUTE, tick=False):
        assert press()


@pytest.mark.django_db
def test_who_asks_is_kept_as_a_digest_only(now):
    press("192.0.2.77")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM shared_cache")
        rows = cursor.fetchall()
    assert rows
    assert "192.0.2.77" not in str(rows)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_window_is_never_overbooked(now):
    outcome = run_together(12, lambda number: press())

    assert outcome.errors == []
    assert sorted(outcome.results) == [False] * 9 + [True] * 3
