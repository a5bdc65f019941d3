"""The calendar as a sheet of columns: one for each clinician, room or day.

Times on it are minutes of the column's day. On a sheet of one day they count from the
day's first moment, so that a day of 23 or 25 hours has that many; side by side, days
go by the clock on the wall.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practice.models import AbsenceKind, Weekday
from scheduling.diary_layout import HOUR, Lane, hours_shown, lanes, row_of, rows_of
from scheduling.diary_scale import Scale
from scheduling.minutes import DAY, minute_of
from scheduling.models import Room
from scheduling.panels import BADGES, WAYS
from scheduling.slots import merged
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from scheduling.diary import Block, Diary, Visit
    from scheduling.diary_scale import Hour
    from scheduling.slots import Span


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

    @property
    def count(self) -> int:
        return sum(not card.is_elsewhere for card in self.cards)

    @property
    def unconfirmed(self) -> int:
        return sum(
            card.visit.status == Status.SCHEDULED and not card.is_elsewhere
            for card in self.cards
        )

    @property
    def free_words(self) -> str:
        hours, minutes = divmod(self.free, HOUR)
        if hours and minutes:
            return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
        return _("%(h)d h") % {"h": hours} if hours else _("%(m)d min") % {"m": minutes}

    @property
    def is_off(self) -> bool:
        """Nobody works, nothing is booked."""
        is_open = any(one.what == "open" for one in self.shades)
        return not is_open and not self.count

    @property
    def is_weekend(self) -> bool:
        return self.scale.day.weekday() >= Weekday.SATURDAY and not self.cards

    @property
    def why_off(self) -> str:
        """What keeps a whole day free, in words."""
        if self.cards and not self.count:
            return _("At another place")
        words = (one.words for one in self.shades if one.what in ("away", "shut"))
        return next(words, "")


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
    """Some days of one clinician, by the clock on the wall; without empty weekends."""
    one = diary.team[clinician]
    held = _held(diary, lambda visit: visit.row.clinician)[clinician]
    columns = [
        _column(
            diary,
            Scale.of(day, diary.place.time_zone, is_by_wall=True),
            held,
            clinician=clinician,
            now=minute_of(now),
            title=date_format(day, "D j M"),
            colour=one.colour,
        )
        for day in diary.days
    ]
    worked = [one for one in columns if not (one.is_off and one.is_weekend)]
    return _sheet(worked or columns)


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one clinician, in figures."""

    clinician: int
    title: str
    colour: str
    days: Sequence[Column]


def by_week(diary: Diary, *, now: datetime) -> Sequence[Week]:
    """Some days of everybody: who has how many visits, and how much is free."""
    held = _held(diary, lambda visit: visit.row.clinician)
    scales = [
        Scale.of(day, diary.place.time_zone, is_by_wall=True) for day in diary.days
    ]
    return [
        Week(
            one.pk,
            one.name,
            one.colour,
            [
                _column(
                    diary,
                    scale,
                    held[one.pk],
                    now=minute_of(now),
                    clinician=one.pk,
                    title=one.name,
                    colour=one.colour,
                )
                for scale in scales
            ],
        )
        for one in diary.team.values()
    ]


class Line(NamedTuple):
    """A visit in the list of a day."""

    visit: Visit
    when: str
    until: str
    who: str
    is_elsewhere: bool
    is_open: bool
    way: str  # to meet, where it is not in person
    tone: str
    shape: str


def lines(diary: Diary) -> Sequence[Line]:
    """The visits of a day by their time, those that were cancelled as well."""
    scale = Scale.of(diary.days[0], diary.place.time_zone)
    ways = {str(way): str(way.label) for way in WAYS}
    return [
        Line(
            visit,
            scale.clock(visit.row.starts),
            scale.clock(visit.row.ends),
            diary.team[visit.row.clinician].name,
            visit.row.place != diary.place.pk,
            diary.sight.sees(
                clinician_id=visit.row.clinician, location_id=visit.row.place
            ),
            ways.get(visit.row.modality, ""),
            *BADGES[visit.status],
        )
        for visit in diary.visits
    ]


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
            yield Shade(one.what, row_of(span[0]), row_of(span[1]), _words(one))


def _words(block: Block) -> str:
    if block.what == "away":
        return str(AbsenceKind(block.words).label)
    if block.what == "busy":
        return _("Busy elsewhere")
    return block.words or _("Protected")


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
