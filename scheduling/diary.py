"""What a page of the calendar shows: the visits of some days and what lies around them.

However much there is, it takes the same few queries; times stay minutes all the way
(docs/adr/0018). Where things lie on the page is told in scheduling.diary_sheets.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from practice.zones import end_of, first_moment
from scheduling import diary_rows, sight, statements
from scheduling.hours import Timetable
from scheduling.minutes import minute_of, on_wall
from scheduling.namesakes import Called, alike
from scheduling.statements import Shut
from scheduling.states import CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from practice.models import Location, StaffMember
    from scheduling.diary_rows import Kept, Seen
    from scheduling.sight import Sight
    from scheduling.slots import Window

# Which status stands for a visit of several: the one that asks for something first.
PRESSING = {
    status: rank
    for rank, status in enumerate(
        [
            *(Status.IN_SESSION, Status.ARRIVED, Status.SCHEDULED, Status.CONFIRMED),
            *(Status.COMPLETED, Status.NO_SHOW),
            *(Status.CANCELLED_LATE, Status.CANCELLED, Status.CALLED_OFF),
        ]
    )
}

STATUSES = {str(status): status for status in Status}


class Member(NamedTuple):
    """A clinician, as the head of a column says it."""

    pk: int
    name: str
    colour: str


class Guest(NamedTuple):
    """A patient at a visit. Without a number they are private, or nobody."""

    patient: int | None
    full: str
    initials: str
    status: Status
    needs_interpreter: bool
    is_namesake: bool  # another one there has the same name that day


class Visit(NamedTuple):
    """One visit on the page; its times are minutes since 1970."""

    row: Seen
    guests: Sequence[Guest]
    status: Status
    is_double: bool

    @property
    def coming(self) -> int:
        return sum(guest.status not in CANCELLATIONS for guest in self.guests)


class Block(NamedTuple):
    """Time that nobody books, of one clinician or (none) of a whole place."""

    what: str  # away, busy elsewhere, kept or shut
    clinician: int | None
    starts: int
    ends: int
    words: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What the page's head counts, of the visits that hold their time."""

    visits: int
    unconfirmed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Diary:
    """Some days of one place, read once."""

    place: Location
    days: Sequence[date]
    roster: Sequence[Member]  # who ever works there, to choose from
    team: Mapping[int, Member]  # who is there, or was asked for, by name
    visits: Sequence[Visit]
    windows: Sequence[Window]
    blocks: Sequence[Block]
    sight: Sight

    def tally(self, now: datetime) -> Tally:
        """Counted from what the page shows."""
        here, minute = self.place.pk, now.timestamp() / 60
        rows = [one for one in self.visits if one.row.place == here]
        held = [one for one in rows if one.row.is_live]
        ahead = [one for one in held if one.row.starts > minute]
        return Tally(
            visits=len(held),
            unconfirmed=sum(one.status == Status.SCHEDULED for one in ahead),
            waiting=sum(one.status == Status.ARRIVED for one in held),
        )

    @property
    def patients(self) -> set[int]:
        """Whom the page names."""
        return {
            guest.patient
            for visit in self.visits
            for guest in visit.guests
            if guest.patient is not None
        }


def read(
    *,
    place: Location,
    days: Sequence[date],
    who: Collection[int],
    staff: StaffMember,
    now: datetime,
) -> Diary:
    """The days of a place, as far as somebody may see them; `who` none means all.

    A clinician's visits at other places count as well: they are not free then.
    """
    eyes = sight.of(staff)
    is_all_seen = eyes.sees(clinician_id=0, location_id=place.pk)
    who = frozenset(who) if is_all_seen else frozenset({staff.pk})
    begins, ends = first_moment(days[0], place.time_zone), _end(days, place)
    span = (days[0], days[-1])
    kept = diary_rows.kept(begins, ends, span)
    table = Timetable(statements.weekly(span), shut=list(_shut(kept)))
    windows = table.windows(days)
    here = who or {one.clinician for one in windows if one.place == place.pk}
    places = [place.pk] if is_all_seen else []
    rows = [
        row
        for row in diary_rows.visits(begins, ends, places=places, clinicians=here)
        if not who or row.clinician in who
    ]
    here = here | {row.clinician for row in rows}
    usual = {one.clinician for one in table.rows if one.place == place.pk}
    people = members(here | usual if is_all_seen else here)
    return Diary(
        place=place,
        days=days,
        roster=people,
        team={one.pk: one for one in people if one.pk in here},
        visits=_visits(rows, eyes, staff, now, days=_begins(days, place)),
        windows=[one for one in windows if one.clinician in here],
        blocks=list(_blocks(kept, days, place, here, table)),
        sight=eyes,
    )


