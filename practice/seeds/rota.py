"""The demo's absences with their cover, and nine weeks of the on-call rota."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count, pairwise
from typing import TYPE_CHECKING

from practice import clock, duty, zones
from practice.models import AbsenceKind, Closure, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from practice.models import StaffMember
    from practice.seeds.houses import House
    from practice.seeds.team import Team

WEEKS = 4  # of the rota, before and after today
EVENING, MORNING = time(17), time(8)
# Nobody of these is away: what they leave open would be a second gap.
ON_CALL = (
    *("Tessa Nakagawa-Byrne", "Miriam Castellanos", "Walter Greyeyes"),
    *("Desmond Achebe", "Lillian Osterhaus", "Rafael Ontiveros"),
)
BEHIND_THEM = (
    "Lillian Osterhaus",
    "Miriam Castellanos",
    "Priya Raghunathan",
)  # second, at weekends
GAP_AFTER = 6  # days: the first weeknight from then on has nobody
DAY = timedelta(days=1)


def plan(house: House, team: Team, *, now: datetime) -> None:
    """Who is away and who answers for them, and who is on call when."""
    zone = house.practice.time_zone
    today = clock.local(now, zone).date()
    _absences(team, today, zone)
    _illness(team, today, zone, now=now)
    _rota(team, today, zone)


def _absences(team: Team, today: date, zone: str) -> None:
    rows = (
        ("Paulina Wierzbicka", "Rafael Ontiveros", AbsenceKind.LEAVE, -3, 6),
        ("Samir Haddad", "Desmond Achebe", AbsenceKind.TRAINING, 12, 14),
        ("Quentin Abernathy", "Hana Sedlák", AbsenceKind.ILLNESS, -23, -21),
        ("Denise Okafor", "Marisol Quintero", AbsenceKind.LEAVE, 24, 33),
    )
    for name, cover, kind, first, last in rows:
        duty.record_absence(
            staff=team[name],
            kind=kind,
            starts_at=zones.first_moment(today + first * DAY, zone),
            ends_at=zones.end_of(today + last * DAY, zone),
            cover=team[cover],
            by=team.manager,
        )


def _illness(team: Team, today: date, zone: str, *, now: datetime) -> None:
    """One is ill today; a manager is asked to name who covers."""
    duty.report_illness(
        staff=team["Hana Sedlák"],
        starts_at=zones.first_moment(today, zone),
        ends_at=zones.end_of(today, zone),
        cover=None,
        now=now,
    )


def _rota(team: Team, today: date, zone: str) -> None:
    """Turns from one evening to the next working morning; one weeknight is open."""
    first = today - timedelta(days=today.weekday(), weeks=WEEKS)
    names, has_gap = count(), False
    for evening, morning in _nights(first, today + timedelta(weeks=WEEKS)):
        turn = next(names)
        is_weeknight = morning - evening == DAY
        if not has_gap and is_weeknight and evening >= today + GAP_AFTER * DAY:
            has_gap = True
            continue
        starts_at = zones.instant(evening, EVENING, zone)
        ends_at = zones.instant(morning, MORNING, zone)
        first_called = team[ON_CALL[turn // 2 % len(ON_CALL)]]
        _put(team, first_called, starts_at, ends_at, 1)
        if not is_weeknight:
            free = [name for name in BEHIND_THEM if team[name] != first_called]
            _put(team, team[free[turn % len(free)]], starts_at, ends_at, 2)


def _put(
    team: Team, staff: StaffMember, starts_at: datetime, ends_at: datetime, rank: int
) -> None:
    duty.put_on_call(
        staff=staff, starts_at=starts_at, ends_at=ends_at, rank=rank, by=team.manager
    )


def _nights(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Each evening of a working day, with the next working morning."""
    shut = list(Closure.objects.filter(location=None, is_withdrawn=False))
    days = [first + number * DAY for number in range((last - first).days + 5)]
    working = [
        day
        for day in days
        if day.weekday() < Weekday.SATURDAY and not any(row.covers(day) for row in shut)
    ]
    yield from pairwise(working)
