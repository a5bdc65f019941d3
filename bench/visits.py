"""The calendar of a bench's practice: the same visits on every day, for years.

So there is a day full of visits whenever the benches run, and the chart whose page is
measured has visits behind it and ahead. Of the last days nobody said how they went: the
board lists as many of those as it ever does.
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
UNTOLD = timedelta(days=4)
AHEAD = timedelta(days=2 * 365)  # nobody books further
FIRST_HOUR, MOST_A_DAY = 13, 8  # UTC
DESK = 5  # clinicians whose patients come to the desk on the first day


def settle(
    charts: Sequence[Patient],
    team: Sequence[StaffMember],
    place: Location,
    *,
    now: datetime,
) -> None:
    """A visit an hour with the first colleague, the charts taking turns."""
    who, others = team[2], team[3 : 3 + DESK]
    kind = catalogue.add_type(name=KIND, length=HOUR, clinicians=team[2:], by=BY)
    people = cycle(charts)
    told = [
        (who, at, Status.COMPLETED if at < now - UNTOLD else Status.SCHEDULED)
        for at in _hours(now, min(len(charts), MOST_A_DAY))
    ]
    told += [(one, *stands) for one in others for stands in _at_ten(now)]
    admit_many(
        visits=[
            KnownVisit(
                plan=Plan(kind, one, place, starts_at),
                patient=next(people),
                booked_at=now - BEHIND,
                status=status,
            )
            for one, starts_at, status in told
        ],
        by=BY,
    )


def _at_ten(now: datetime) -> Iterator[tuple[datetime, Status]]:
    """The first day of the others, as a desk has it in the middle of the morning."""
    known = [Status.SCHEDULED, Status.IN_SESSION, Status.ARRIVED, Status.CONFIRMED]
    first = datetime.combine(now, time(FIRST_HOUR), UTC)
    for hour in range(MOST_A_DAY):
        yield first + hour * HOUR, known[min(hour, 3)]


def _hours(now: datetime, a_day: int) -> Iterator[datetime]:
    day, last = now - BEHIND, now + AHEAD
    while day < last:
        first = datetime.combine(day, time(FIRST_HOUR), UTC)
        yield from (first + hour * HOUR for hour in range(a_day))
        day += DAY
