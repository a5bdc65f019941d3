"""The pump wakes the worker now and then, and never piles up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from practice import clock, tasks
from practice.pump import AT_ONCE, TICK, Pump

pytestmark = pytest.mark.django_db


@pytest.fixture
def pump(monkeypatch):
    """A pump that may ask at every call, and keeps the test's connection."""
    monkeypatch.setattr("practice.pump.close_old_connections", lambda: None)
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)
    return Pump(every=0)


def take(row):
    """As the queue does: locked until it gives up on whoever took it."""
    OrmQ.objects.filter(pk=row.pk).update(lock=clock.real_now() + timedelta(minutes=5))


def test_it_wakes_the_worker_with_nothing_but_a_name(pump):
    assert pump.ask()

    package = OrmQ.objects.get().task
    assert (package["func"], package["args"], package["kwargs"]) == (TICK, (), {})
    assert import_string(TICK) is tasks.tick


def test_a_wake_up_that_waits_is_enough(pump):
    pump.ask()

    assert not pump.ask()
    assert OrmQ.objects.count() == 1


def test_while_one_is_at_work_one_more_may_come(pump):
    for _ in range(AT_ONCE + 2):
        pump.ask()
        take(OrmQ.objects.last())

    assert OrmQ.objects.count() == AT_ONCE


def test_when_the_work_is_done_it_asks_again(pump):
    for _ in range(AT_ONCE):
        pump.ask()
        take(OrmQ.objects.last())
    OrmQ.objects.first().delete()

    assert pump.ask()


def test_what_others_put_into_the_queue_does_not_stop_it(pump):
    for _ in range(5):
        Pump(every=0).ask()

    assert pump.ask()


def test_for_a_new_worker_it_starts_over(pump):
    for _ in range(AT_ONCE):
        pump.ask()
        take(OrmQ.objects.last())

    pump.start_over()

    assert pump.ask()
    assert OrmQ.objects.count() == 1


def test_it_asks_only_now_and_then(pump):
    slow = Pump(every=60)

    assert [slow.ask(), slow.ask()] == [True, False]

    OrmQ.objects.all().delete()
    assert not slow.ask()
