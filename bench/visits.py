"""The calendar of a bench's practice: the same visits on every day, for years.

So there is a day full of visits whenever the benches run, and the chart whose page is
measured has visits behind it and ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import cycle

from practice.models import Location, Patient, StaffMember
from practice.trail import Automation
from scheduling import catalogue
from scheduling.booking import Plan
from scheduling.bringing_in import KnownVisit, admit_many
from scheduling.states import Status

BY, KIND = Automation("bench"), "Follow-up"
DAY, HOUR, BEHIND = timedelta(days=1), timedelta(hours=1), timedelta(days=28)
AHEAD = timedelta(days=2 * 365)  # nobody books further
FIRST_HOUR, MOST_A_DAY = 13, 8  # UTC


def settle(
    charts: Sequence[Patient],
    team: Sequence[StaffMember],
    place: Location,
    *,
    now: datetime,
) -> None:
    """A visit an hour with the first colleague, the charts taking turns."""
    who = team[2]
    kind = catalogue.add_type(name=KIND, length=HOUR, clinicians=[who], by=BY)
    people = cycle(charts)
    admit_many(
        visits=[
            KnownVisit(
                plan=Plan(kind, who, place, starts_at),
                patient=next(people),
                booked_at=now - BEHIND,
                status=Status.COMPLETED if starts_at < now else Status.SCHEDULED,
            )
            for starts_at in _hours(now, min(len(charts), MOST_A_DAY))
        ],
        by=BY,
    )


def _hours(now: datetime, a_day: int) -> Iterator[datetime]:
    day, last = now - BEHIND, now + AHEAD
    while day < last:
        first = datetime.combine(day, time(FIRST_HOUR), UTC)
        yield from (first + hour * HOUR for hour in range(a_day))
        day += DAY
