"""The calendar as a sheet of columns: one for each clinician, room or day.

Times on it are minutes of the column's day. On a sheet of one day they count from the
day's first moment, so that a day of 23 or 25 hours has that many; side by side, days
go by the clock on the wall.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from practice.models import AbsenceKind
from scheduling.diary_layout import HOUR, Lane, hours_shown, lanes, row_of, rows_of
from scheduling.minutes import DAY, instant_of, minute_of, on_wall
from scheduling.models import Room
from scheduling.slots import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from scheduling.diary import Block, Diary, Visit
    from scheduling.slots import Span

ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - a clock on the wall has no zone


@dataclass(frozen=True, slots=True)
class Scale:
    """The minutes of one day in one zone."""

    day: date
    zone: str
    begins: int  # since 1970
    length: int  # minutes; the clocks change on a day that has not 1440
    is_by_wall: bool = False

    @classmethod
    def of(cls, day: date, zone: str, *, is_by_wall: bool = False) -> Scale:
        begins = on_wall(day, 0, zone)
        length = on_wall(day, DAY, zone) - begins
        return cls(day, zone, begins, length, is_by_wall)

    @property
    def is_steady(self) -> bool:
        return self.length == DAY

    @property
    def extent(self) -> int:
        """How many minutes the day takes on the sheet."""
        return DAY if self.is_by_wall else self.length

    def place(self, starts: int, ends: int) -> Span | None:
        """A span of minutes since 1970 as minutes of this day, if it touches it."""
        first, last = starts - self.begins, ends - self.begins
        if last <= 0 or first >= self.length:
            return None
        if self.is_by_wall and not self.is_steady:
            length = last - first
            first = self._wall(starts) if first > 0 else 0
            last = min(first + length, DAY)
        return max(first, 0), min(last, self.extent)

    def clock(self, minute: int) -> str:
        """What the clock shows at a minute since 1970: 9:05 AM."""
        since = minute - self.begins
        if self.is_steady and 0 <= since <= DAY:
            return spoken(since % DAY)
        return spoken(self._wall(minute))

    def hours(self, first: int, last: int) -> Iterator[Hour]:
        """The full hours between two minutes of the sheet."""
        seen: set[int] = set()
        for minute in range(first, last, HOUR):
            wall = minute if self.is_by_wall else self._wall(self.begins + minute)
            yield Hour(row_of(minute), wall, spoken(wall), wall in seen)
            seen.add(wall)

    def _wall(self, minute: int) -> int:
        local = instant_of(minute).astimezone(ZoneInfo(self.zone))
        return local.hour * HOUR + local.minute


class Hour(NamedTuple):
    """One full hour of a sheet, as its edge says it."""

    row: int
    wall: int  # minute of the day on the wall
    words: str
    is_again: bool  # the second of two, when the clocks go back


class Shade(NamedTuple):
    """What lies behind the cards: open, away, kept, shut."""

    what: str
    first: int  # rows
    last: int
    words: str = ""


class Card(NamedTuple):
    """A visit in its column; its rows, and the rows around it that are taken too."""

    visit: Visit
    first: int
    last: int
    lane: Lane
    before: int
    after: int
    is_elsewhere: bool
    is_open: bool  # whoever looks may see more than that the time is taken


@dataclass(frozen=True, slots=True)
class Column:
    """One clinician, room or day."""

    title: str
    scale: Scale
    cards: Sequence[Card]
    shades: Sequence[Shade]
    free: int  # minutes that can still be booked
    now: int | None = None  # the minute that it is, on the column of today
    colour: str = ""
    clinician: int | None = None
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    columns: Sequence[Column]
    first: int  # minutes of the day that are shown
    last: int
    hours: Sequence[Hour]


def by_clinician(diary: Diary, *, now: datetime) -> Sheet:
    """One day, a column for each clinician."""
    held = _held(diary, lambda visit: visit.row.clinician)
    scale = Scale.of(diary.days[0], diary.place.time_zone)
    columns = [
        _column(
            diary,
            scale,
            held[one.pk],
            clinician=one.pk,
            now=minute_of(now),
            title=one.name,
            colour=one.colour,
        )
        for one in diary.team.values()
    ]
    return _sheet(columns)


def by_room(diary: Diary, *, now: datetime) -> Sheet:
    """One day, a column for each room, and one for what takes none."""
    scale = Scale.of(diary.days[0], diary.place.time_zone)
    rooms = Room.objects.filter(location=diary.place).order_by("name", "pk")
    known = list(rooms.values_list("pk", "name", "is_active"))
    here = diary.place.pk
    held = _held(diary, lambda visit: visit.row.room if visit.row.place == here else 0)
    heads: list[tuple[int | None, str]] = [
        (pk, name) for pk, name, is_active in known if is_active or pk in held
    ]
    if None in held:
        heads.append((None, _("No room")))
    columns = [
        _column(
            diary,
            scale,
            held[pk],
            room=pk,
            now=minute_of(now),
            title=name,
        )
        for pk, name in heads
    ]
    return _sheet(columns)


def by_day(diary: Diary, *, clinician: int, now: datetime) -> Sheet:
    """Some days of one clinician, by the clock on the wall."""
    one = diary.team[clinician]
    held = _held(diary, lambda visit: visit.row.clinician)[clinician]
    columns = [
        _column(
            diary,
            Scale.of(day, diary.place.time_zone, is_by_wall=True),
            held,
            clinician=clinician,
            now=minute_of(now),
            title=one.name,
            colour=one.colour,
        )
        for day in diary.days
    ]
    return _sheet(columns)


def _sheet(columns: Sequence[Column]) -> Sheet:
    hours = [_minutes(one) for column in columns for one in column.shades]
    cards = [
        (min(card.first, card.before) * 5, max(card.last, card.after) * 5)
        for column in columns
        for card in column.cards
    ]
    scales = [column.scale for column in columns]
    longest = max((scale.extent for scale in scales), default=DAY)
    opened = [span for span, what in hours if what == "open"]
    first, last = hours_shown(opened, cards, longest)
    labels = list(scales[0].hours(first, last)) if scales else []
    return Sheet(columns, first, last, labels)


def _minutes(shade: Shade) -> tuple[Span, str]:
    return (shade.first * 5, shade.last * 5), shade.what


# A column -------------------------------------------------------------------------
def _column(
    diary: Diary,
    scale: Scale,
    visits: Sequence[Visit],
    *,
    now: int,
    title: str,
    clinician: int | None = None,
    room: int | None = None,
    colour: str = "",
) -> Column:
    placed = [
        (visit, span)
        for visit in visits
        if (span := scale.place(visit.row.starts, visit.row.ends))
    ]
    rows = [rows_of(span) for _visit, span in placed]
    cards = [
        _card(diary, scale, visit, row, lane)
        for (visit, _span), row, lane in zip(placed, rows, lanes(rows), strict=True)
    ]
    opened = [
        (one.starts, one.ends)
        for one in diary.windows
        if one.place == diary.place.pk and clinician in (None, one.clinician)
    ]
    blocks = [one for one in diary.blocks if one.clinician in (None, clinician)]
    shades = [*_shades(opened, "open", scale), *_marked(blocks, scale)]
    busy = [(card.visit.row.taken_from, card.visit.row.taken_until) for card in cards]
    busy += [(one.starts, one.ends) for one in blocks]
    free = _left(opened, busy, scale)
    it_is = scale.place(now, now + 1)
    at = it_is[0] if it_is else None
    return Column(title, scale, cards, shades, free, at, colour, clinician, room)


def _held(
    diary: Diary, key: Callable[[Visit], int | None]
) -> defaultdict[int | None, list[Visit]]:
    """The visits that hold their time, by the column they stand in."""
    found = defaultdict(list)
    for visit in diary.visits:
        if visit.row.is_live:
            found[key(visit)].append(visit)
    return found


def _card(diary: Diary, scale: Scale, visit: Visit, rows: Span, lane: Lane) -> Card:
    row = visit.row
    taken = scale.place(row.taken_from, row.taken_until) or (0, 0)
    return Card(
        visit,
        *rows,
        lane,
        row_of(taken[0]) if row.taken_from < row.starts else rows[0],
        row_of(taken[1]) if row.taken_until > row.ends else rows[1],
        is_elsewhere=row.place != diary.place.pk,
        is_open=diary.sight.sees(clinician_id=row.clinician, location_id=row.place),
    )


def _shades(spans: Iterable[Span], what: str, scale: Scale) -> Iterator[Shade]:
    for starts, ends in merged(spans):
        if span := scale.place(starts, ends):
            yield Shade(what, row_of(span[0]), row_of(span[1]))


def _marked(blocks: Iterable[Block], scale: Scale) -> Iterator[Shade]:
    for one in blocks:
        if span := scale.place(one.starts, one.ends):
            words = one.words
            if one.what == "away":
                words = str(AbsenceKind(words).label)
            words = words or _("Protected")
            yield Shade(one.what, row_of(span[0]), row_of(span[1]), words)


def _left(opened: Collection[Span], busy: Collection[Span], scale: Scale) -> int:
    """Minutes of the day's hours that nothing takes."""
    left, day = 0, (scale.begins, scale.begins + scale.length)
    taken = merged(busy)
    for starts, ends in merged(opened):
        first, last = max(starts, day[0]), min(ends, day[1])
        if last > first:
            gone = (
                min(last, b) - max(first, a) for a, b in taken if a < last and b > first
            )
            left += last - first - sum(gone)
    return left


def spoken(wall: int) -> str:
    """A minute of the day as the clock shows it: 9:05 AM."""
    return _spoken(wall, get_language())


@lru_cache(maxsize=4 * DAY)
def _spoken(wall: int, _language: str | None) -> str:
    return time_format((ANY_DAY + timedelta(minutes=wall)).time())
