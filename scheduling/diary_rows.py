"""What the calendar asks the database, written out: rows of plain values.

A page of the calendar shows hundreds of visits. Their times come as minutes since
1970, so that no clock is asked for each of them (see scheduling.statements).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scheduling.models.types import LONGEST
from scheduling.statements import among, asked, day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from scheduling.statements import Days


class Seen(NamedTuple):
    """One patient of one visit, by the chart that stands; a group without anybody has
    no patient.
    """

    visit: int
    clinician: int
    place: int
    room: int | None
    room_name: str | None
    kind: str
    colour: str
    seats: int
    modality: str
    starts: int
    ends: int
    taken_from: int
    taken_until: int
    is_live: bool
    double_of: int | None
    outside_reason: str
    series: int | None
    version: int
    status: str | None
    patient: int | None
    given: str | None
    preferred: str | None
    family: str | None
    interpreter: str | None


class Kept(NamedTuple):
    """Time that nobody books: away, protected, or a place that is shut."""

    what: str  # away, busy elsewhere, kept or shut
    clinician: int | None
    place: int | None
    weekday: int | None
    first: date | None
    last: date | None
    starts: int | None  # away, busy: since 1970; kept: of the day
    ends: int | None
    words: str


def visits(
    begins: datetime,
    ends: datetime,
    *,
    places: Collection[int],
    clinicians: Collection[int],
) -> list[Seen]:
    """The visits between two instants, at some places or of some clinicians.

    By their start, then by number; those booked by mistake are left out.
    """
    said: list[Any] = [begins - LONGEST, ends, begins]
    here = among("visit.location_id", places, said)
    theirs = among("visit.clinician_id", clinicians, said)
    either = " OR ".join(part.removeprefix(" AND ") for part in (here, theirs) if part)
    rows = asked(f"{_VISITS} AND ({either or '1 = 1'}){_ORDER}", said)
    return [Seen._make(row) for row in rows]


def kept(begins: datetime, ends: datetime, days: Days) -> list[Kept]:
    """Absences and busy time between two instants; what else nobody books of days."""
    said = [ends, begins, ends, begins, *days, days[1], days[0]]
    return [
        Kept._make((*row[:4], _day(row[4]), _day(row[5]), *row[6:]))
        for row in asked(_KEPT, said)
    ]


def people(ids: Collection[int]) -> Sequence[tuple[int, str, str | None]]:
    """Number, name and colour of some staff, by name."""
    said: list[Any] = []
    return asked(f"{_PEOPLE}{among('person.id', ids, said)} ORDER BY 2, 1", said)


def _day(value: Any) -> date | None:
    return None if value is None else day_of(value)


_VISITS = """
    SELECT visit.id, visit.clinician_id, visit.location_id, visit.room_id, room.name,
      kind.name, kind.colour, kind.seats, visit.modality,
      <from visit.starts_at>, <until visit.ends_at>,
      <from visit.taken_from>, <until visit.taken_until>,
      visit.is_live, visit.double_of_id, visit.outside_reason, visit.series_id,
      visit.version, attendee.status, patient.id, patient.given_name,
      patient.preferred_name, patient.family_name, patient.interpreter
    FROM <Appointment> AS visit
    JOIN <AppointmentType> AS kind ON kind.id = visit.type_id
    LEFT JOIN <Room> AS room ON room.id = visit.room_id
    LEFT JOIN <Attendee> AS attendee
      ON attendee.appointment_id = visit.id AND NOT attendee.is_withdrawn
    LEFT JOIN <Patient> AS own ON own.id = attendee.patient_id
    LEFT JOIN <Patient> AS patient
      ON patient.id = COALESCE(own.merged_into_id, own.id)
    WHERE visit.starts_at > %s AND visit.starts_at < %s AND visit.ends_at > %s
      AND (visit.is_live OR attendee.id IS NOT NULL)"""
_PEOPLE = """
    SELECT person.id, person.name, clinician.colour
    FROM <StaffMember> AS person
    LEFT JOIN <Clinician> AS clinician ON clinician.staff_id = person.id
    WHERE 1 = 1"""
_ORDER = " ORDER BY visit.starts_at, visit.id, attendee.id"
_KEPT = """
    SELECT 'away', staff_id, CAST(NULL AS integer), CAST(NULL AS integer),
      CAST(NULL AS date), CAST(NULL AS date), <from starts_at>, <until ends_at>, kind
    FROM <Absence>
    WHERE NOT is_withdrawn AND starts_at < %s AND ends_at > %s
    UNION ALL
    SELECT 'busy', clinician_id, CAST(NULL AS integer), CAST(NULL AS integer),
      CAST(NULL AS date), CAST(NULL AS date), <from starts_at>, <until ends_at>, ''
    FROM <ExternalBusy>
    WHERE starts_at < %s AND ends_at > %s
    UNION ALL
    SELECT 'kept', clinician_id, location_id, weekday, "on", "on",
      <of_day starts>, <of_day ends>, words
    FROM <ProtectedTime>
    WHERE NOT is_withdrawn AND ("on" IS NULL OR "on" BETWEEN %s AND %s)
    UNION ALL
    SELECT 'shut', CAST(NULL AS integer), location_id, CAST(NULL AS integer),
      starts_on, ends_on, CAST(NULL AS bigint), CAST(NULL AS bigint), reason
    FROM <Closure>
    WHERE NOT is_withdrawn AND starts_on <= %s AND ends_on >= %s"""
