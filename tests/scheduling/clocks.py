"""Days on which clocks change, and hours read off the clock minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

# An hour, half an hour (Lord Howe), at midnight (Santiago, Havana), south of the
# equator, at odd offsets, never.
ZONES = [
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Australia/Sydney",
    "America/St_Johns",
    "Asia/Kolkata",
    "America/Phoenix",
]
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 3), date(2027, 6, 1)


@cache
def changes(zone: str) -> list[date]:
    """The days of which the length is not a day's."""
    here = ZoneInfo(zone)
    days = [FIRST + DAY * number for number in range((LAST - FIRST).days)]
    return [
        day
        for day in days
        if midnight(day, here).utcoffset() != midnight(day + DAY, here).utcoffset()
    ]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


@st.composite
def days_in_zones(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day, every other one a day on which its clocks change."""
    zone = draw(st.sampled_from(ZONES))
    some = st.dates(FIRST, LAST)
    if changes(zone):
        some |= st.sampled_from(changes(zone))
    return zone, draw(some)


@cache
def shown(day: date, zone: str) -> list[tuple[int, int]]:
    """Each minute of a day, by the world's count, with what the clock then shows."""
    return list(_shown(day, ZoneInfo(zone)))


def _shown(day: date, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    at = int(midnight(day, zone).timestamp()) // 60 - 3 * 60
    for minute in range(at, at + 32 * 60):
        local = datetime.fromtimestamp(minute * 60, zone)
        if local.date() == day:
            yield minute, local.hour * 60 + local.minute


def reached(day: date, wall: int, zone: str) -> int:
    """When the clock first shows `wall` or more; the end of the day if never."""
    minutes = shown(day, zone)
    return next((at for at, clock in minutes if clock >= wall), minutes[-1][0] + 1)
