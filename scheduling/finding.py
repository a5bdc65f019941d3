"""“The next free times for this”: the one question about slots, put to the database.

One range-indexed query brings what is taken of a stretch of days, in minutes; the
stretches grow until enough slots are found.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scheduling import hours, slots, statements
from scheduling.hours import Filter, Timetable
from scheduling.minutes import DAY, instant_of, minute_of, on_wall
from scheduling.models import Modality, Room
from scheduling.slots import Fit, Rooms, Slot, Span, Why

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from scheduling.models import AppointmentType

FIRST_STRETCH = 4  # days; each stretch is twice as long as the one before
WEEKEND = 3  # days that whoever looks for a week of open days looks further
MORNING, AFTERNOON, EVENING = (0, 12 * 60), (12 * 60, 17 * 60), (17 * 60, 24 * 60)


@dataclass(frozen=True, slots=True)
class Question:
    """Which free times are looked for: any of these, where nothing means any."""

    type: AppointmentType
    first: date
    last: date
    clinicians: Collection[int] = ()
    places: Collection[int] = ()
    modalities: Collection[str] = ()
    wish: Filter = field(default_factory=Filter)
    length: timedelta | None = None  # other than the type's
    notice: bool = True  # whether the type's minimum notice holds

    @property
    def ways(self) -> Sequence[Modality]:
        """The ways to meet that come into question, as the type has them in order."""
        asked = self.modalities
        return [one for one in self.type.modalities if not asked or one in asked]

    def ways_at(self, slot: Slot) -> Sequence[Modality]:
        """How a visit may be held at a time: in person only where its room is free."""
        if slot.room is not None or not self.type.needs_room:
            return self.ways
        return [one for one in self.ways if one != Modality.IN_PERSON]


@dataclass(frozen=True, slots=True)
class Answer:
    """Free times in order, or why there are none."""

    slots: Sequence[Slot]
    why: Why | None = None


def fit_of(kind: AppointmentType, length: timedelta | None = None) -> Fit:
    """What a visit of a type takes, in minutes."""
    return Fit(
        length=_minutes(length or kind.length),
        before=_minutes(kind.buffer_before),
        after=_minutes(kind.buffer_after),
        step=_minutes(kind.step),
    )


def find(question: Question, *, now: datetime, most: int | None = None) -> Answer:
    """The next `most` free times, or all of the days asked for, the soonest first."""
    search = _Search(question, now=now)
    found: list[Slot] = []
    for stretch in search.stretches(size=None if most is None else FIRST_STRETCH):
        found = search.look(found, stretch)
        if most is not None and len(search.sure(found, stretch)) >= most:
            break
    if not found:
        return Answer((), search.why_none())
    return Answer(found[:most])


def find_days(question: Question, days: int, *, now: datetime) -> Answer:
    """All free times of the next so many days that have any, and perhaps of more."""
    search = _Search(question, now=now)
    found: list[Slot] = []
    for stretch in search.stretches(size=days + WEEKEND):
        # A day is looked through at all places at once: what was found is all of it.
        found = search.look(found, stretch)
        if len(by_day(found, search.table.zone_of)) >= days:
            break
    if not found:
        return Answer((), search.why_none())
    return Answer(found)


def by_day(
    found: Sequence[Slot], zones: Mapping[int, str]
) -> list[tuple[date, list[Slot]]]:
    """Sorted slots by the day that it is at their place; `zones` are the places'."""
    days: dict[date, list[Slot]] = defaultdict(list)
    for place in {slot.place for slot in found}:
        theirs = [slot for slot in found if slot.place == place]
        begin, zone = 0, ZoneInfo(zones[place])
        while begin < len(theirs):
            day = instant_of(theirs[begin].starts).astimezone(zone).date()
            midnight: Any = (on_wall(day, DAY, zones[place]),)
            end = bisect_left(theirs, midnight, begin + 1)
            days[day].extend(theirs[begin:end])
            begin = end
    return [(on, sorted(rows)) for on, rows in sorted(days.items())]


