"""When a text that we are closed may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from consent.purposes import Purpose
from messaging import campaign_hours
from practice.campaign_frames import Event

ZONE = "America/New_York"
HERE = ZoneInfo(ZONE)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda n: FIRST + timedelta(minutes=n))
AHEAD = st.integers(1, 72 * 60).map(lambda n: timedelta(minutes=n))


def event(starts_at):
    return Event("visit.closed", "1:1", 1, starts_at, 1, ZONE, starts_at)


def terms(now, starts_at):
    return campaign_hours.terms("closure", event(starts_at), zone=ZONE, now=now)


def at(hour, minute=0, day=3):
    return datetime(2026, 3, day, hour, minute, tzinfo=HERE)


@given(MOMENTS, AHEAD)
def test_at_night_it_waits_for_six_unless_they_would_set_out(now, ahead):
    found = terms(now, now + ahead).planned_at

    local = found.astimezone(HERE)
    is_day = 6 <= local.hour < 21
    assert found >= now
    assert is_day or found == now
    assert found <= now + ahead


@given(MOMENTS, AHEAD)
def test_it_is_urgent_for_the_next_day_only(now, ahead):
    urgent = ahead <= timedelta(hours=24)

    assert terms(now, now + ahead).purpose == (
        Purpose.URGENT if urgent else Purpose.CHANGE
    )


def test_at_five_it_goes_at_six():
    assert terms(at(5), at(10)).planned_at == at(6)


def test_who_would_set_out_at_six_hears_at_once():
    assert terms(at(5), at(7, 30)).planned_at == at(5)


def test_late_in_the_evening_it_goes_the_next_morning():
    assert terms(at(22), at(10, day=4)).planned_at == at(6, day=4)
