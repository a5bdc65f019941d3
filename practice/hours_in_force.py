"""From when to when weekly duty hours hold: always, for a time, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q

from practice.locations import Span, week_in_words
from practice.models import DutyHours, StaffMember

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from practice.models.base import RecordedQuerySet

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From a first day to a last, both included; none means without an end."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, row: DutyHours) -> Self:
        return cls(row.starts_on, row.ends_on)

    def meets(self, other: Period) -> bool:
        """Whether some day lies in both."""
        begins = self.first is None or other.last is None or self.first <= other.last
        ends = self.last is None or other.first is None or other.first <= self.last
        return begins and ends

    def covers(self, other: Period) -> bool:
        """Whether every day of another lies in this one."""
        begins = self.first is None or (
            other.first is not None and self.first <= other.first
        )
        ends = self.last is None or (other.last is not None and other.last <= self.last)
        return begins and ends

    def without(self, other: Period) -> Sequence[Period]:
        """What is left of it before and after another that it meets."""
        rest = []
        if other.first is not None and (self.first is None or self.first < other.first):
            rest.append(Period(self.first, other.first - DAY))
        if other.last is not None and (self.last is None or other.last < self.last):
            rest.append(Period(other.last + DAY, self.last))
        return rest


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Plan:
    """Weekly hours that hold from a day on."""

    first: date
    spans: Sequence[Span]

    @property
    def week(self) -> Sequence[tuple[str, str]]:
        return week_in_words(self.spans)


def weekly_rows(staff: StaffMember) -> RecordedQuerySet[DutyHours]:
    """Somebody's weekly hours: all rows but those of one day, which stand beside."""
    is_longer = Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
    rows: RecordedQuerySet[DutyHours] = DutyHours.objects.filter(
        is_longer, staff=staff, is_current=True
    )
    return rows


def plans(rows: Iterable[DutyHours], *, today: date) -> list[Plan]:
    """The weekly hours that hold today, and each change of them that is to come."""
    known = list(rows)
    days = {today}
    for row in known:
        if row.starts_on is not None and row.starts_on > today:
            days.add(row.starts_on)
        if row.ends_on is not None and row.ends_on >= today:
            days.add(row.ends_on + DAY)
    found: list[Plan] = []
    for day in sorted(days):
        here = Period(day, day)
        spans = sorted(
            (row.weekday, row.starts, row.ends)
            for row in known
            if here.meets(Period.of(row))
        )
        if not found or spans != found[-1].spans:
            found.append(Plan(day, spans))
    return found
