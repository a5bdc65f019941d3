"""The day board: who is expected, here, in session, done; and what has no outcome yet.

A line is one visit in one state: a couple that came together is one line, and the
counts are those of the lines shown. The number of queries is the same for any day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from practice import zones
from practice.models import Absence, ContactKind, ContactPoint
from scheduling import calendar_rules, sight
from scheduling.board_lines import Facts, Line, line_of
from scheduling.models import Appointment, Attendee, Delay
from scheduling.states import AHEAD, LIVE, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location, StaffMember

# A session may run over; then somebody has to say how the visit went.
OVERRUN = timedelta(minutes=15)
ONE_DAY = timedelta(days=1)
MOST_EARLIER = 20  # of earlier days; the rest come up as these are settled
SHOWN = ("appointment__type", "appointment__clinician", "appointment__location")


class Lane(StrEnum):
    """Where a line stands on the board."""

    MISSING = "missing"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    EXPECTED = "expected"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Board:
    """One day at one place, or at all of somebody's."""

    lanes: dict[Lane, list[Line]] = field(default_factory=dict)
    is_cut: bool = False  # more of earlier days have no outcome than are listed

    @property
    def unconfirmed(self) -> list[Line]:
        """Those expected who have not said that they will come."""
        return [one for one in self.lanes[Lane.EXPECTED] if one.is_unconfirmed]

    @property
    def lines(self) -> list[Line]:
        return [line for lane in Lane for line in self.lanes[lane]]

    @property
    def patient_ids(self) -> set[int]:
        """Everybody whose name stands on the board."""
        return {one.patient_id for line in self.lines for one in line.named}

    @property
    def digest(self) -> str:
        """Changes with whatever stands on the board; not with minutes that pass."""
        told = repr([(lane, self.lanes[lane]) for lane in Lane])
        return blake2b(told.encode(), digest_size=12).hexdigest()


def board_of(
    staff: StaffMember,
    *,
    day: date,
    today: date,
    place: Location | None,
    now: datetime,
) -> Board:
    """The board of a day; today's has the newest of earlier ones without an outcome."""
    rows = _rows(staff, place)
    found = [row for row in rows.filter(_around(day)) if _day_of(row) == day]
    earlier = _earlier(rows, found, now=now) if day == today else []
    lines = _lines(staff, [*earlier[-MOST_EARLIER:], *found], day=day, now=now)
    return Board(_sorted(lines), is_cut=len(earlier) > MOST_EARLIER)


def _earlier(
    rows: QuerySet[Attendee], todays: Sequence[Attendee], *, now: datetime
) -> list[Attendee]:
    """Who has no outcome of earlier days, the oldest first; one more than is shown."""
    over = rows.filter(_missing(now)).exclude(pk__in=[one.pk for one in todays])
    newest = over.order_by("-appointment__starts_at", "-appointment", "-pk")
    return list(newest[: MOST_EARLIER + 1])[::-1]


def lane_of(attendee: Attendee, *, now: datetime) -> Lane:
    """Where somebody stands now."""
    status = attendee.status
    if status not in OPEN:
        return Lane.DONE
    if attendee.appointment.ends_at <= now - OVERRUN:
        return Lane.MISSING
    if status in AHEAD:
        return Lane.EXPECTED
    return Lane.ARRIVED if status == Status.ARRIVED else Lane.IN_SESSION


def without_outcome(now: datetime) -> QuerySet[Attendee]:
    """Everybody whose visit is over and of whom nobody said how it went."""
    return Attendee.objects.filter(_missing(now))


# Reading -------------------------------------------------------------------------
def _rows(staff: StaffMember, place: Location | None) -> QuerySet[Attendee]:
    visits = sight.visits_of(staff)
    if place is not None:
        visits = visits.filter(location=place)
    completed = Attendee.objects.filter(
        patient=OuterRef("patient"),
        status=Status.COMPLETED,
        is_withdrawn=False,
        appointment__starts_at__lt=OuterRef("appointment__starts_at"),
    )
    partners = Appointment.objects.live().filter(double_of=OuterRef("appointment"))
    phones = ContactPoint.objects.filter(
        Q(patient=OuterRef("patient")) | Q(patient__merged_into=OuterRef("patient")),
        kind=ContactKind.PHONE,
        ended_at=None,
    )
    rows = Attendee.objects.filter(appointment__in=visits, is_withdrawn=False)
    return (
        rows.select_related(*SHOWN, "appointment__room", "patient")
        .select_related("telehealth_check_in")
        .annotate(
            is_first=~Exists(completed),
            has_partner=Exists(partners),
            has_phone=Exists(phones),
        )
        .order_by("appointment__starts_at", "appointment", "pk")
    )


def _missing(now: datetime) -> Q:
    return Q(
        status__in=OPEN, is_withdrawn=False, appointment__ends_at__lte=now - OVERRUN
    )


def _around(day: date) -> Q:
    """Whatever may be of a day somewhere; each place's own clock decides."""
    begins = zones.first_moment(day, "UTC")
    return Q(
        appointment__starts_at__gte=begins - ONE_DAY,
        appointment__starts_at__lt=begins + 2 * ONE_DAY,
    )


def _day_of(row: Attendee) -> date:
    return zones.local_day(row.appointment.starts_at, row.appointment.zone)


# Telling -------------------------------------------------------------------------
def _lines(
    staff: StaffMember, rows: Sequence[Attendee], *, day: date, now: datetime
) -> dict[Lane, list[Line]]:
    """The lines of some rows: a visit's people in the same state stand together."""
    facts = Facts(
        staff=staff,
        day=day,
        now=now,
        own_zone=zones.of_practice(),
        held=calendar_rules.rules(),
        named=sight.named(staff, [row.patient_id for row in rows], now=now),
        changeable=sight.changeable(staff, [row.patient_id for row in rows]),
        delays=_delays(rows),
        away=_away(rows),
    )
    groups: dict[tuple[Lane, int, str], list[Attendee]] = defaultdict(list)
    for row in rows:
        key = (lane_of(row, now=now), row.appointment_id, row.status)
        groups[key].append(row)
    lanes: dict[Lane, list[Line]] = {lane: [] for lane in Lane}
    for (lane, _visit, _status), group in groups.items():
        lanes[lane].append(line_of(group, facts, is_missing=lane == Lane.MISSING))
    return lanes


def _sorted(lanes: dict[Lane, list[Line]]) -> dict[Lane, list[Line]]:
    """Who waits longest comes first; what was done last comes first."""
    lanes[Lane.ARRIVED].sort(key=lambda line: line.since)
    lanes[Lane.DONE].sort(key=lambda line: line.since, reverse=True)
    return lanes


def _delays(rows: Iterable[Attendee]) -> dict[tuple[int, int | None], Delay]:
    found = Delay.objects.filter(
        appointment__in={row.appointment_id for row in rows}, is_withdrawn=False
    )
    return {(one.appointment_id, one.attendee_id): one for one in found}


def _away(rows: Sequence[Attendee]) -> dict[int, list[tuple[datetime, datetime]]]:
    """When the clinicians of some visits are away."""
    visits = [row.appointment for row in rows if row.status in LIVE]
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    if not visits:
        return found
    absences = Absence.objects.filter(
        staff__in={one.clinician_id for one in visits},
        is_withdrawn=False,
        starts_at__lt=max(one.ends_at for one in visits),
        ends_at__gt=min(one.starts_at for one in visits),
    )
    for number, starts_at, ends_at in absences.values_list(
        "staff", "starts_at", "ends_at"
    ):
        found[number].append((starts_at, ends_at))
    return found