class _Search:
    """One question being answered."""

    def __init__(self, question: Question, *, now: datetime) -> None:
        kind = question.type
        self.question = question
        self.fit = fit_of(kind, question.length)
        self.table: Timetable = hours.of_type(
            kind,
            days=(question.first, question.last),
            clinicians=question.clinicians,
            places=question.places,
        )
        notice = kind.minimum_notice if question.notice else timedelta(0)
        self.earliest = minute_of(now + notice + timedelta(seconds=59))
        self.ways = question.ways
        is_in_a_room = kind.needs_room and Modality.IN_PERSON in self.ways
        self.rooms = self._rooms() if is_in_a_room else None
        self.windows: list[slots.Window] = []
        self.busy: dict[int, list[Span]] = defaultdict(list)

    def stretches(self, *, size: int | None) -> Iterable[Sequence[date]]:
        """The days asked for, in stretches that grow; of no size, all at once."""
        if not self.ways:
            return
        first, last = self.question.first, self.question.last
        days = (last - first).days + 1
        size, done = size or days, 0
        while done < days:
            now = min(size, days - done)
            yield [first + timedelta(days=done + day) for day in range(now)]
            done, size = done + now, size * 2

    def look(self, found: list[Slot], days: Sequence[date]) -> list[Slot]:
        """What was found so far, with the free times of some more days."""
        with _uncollected():
            return self._look(found, days)

    def _look(self, found: list[Slot], days: Sequence[date]) -> list[Slot]:
        windows = self.table.windows(days, self.question.wish)
        if not windows:
            return found
        self.windows.extend(windows)
        busy, rooms = self._taken(windows, days)
        later = [
            one
            if one.starts >= self.earliest
            else one._replace(first=max(one.first, self.earliest))
            for one in windows
            if one.ends > self.earliest
        ]
        more = slots.free(later, busy, self.fit)
        if self.rooms is not None:
            must = self.ways == [Modality.IN_PERSON]
            rooms_here = Rooms(self.rooms, rooms)
            more = slots.in_rooms(more, rooms_here, self.fit, must=must)
        for whose, spans in busy.items():
            self.busy[whose].extend(spans)
        return sorted([*found, *more]) if found else more

    def sure(self, found: Sequence[Slot], days: Sequence[date]) -> Sequence[Slot]:
        """Those before which no later day, in whatever zone, has another."""
        following = days[-1] + timedelta(days=1)
        ends = min(
            (on_wall(following, 0, zone) for zone in self.table.zones), default=0
        )
        return [slot for slot in found if slot.starts < ends]

    def why_none(self) -> Why:
        if not self.ways:
            return Why.NO_WAY
        return slots.why_none(self.windows, self.busy, self.fit, earliest=self.earliest)

    def _rooms(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        rooms = Room.objects.filter(is_active=True).order_by("name", "pk")
        for place, room in rooms.values_list("location_id", "pk"):
            found[place].append(room)
        return found

    def _taken(
        self, windows: Sequence[slots.Window], days: Sequence[date]
    ) -> tuple[dict[int, list[Span]], dict[int, list[Span]]]:
        """What is taken of clinicians and of rooms in the time of some windows."""
        begins = instant_of(min(one.starts for one in windows))
        ends = instant_of(max(one.ends for one in windows))
        rows = statements.taken(
            begins,
            ends,
            {one.clinician for one in windows},
            with_rooms=self.rooms is not None,
        )
        busy: dict[int, list[Span]] = defaultdict(list)
        rooms: dict[int, list[Span]] = defaultdict(list)
        for clinician, room, starts, until in rows:
            busy[clinician].append((starts, until))
            if room is not None:
                rooms[room].append((starts, until))
        for clinician, starts, until in self.table.protected(days):
            busy[clinician].append((starts, until))
        return busy, rooms


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without a search for garbage: rows and slots by the thousand hold no cycles, and
    each of them would have Python look through all that it knows."""
    is_usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_usual:
            gc.enable()


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)
