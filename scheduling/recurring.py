"""On which days something repeats: a pure rule, by python-dateutil."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as nth_weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKS, MONTHS = "weeks", "months"


@dataclass(frozen=True, slots=True)
class Rule:
    """Every so many weeks on a weekday, or on the nth such weekday of a month.

    `nth` is 1 to 4, or -1 for the last of the month; only for months. The first day
    is the first on or after `starts_on` that the rule means.
    """

    rhythm: str
    every: int
    weekday: int  # Monday is 0
    starts_on: date
    nth: int | None = None
    ends_on: date | None = None
    count: int | None = None

    def days(self, *, until: date) -> Iterator[date]:
        """The days of the rule, the first to the last or to `until`, both included."""
        nth = self.nth if self.rhythm == MONTHS else None
        last = min(until, self.ends_on) if self.ends_on else until
        found = rrule(
            MONTHLY if self.rhythm == MONTHS else WEEKLY,
            dtstart=datetime.combine(self.starts_on, time()),
            interval=self.every,
            byweekday=nth_weekday(self.weekday, nth),
            count=self.count,
        )
        for moment in found:
            if moment.date() > last:
                return
            yield moment.date()

    def goes_on_after(self, day: date) -> bool:
        """Whether there is any day of the rule after one."""
        if self.count is None and self.ends_on is None:
            return True
        return any(one > day for one in self.days(until=date.max))
