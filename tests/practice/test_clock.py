"""The product's only clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from practice import clock
from practice.models import ClockOffset
from practice.modes import Mode

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(clock, "_kept", (-clock._SECONDS_KEPT, timedelta(0)))


@pytest.fixture
def demo(settings, db):
    settings.MODE = Mode.DEMO


@pytest.fixture
def uptime(monkeypatch):
    """The machine's own seconds, to be moved by hand."""
    seconds = [1000.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: seconds[0])
    return seconds


def test_the_time_is_aware_and_in_utc(now):
    assert clock.now() == clock.real_now() == now
    assert clock.now().tzinfo is UTC


def test_an_instant_is_shown_as_the_wall_clock_shows_it():
    winter = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    summer = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)

    assert clock.local(winter, "America/New_York").hour == 10
    assert clock.local(summer, "America/New_York").hour == 11
    assert clock.local(summer, "America/Phoenix").hour == 8


def test_the_demos_clock_runs_ahead(demo, now):
    clock.shift(offset=26 * HOUR)

    assert clock.now() == now + 26 * HOUR
    assert clock.real_now() == now


def test_the_demos_clock_can_be_set_back(demo, now):
    clock.shift(offset=26 * HOUR)
    clock.shift(offset=-HOUR)

    assert clock.now() == now - HOUR
    assert ClockOffset.objects.count() == 1


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEMO])
def test_no_other_clock_is_moved(db, settings, mode):
    settings.MODE = mode

    with pytest.raises(RuntimeError, match="Only the demo"):
        clock.shift(offset=HOUR)
    assert not ClockOffset.objects.exists()


@pytest.mark.django_db
def test_an_offset_left_in_the_database_counts_in_the_demo_only(now):
    ClockOffset.objects.create(pk=1, offset=HOUR)

    assert clock.now() == now


def test_another_processes_shift_is_seen_within_a_second(demo, now, uptime):
    assert clock.now() == now
    ClockOffset.objects.create(pk=1, offset=HOUR)
    assert clock.now() == now

    uptime[0] += 1.1

    assert clock.now() == now + HOUR


def test_the_offset_is_not_read_for_every_question(
    demo, now, uptime, django_assert_num_queries
):
    with django_assert_num_queries(1):
        for _question in range(20):
            clock.now()
