"""Who looked at a chart: one line for each person and day, which unfolds to looks.

Who took the chart out in a file has it before their eyes too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from practice import telling, trail_search
from practice.access import Capability, may
from practice.models import CareTeamMember
from practice.trail_search import LEARNT, Place, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from practice.models import StaffMember, TrailEntry

MOST = 400  # looks on one page of the report


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, at which page, what for."""

    at: datetime
    page: str
    purpose: str
    glass: int | None
    is_list: bool  # the chart was one of several on the page


@dataclass(frozen=True, slots=True)
class Visit:
    """What one person looked at on one day."""

    day: date
    actor_id: int | None
    actor: str
    looks: Sequence[Look]

    @property
    def purposes(self) -> Sequence[str]:
        return list(dict.fromkeys(look.purpose for look in self.looks))

    @property
    def is_by_glass(self) -> bool:
        return any(look.glass for look in self.looks)


@dataclass(frozen=True, slots=True)
class Report:
    """Who looked, the newest first; where to go on, or None."""

    visits: Sequence[Visit]
    after: Place | None


def may_see_looks(staff: StaffMember, patient_ids: Sequence[int]) -> bool:
    """Whether somebody may see who looked: at all charts, or at those in their care."""
    if may(staff, Capability.READ_TRAIL):
        return True
    if not may(staff, Capability.SEE_LOOKS):
        return False
    team = CareTeamMember.objects.filter(staff=staff, ended_at=None)
    return team.filter(patient__in=patient_ids).exists()


def report(wish: Wish, *, zone: str, before: Place | None = None) -> Report:
    """Who looked at the charts of a wish: whole days, unless one is too long."""
    found = trail_search.page(replace(wish, what=LEARNT), before=before, size=MOST)
    lines, after = list(found.lines), found.after
    if after is not None:
        last = _day(after.at, zone)
        whole = [line for line in lines if _day(line.at, zone) != last]
        lines = whole or lines
        after = Place.of(lines[-1])
    return Report(_visits(lines, zone), after)


def _visits(lines: Sequence[TrailEntry], zone: str) -> Sequence[Visit]:
    """One for each person and day; who came last on a day is first."""
    visits = []
    for day, on_day in groupby(lines, key=lambda line: _day(line.at, zone)):
        by_person: dict[tuple[int | None, str], list[Look]] = {}
        for line in on_day:
            person = (line.actor_id, line.actor)
            by_person.setdefault(person, []).append(_look(line))
        visits += [Visit(day, *person, looks) for person, looks in by_person.items()]
    return visits


def _look(line: TrailEntry) -> Look:
    is_look = telling.is_look(line.kind)
    return Look(
        at=line.at,
        page=telling.page_words(line.kind),
        purpose=telling.purpose_of(line.reason if is_look else telling.FILE),
        glass=telling.glass_of(line.reason),
        is_list=line.patient_id is None,
    )


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
