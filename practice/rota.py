"""The on-call rota over some days: whose turn it is, and when nobody answers.

A time counts as answered while somebody is on call and not away, or while the
doors of a location are open. What is left is a gap.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from practice import zones
from practice.models import Absence, Closure, LocationHours, OnCallShift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn on the rota, with the part of it in which its person is away."""

    shift: OnCallShift
    away: Sequence[Stretch]

    @property
    def answered(self) -> Sequence[Stretch]:
        """When this turn's person can really be called."""
        if not self.shift.staff.is_active:
            return []
        return subtract([(self.shift.starts_at, self.shift.ends_at)], self.away)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a turn, or of a gap, falls on one day; None where it goes on."""

    turn: Turn | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_first: bool  # it begins on this day


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the rota: its turns, then its gaps."""

    date: date
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Rota:
    """The rota from one midnight to another, by the practice's clock."""

    zone: str
    first: date
    days: int
    turns: Sequence[Turn]
    gaps: Sequence[Stretch]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def weeks(self) -> list[list[Day]]:
        """The days in rows of seven, each with the turns that touch it."""
        days = [self._day(self.first + timedelta(days=n)) for n in range(self.days)]
        return [days[n : n + 7] for n in range(0, len(days), 7)]

    def _day(self, day: date) -> Day:
        starts = zones.first_moment(day, self.zone)
        ends = zones.end_of(day, self.zone)
        turns = [
            _part(turn, (turn.shift.starts_at, turn.shift.ends_at), starts, ends)
            for turn in self.turns
        ]
        gaps = [_part(None, gap, starts, ends) for gap in self.gaps]
        return Day(day, [part for part in (*turns, *gaps) if part])


def rota(*, first: date, days: int, zone: str, now: datetime) -> Rota:
    """The rota of some days by the clock of `zone`; gaps are those still ahead."""
    starts = zones.first_moment(first, zone)
    ends = zones.first_moment(first + timedelta(days=days), zone)
    turns = _turns(starts, ends)
    answered = [part for turn in turns for part in turn.answered]
    answered += opening_times(first - timedelta(days=1), days + 2)
    ahead = [(max(starts, now), ends)] if now < ends else []
    gaps = subtract(ahead, answered)
    return Rota(zone=zone, first=first, days=days, turns=turns, gaps=gaps)


def opening_times(first: date, days: int) -> list[Stretch]:
    """When the doors of any active location are open, closures left out."""
    hours = LocationHours.objects.filter(is_current=True, location__is_active=True)
    last = first + timedelta(days=days)
    closures = list(
        Closure.objects.filter(
            is_withdrawn=False, starts_on__lte=last, ends_on__gte=first
        )
    )
    by_weekday: dict[int, list[LocationHours]] = defaultdict(list)
    for row in hours.select_related("location"):
        by_weekday[row.weekday].append(row)
    return [
        _opening(row, day)
        for day in (first + timedelta(days=number) for number in range(days))
        for row in by_weekday[day.weekday()]
        if not _is_shut(row.location_id, day, closures)
    ]


def subtract(whole: Iterable[Stretch], parts: Iterable[Stretch]) -> list[Stretch]:
    """What of `whole` lies in none of `parts`."""
    left = sorted(whole)
    for start, end in parts:
        left = [
            piece
            for begins, ends in left
            for piece in ((begins, min(ends, start)), (max(begins, end), ends))
            if piece[0] < piece[1]
        ]
    return left


def _turns(starts: datetime, ends: datetime) -> list[Turn]:
    """Every turn that touches the time, with its person's absences."""
    shifts = list(
        OnCallShift.objects.filter(
            is_withdrawn=False, starts_at__lt=ends, ends_at__gt=starts
        ).select_related("staff")
    )
    absences: dict[int, list[Stretch]] = defaultdict(list)
    rows = Absence.objects.filter(
        is_withdrawn=False,
        staff__in={shift.staff_id for shift in shifts},
        starts_at__lt=max([shift.ends_at for shift in shifts], default=ends),
        ends_at__gt=min([shift.starts_at for shift in shifts], default=starts),
    )
    for row in rows:
        absences[row.staff_id].append((row.starts_at, row.ends_at))
    return [Turn(shift, _within(shift, absences[shift.staff_id])) for shift in shifts]


def _part(
    turn: Turn | None, whole: Stretch, starts: datetime, ends: datetime
) -> Part | None:
    """What of a turn or gap falls between two midnights, if anything does."""
    if whole[0] >= ends or whole[1] <= starts:
        return None
    return Part(
        turn,
        whole[0] if whole[0] > starts else None,
        whole[1] if whole[1] < ends else None,
        is_first=whole[0] >= starts,
    )


def _within(shift: OnCallShift, away: Iterable[Stretch]) -> list[Stretch]:
    return [
        (max(start, shift.starts_at), min(end, shift.ends_at))
        for start, end in away
        if start < shift.ends_at and end > shift.starts_at
    ]


def _opening(row: LocationHours, day: date) -> Stretch:
    """The instants of one weekday's hours; where the clocks jump, the later one."""
    zone = ZoneInfo(row.location.time_zone)
    opens = datetime.combine(day, row.opens, zone)
    closes = datetime.combine(day, row.closes, zone)
    # In UTC: two times of one zone compare by their wall clock, which jumps.
    return opens.astimezone(UTC), closes.astimezone(UTC)


def _is_shut(location_id: int, day: date, closures: Iterable[Closure]) -> bool:
    return any(
        row.location_id in (None, location_id) and row.covers(day) for row in closures
    )