def members(ids: Collection[int]) -> list[Member]:
    """Clinicians by name."""
    rows = diary_rows.people(ids) if ids else []
    return [Member(pk, name, colour or "#0b5a4c") for pk, name, colour in rows]


def _end(days: Sequence[date], place: Location) -> datetime:
    return end_of(days[-1], place.time_zone)


# Visits -------------------------------------------------------------------------
def _visits(
    rows: Sequence[Seen],
    eyes: Sight,
    staff: StaffMember,
    now: datetime,
    *,
    days: Sequence[int],
) -> list[Visit]:
    named = sight.named(staff, _patients(rows, eyes), now=now)
    same = {
        (row.visit, row.patient)
        for row in alike(
            [row for row in rows if row.patient in named],
            _called,
            day=lambda row: (row.place, bisect_right(days, row.starts)),
        )
    }
    doubles = {row.double_of for row in rows}
    found = []
    for _pk, group in groupby(rows, key=attrgetter("visit")):
        people = list(group)
        row = people[0]
        guests = [_guest(one, named, same) for one in people if one.status]
        status = guests[0].status if guests else Status.SCHEDULED
        if len(guests) > 1:
            status = min([one.status for one in guests], key=PRESSING.__getitem__)
        is_double = row.double_of is not None or row.visit in doubles
        found.append(Visit(row, guests, status, is_double))
    return found


def _patients(rows: Iterable[Seen], eyes: Sight) -> list[int]:
    return [
        row.patient
        for row in rows
        if row.patient is not None
        and eyes.sees(clinician_id=row.clinician, location_id=row.place)
    ]


def _called(row: Seen) -> Called:
    return Called(
        row.patient or 0, row.given or "", row.preferred or "", row.family or ""
    )


def _begins(days: Sequence[date], place: Location) -> list[int]:
    """When some days begin at a place, in minutes since 1970."""
    return [minute_of(first_moment(day, place.time_zone)) for day in days]


def _guest(
    row: Seen, named: Collection[int], same: Collection[tuple[int, int | None]]
) -> Guest:
    status = STATUSES[row.status or Status.SCHEDULED]
    if row.patient not in named:
        return Guest(None, "", "", status, needs_interpreter=False, is_namesake=False)
    first, family = row.preferred or row.given or "", row.family or ""
    full, initials = f"{first} {family}".strip(), (first[:1] + family[:1]).upper()
    return Guest(
        row.patient,
        full,
        initials,
        status,
        needs_interpreter=bool(row.interpreter),
        is_namesake=(row.visit, row.patient) in same,
    )


# What nobody books ----------------------------------------------------------------
def _shut(kept: Iterable[Kept]) -> Iterator[Shut]:
    for row in kept:
        if row.what == "shut" and row.first and row.last:
            yield Shut(row.place, row.first, row.last)


def _blocks(
    kept: Iterable[Kept],
    days: Sequence[date],
    place: Location,
    here: Collection[int],
    table: Timetable,
) -> Iterator[Block]:
    zones = {row.place: row.zone for row in table.rows}
    zones[place.pk] = place.time_zone
    for row in kept:
        if row.what == "shut":
            if row.place in (None, place.pk):
                yield from _closed(row, days, place)
        elif row.clinician not in here:
            continue
        elif row.what in ("away", "busy"):
            yield Block(
                row.what, row.clinician, row.starts or 0, row.ends or 0, row.words
            )
        elif row.place in zones:
            yield from _protected(row, days, zones[row.place])


def _closed(row: Kept, days: Sequence[date], place: Location) -> Iterator[Block]:
    for day in days:
        if row.first and row.last and row.first <= day <= row.last:
            starts = on_wall(day, 0, place.time_zone)
            ends = on_wall(day, 24 * 60, place.time_zone)
            yield Block("shut", None, starts, ends, row.words)


def _protected(row: Kept, days: Sequence[date], zone: str) -> Iterator[Block]:
    for day in days:
        if day == row.first or day.weekday() == row.weekday:
            starts = on_wall(day, row.starts or 0, zone)
            ends = on_wall(day, row.ends or 0, zone)
            yield Block("kept", row.clinician, starts, ends, row.words)
