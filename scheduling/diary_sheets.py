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

from scheduling.diary_columns import column_of
from scheduling.diary_layout import ROW, hours_shown
from scheduling.diary_scale import Scale
from scheduling.minutes import DAY, minute_of
from scheduling.models import Room
from scheduling.panels import WAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from scheduling.diary import Diary, Visit
    from scheduling.diary_columns import Column
    from scheduling.diary_scale import Hour


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
        column_of(
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
        column_of(
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
        column_of(
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
                column_of(
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
        )
        for visit in diary.visits
    ]


def _sheet(columns: Sequence[Column]) -> Sheet:
    opened = [
        (one.first * ROW, one.last * ROW)
        for column in columns
        for one in column.shades
        if one.what == "open"
    ]
    cards = [
        (
            min([min(card.first, card.before) for card in column.cards]) * ROW,
            max([max(card.last, card.after) for card in column.cards]) * ROW,
        )
        for column in columns
        if column.cards
    ]
    scales = [column.scale for column in columns]
    longest = max((scale.extent for scale in scales), default=DAY)
    first, last = hours_shown(opened, cards, longest)
    labels = list(scales[0].hours(first, last)) if scales else []
    return Sheet(columns, first, last, labels)


def _held(
    diary: Diary, key: Callable[[Visit], int | None]
) -> defaultdict[int | None, list[Visit]]:
    """The visits that hold their time, by the column they stand in."""
    found = defaultdict(list)
    for visit in diary.visits:
        if visit.row.is_live:
            found[key(visit)].append(visit)
    return found
