"""The minutes of one day of the calendar, and what the clock on the wall shows then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import get_language

from scheduling.diary_layout import HOUR, row_of
from scheduling.minutes import DAY, instant_of, on_wall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scheduling.slots import Span

ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - a clock on the wall has no zone


@dataclass(frozen=True, slots=True)
class Scale:
    """The minutes of one day in one zone."""

    day: date
    zone: str
    begins: int  # since 1970
    length: int  # minutes; the clocks change on a day that has not 1440
    is_by_wall: bool = False

    @classmethod
    def of(cls, day: date, zone: str, *, is_by_wall: bool = False) -> Scale:
        begins = on_wall(day, 0, zone)
        length = on_wall(day, DAY, zone) - begins
        return cls(day, zone, begins, length, is_by_wall)

    @property
    def is_steady(self) -> bool:
        return self.length == DAY

    @property
    def extent(self) -> int:
        """How many minutes the day takes on the sheet."""
        return DAY if self.is_by_wall else self.length

    def place(self, starts: int, ends: int) -> Span | None:
        """A span of minutes since 1970 as minutes of this day, if it touches it."""
        first, last = starts - self.begins, ends - self.begins
        if 0 <= first < last <= self.length == DAY:
            return first, last
        if last <= 0 or first >= self.length:
            return None
        if self.is_by_wall and not self.is_steady:
            length = last - first
            first = self._wall(starts) if first > 0 else 0
            last = min(first + length, DAY)
        return max(first, 0), min(last, self.extent)

    def wall(self, minute: int) -> int:
        """The minute of the day that the clock shows at a minute since 1970."""
        since = minute - self.begins
        if self.is_steady and 0 <= since <= DAY:
            return since % DAY
        return self._wall(minute)

    def clock(self, minute: int) -> str:
        """What the clock shows at a minute since 1970: 9:05 AM."""
        return spoken(self.wall(minute))

    def hours(self, first: int, last: int) -> Iterator[Hour]:
        """The full hours between two minutes of the sheet."""
        seen: set[int] = set()
        for minute in range(first, last, HOUR):
            wall = minute if self.is_by_wall else self._wall(self.begins + minute)
            yield Hour(row_of(minute), wall, spoken(wall), wall in seen)
            seen.add(wall)

    def _wall(self, minute: int) -> int:
        local = instant_of(minute).astimezone(ZoneInfo(self.zone))
        return local.hour * HOUR + local.minute


class Hour(NamedTuple):
    """One full hour of a sheet, as its edge says it."""

    row: int
    wall: int  # minute of the day on the wall
    words: str
    is_again: bool  # the second of two, when the clocks go back


def spoken(wall: int) -> str:
    """A minute of the day as the clock shows it: 9:05 AM."""
    return _spoken(wall, get_language())


@lru_cache(maxsize=4 * DAY)
def _spoken(wall: int, _language: str | None) -> str:
    return time_format((ANY_DAY + timedelta(minutes=wall)).time())
