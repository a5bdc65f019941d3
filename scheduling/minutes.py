"""Wall-clock times as minutes: what the slot search counts in.

A minute here is a whole minute since 1 January 1970 in UTC. A day's times become
minutes by the zone's offset on that day; only on the days on which the clocks
change is each time looked at by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 24 * 60
LAST = (date(2100, 1, 1).toordinal() - EPOCH_DAY) * DAY  # that a page may name


def minute_of(at: datetime) -> int:
    """The minute in which an aware instant lies."""
    return int(at.timestamp() // 60)


def instant_of(minute: int) -> datetime:
    """The aware instant, in UTC, at which a minute begins."""
    return datetime.fromtimestamp(minute * 60, UTC)


def named(number: int) -> datetime | None:
    """The instant that a page or an address names; None for what no page offered."""
    return instant_of(number) if 0 < number < LAST else None


def on_wall(day: date, minute_of_day: int, zone: str) -> int:
    """The minute at which the clock of `zone` shows a time of `day`.

    `minute_of_day` is 0 to 1440; 1440 is the midnight that ends the day. A time that
    the clocks jump over is the moment at which they do: hours that end in the gap
    have ended, and hours within it do not take place. One that comes twice is the
    first of the two.
    """
    offset = _steady_offset(day, zone)
    if offset is None:
        return _exactly(day, minute_of_day, zone)
    return (day.toordinal() - EPOCH_DAY) * DAY + minute_of_day - offset


@lru_cache(maxsize=4096)
def _steady_offset(day: date, zone: str) -> int | None:
    """Minutes that `zone` is ahead of UTC all of `day`; None if that changes."""
    here = ZoneInfo(zone)
    begins = datetime.combine(day, time(), here)
    ends = datetime.combine(day + timedelta(days=1), time(), here)
    first, last = begins.utcoffset(), ends.utcoffset()
    if first != last or first is None:
        return None
    return int(first.total_seconds() // 60)


def _exactly(day: date, minute_of_day: int, zone: str) -> int:
    extra, rest = divmod(minute_of_day, DAY)
    wall, here = time(rest // 60, rest % 60), ZoneInfo(zone)
    local = datetime.combine(day + timedelta(days=extra), wall, here)
    found, other = minute_of(local), minute_of(local.replace(fold=1))
    if other >= found:
        return found
    # In a gap the two readings lie around the jump.
    after = instant_of(found).astimezone(here).utcoffset()
    stretch = range(other, found)

    def is_after(at: int) -> bool:
        return instant_of(at).astimezone(here).utcoffset() == after

    return other + bisect_left(stretch, True, key=is_after)  # noqa: FBT003 - sought
