"""The desk's day in short: everybody is counted, the first of each list are shown.

The board tells the whole of it. What stands here is a part of the board's own lines,
in the same order and with the same counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from practice import zones
from practice.models import StaffLocation
from practice.prepared import prepared
from scheduling.board import MOST_EARLIER, OVERRUN, Lane, some_of
from scheduling.models import Attendee
from scheduling.namesakes import Called, alike
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember
    from scheduling.board import Board

# How many of each list: the page is opened all day, and has other things to say.
SHOWN = {Lane.EXPECTED: 8, Lane.ARRIVED: 5, Lane.IN_SESSION: 3, Lane.MISSING: 2}
UNCONFIRMED = "unconfirmed"
MOST = 600  # those of a day, and the newest of those before without an outcome
AHEAD_OF_NOW = timedelta(hours=30)
_TOLD = ("appointment_id", "status", "status_at")
_NAMES = ("given_name", "preferred_name", "family_name")
_CALLED = (
    Coalesce("patient__merged_into", "patient"),
    *(
        Case(
            When(patient__merged_into=None, then=F(f"patient__{name}")),
            default=F(f"patient__merged_into__{name}"),
        )
        for name in _NAMES
    ),
)
_WHEN = ("appointment__starts_at", "appointment__ends_at")
_PLACE = ("appointment__location__time_zone", "appointment__location")


@dataclass(frozen=True, slots=True)
class DeskDay:
    """Some lines of each list, and how many there are of each."""

    board: Board
    counts: Counter[str]

    @property
    def digest(self) -> str:
        """Changes with whatever stands here; not with minutes that pass."""
        counts = ".".join(f"{name}{n}" for name, n in sorted(self.counts.items()))
        return f"{self.board.digest}-{counts}"


class _Row(NamedTuple):
    """The columns of one attendee that decide where they stand."""

    visit_id: int
    status: str
    status_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: int
    called: Called

    @classmethod
    def read(cls, row: Sequence[Any]) -> _Row:
        return cls._make([*row[:-4], Called(*row[-4:])])

    def lane(self, now: datetime) -> Lane:
        if self.ends_at <= now - OVERRUN:
            return Lane.MISSING
        if self.status in AHEAD:
            return Lane.EXPECTED
        is_here = self.status == Status.ARRIVED
        return Lane.ARRIVED if is_here else Lane.IN_SESSION


def read(staff: StaffMember, *, own_zone: str, now: datetime) -> DeskDay:
    """The day at this person's places; the same queries for any number of visits.

    Of visits in `own_zone`, the practice's, no zone is said.
    """
    # A couple that came together is one line.
    rows = _rows(staff, now)
    stands = {
        (row.lane(now), row.visit_id, row.status): row
        for row in rows
        if row.status in OPEN
    }
    counts = Counter(str(lane) for lane, _visit, _status in stands)
    counts[UNCONFIRMED] = sum(
        (lane, status) == (Lane.EXPECTED, Status.SCHEDULED)
        for lane, _visit, status in stands
    )
    shown = {visit for lane in SHOWN for visit in _first(lane, stands)}
    today = zones.local_day(now, zones.of_staff(staff))
    same = alike(rows, attrgetter("called"), day=attrgetter("place"))
    board = some_of(
        staff,
        shown,
        beside=[row.visit_id for row in same],
        day=today,
        own_zone=own_zone,
        now=now,
    )
    return DeskDay(board, counts)


def _rows(staff: StaffMember, now: datetime) -> Sequence[_Row]:
    """Everybody of today at this person's places, and who is open of earlier days.

    Who came or cancelled today is counted nowhere, but may have another one's name.
    """
    after, before = now - AHEAD_OF_NOW, now + AHEAD_OF_NOW
    told = map(_Row.read, _newest(staff=staff.pk, after=after, before=before))

    @cache
    def day_of(zone: str) -> tuple[datetime, datetime]:
        today = zones.local_day(now, zone)
        return zones.first_moment(today, zone), zones.end_of(today, zone)

    found = [
        row
        for row in told
        if row.starts_at < day_of(row.zone)[1]
        and (row.status in OPEN or row.starts_at >= day_of(row.zone)[0])
    ]
    # Of a day before, without an outcome: of these the board lists the newest.
    earlier = dict.fromkeys(
        row.visit_id
        for row in found
        if row.starts_at < day_of(row.zone)[0] and row.lane(now) == Lane.MISSING
    )
    left_out = set(list(earlier)[MOST_EARLIER:])
    return [row for row in reversed(found) if row.visit_id not in left_out]


@prepared
def _newest(staff: Any, after: Any, before: Any) -> QuerySet[Attendee, Any]:
    places = StaffLocation.objects.filter(staff=staff, is_current=True)
    rows = Attendee.objects.filter(
        Q(status__in=OPEN) | Q(appointment__starts_at__gt=after),
        is_withdrawn=False,
        appointment__starts_at__lt=before,
        appointment__location__in=places.values("location"),
    )
    told = rows.values_list(*_TOLD, *_WHEN, *_PLACE, *_CALLED)
    return told.order_by("-appointment__starts_at", "-appointment")[:MOST]


def _first(lane: Lane, stands: Mapping[tuple[Lane, int, str], _Row]) -> list[int]:
    """The visits that come first in a list; who waits longest, where they wait."""
    found = [row for key, row in stands.items() if key[0] == lane]
    if lane == Lane.ARRIVED:
        found.sort(key=lambda row: row.status_at)
    return [row.visit_id for row in found[: SHOWN[lane]]]
