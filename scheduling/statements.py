"""What the slot search asks the database, written out.

A search is asked while somebody is on the phone, and for every loser of a race; to
have the ORM compose these four statements takes three times as long as to answer
them (bench/slots.py). All times come as minutes: of the day, or since 1970.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from practice.models import (
    Absence,
    Clinician,
    Closure,
    DutyHours,
    Location,
    Patient,
    StaffMember,
)
from scheduling.models import (
    Appointment,
    AppointmentType,
    Attendee,
    ExternalBusy,
    ProtectedTime,
    Room,
    TypeOffer,
    TypePlace,
)
from scheduling.models.appointments import MOST_TAKEN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Days = tuple[date, date]  # the first and the last
_SQLITE = {
    "of_day": "(substr({0}, 1, 2) * 60 + substr({0}, 4, 2))",
    "from": "CAST(strftime('%%s', {0}) AS INTEGER) / 60",
    "until": "(CAST(strftime('%%s', {0}) AS INTEGER) + 59) / 60",
}
_POSTGRESQL = {
    "of_day": "(EXTRACT(EPOCH FROM {0})::bigint / 60)",
    "from": "EXTRACT(EPOCH FROM {0})::bigint / 60",
    "until": "(EXTRACT(EPOCH FROM {0})::bigint + 59) / 60",
}


class Weekly(NamedTuple):
    """One row of duty hours, with the zone whose clock it follows."""

    clinician: int
    place: int
    weekday: int
    starts: int
    ends: int
    starts_on: date | None
    ends_on: date | None
    zone: str


class Place(NamedTuple):
    """What is said of a place beside a free time there."""

    pk: int
    short_name: str
    time_zone: str


class Pause(NamedTuple):
    """Protected time, of a weekday or of one day."""

    clinician: int
    place: int
    weekday: int | None
    on: date | None
    starts: int
    ends: int


class Shut(NamedTuple):
    """A closure of one place, or of all."""

    place: int | None
    first: date
    last: date


def weekly(
    days: Days,
    *,
    type_id: int | None = None,
    clinicians: Collection[int] = (),
    places: Collection[int] = (),
) -> list[Weekly]:
    """The duty hours of active clinicians that count on some of the days.

    With a type, of those who offer it, where it is held. No clinicians or places
    means any.
    """
    said: list[Any] = [days[1], days[0]]
    more = among("duty.staff_id", clinicians, said)
    more += among("duty.location_id", places, said)
    if type_id is not None:
        more += _OFFERED
        said += [type_id, type_id, type_id]
    rows = asked(_WEEKLY + more + " ORDER BY 1, 2, 3, 4", said)
    return [Weekly._make((*row[:5], *map(_day, row[5:7]), row[7])) for row in rows]


def places(ids: Collection[int]) -> list[Place]:
    """Some places; none of none."""
    said: list[Any] = []
    if not ids:
        return []
    statement = f"{_PLACES}{among('id', ids, said)} ORDER BY name, id"
    return [Place._make(row) for row in asked(statement, said)]


def pauses(days: Days, clinicians: Collection[int]) -> list[Pause]:
    """The protected time of some clinicians that counts on some of the days."""
    said: list[Any] = [*days]
    rows = asked(_PAUSES + among("clinician_id", clinicians, said), said)
    return [Pause._make((*row[:3], _day(row[3]), *row[4:])) for row in rows]


def closures(days: Days) -> list[Shut]:
    """The closures that touch some of the days."""
    rows = asked(_CLOSURES, [days[1], days[0]])
    return [Shut(place, day_of(first), day_of(last)) for place, first, last in rows]


def taken(
    begins: datetime,
    ends: datetime,
    clinicians: Collection[int],
    *,
    with_rooms: bool = False,
) -> Sequence[tuple[Any, ...]]:
    """The visits and absences of some clinicians between two instants, and what
    takes them elsewhere: clinician, room or none, from and until.

    `with_rooms` brings the visits of everybody else that take a room too.
    """
    said: list[Any] = [begins - MOST_TAKEN, ends, begins]
    own = among("clinician_id", clinicians, said)
    if with_rooms:
        own = f" AND (room_id IS NOT NULL OR {own.removeprefix(' AND ')})"
    away: list[Any] = [ends, begins]
    theirs = among("staff_id", clinicians, away)
    busy: list[Any] = [ends, begins]
    elsewhere = among("clinician_id", clinicians, busy)
    statement = f"{_VISITS}{own} UNION ALL {_ABSENCES}{theirs}"
    statement += f" UNION ALL {_ELSEWHERE}{elsewhere}"
    return asked(statement, [*said, *away, *busy])


_WEEKLY = """
    SELECT duty.staff_id, duty.location_id, duty.weekday, <of_day duty.starts>,
      <of_day duty.ends>, duty.starts_on, duty.ends_on, place.time_zone
    FROM <DutyHours> AS duty
    JOIN <StaffMember> AS person ON person.id = duty.staff_id
    JOIN <Location> AS place ON place.id = duty.location_id
    WHERE duty.is_current AND person.is_active AND person.is_clinician
      AND place.is_active
      AND (duty.starts_on IS NULL OR duty.starts_on <= %s)
      AND (duty.ends_on IS NULL OR duty.ends_on >= %s)"""
_OFFERED = """
      AND EXISTS (SELECT 1 FROM <TypeOffer> AS offer WHERE offer.is_current
        AND offer.type_id = %s AND offer.clinician_id = duty.staff_id)
      AND (EXISTS (SELECT 1 FROM <TypePlace> AS held WHERE held.is_current
          AND held.type_id = %s AND held.location_id = duty.location_id)
        OR NOT EXISTS (SELECT 1 FROM <TypePlace> AS held WHERE held.is_current
          AND held.type_id = %s))"""
_PLACES = "SELECT id, short_name, time_zone FROM <Location> WHERE 1 = 1"
_PAUSES = """
    SELECT clinician_id, location_id, weekday, "on", <of_day starts>, <of_day ends>
    FROM <ProtectedTime>
    WHERE NOT is_withdrawn AND ("on" IS NULL OR "on" BETWEEN %s AND %s)"""
_CLOSURES = """
    SELECT location_id, starts_on, ends_on FROM <Closure>
    WHERE NOT is_withdrawn AND starts_on <= %s AND ends_on >= %s"""
_VISITS = """
    SELECT clinician_id, room_id, <from taken_from>, <until taken_until>
    FROM <Appointment>
    WHERE is_live AND taken_from > %s AND taken_from < %s AND taken_until > %s"""
_ABSENCES = """
    SELECT staff_id, NULL, <from starts_at>, <until ends_at>
    FROM <Absence>
    WHERE NOT is_withdrawn AND starts_at < %s AND ends_at > %s"""

_ELSEWHERE = """
    SELECT clinician_id, NULL, <from starts_at>, <until ends_at>
    FROM <ExternalBusy>
    WHERE starts_at < %s AND ends_at > %s"""


# Asking ---------------------------------------------------------------------------
def asked(statement: str, said: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """The rows of a statement in which tables stand as <Model>."""
    values = [_adapted(value) for value in said]
    with connection.cursor() as cursor:
        cursor.execute(_written(statement, connection.vendor), values)
        return list(cursor.fetchall())


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return (
        connection.ops.adapt_datefield_value(value)
        if isinstance(value, date)
        else value
    )


def among(column: str, ids: Collection[int], said: list[Any]) -> str:
    """SQL: a column is one of some ids, which join what is said; none means any."""
    if not ids:
        return ""
    said.extend(ids)
    return f" AND {column} IN ({', '.join(['%s'] * len(ids))})"


@lru_cache(maxsize=256)
def _written(statement: str, vendor: str) -> str:
    """A statement for one kind of database: <Model> and <how column> filled in."""
    ways = _SQLITE if vendor == "sqlite" else _POSTGRESQL

    def fill(found: re.Match[str]) -> str:
        word, column = found.groups()
        return ways[word].format(column) if column else f'"{_TABLES[word]}"'

    return re.sub(r"<(\w+)(?: ([\w.]+))?>", fill, statement)


def _day(value: Any) -> date | None:
    return None if value is None else day_of(value)


def day_of(value: Any) -> date:
    """SQLite keeps days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


_TABLES = {
    model.__name__: model._meta.db_table
    for model in (
        Absence,
        Appointment,
        AppointmentType,
        Attendee,
        Clinician,
        Closure,
        DutyHours,
        ExternalBusy,
        Location,
        Patient,
        ProtectedTime,
        Room,
        StaffMember,
        TypeOffer,
        TypePlace,
    )
}
