"""The day board: who is expected, here, in session, done; and what has no outcome yet.

A line is one visit in one state: a couple that came together is one line, and the
counts are those of the lines shown. The number of queries is the same for any day, but
for two more where somebody has no phone of their own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from practice import links, phones, zones
from practice.models import Absence, Location
from practice.prepared import prepared
from scheduling import board_texts, calendar_rules, in_care, namesakes, sight
from scheduling.board_lines import Facts, Line, line_of
from scheduling.models import Appointment, Attendee, Delay
from scheduling.states import AHEAD, LIVE, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember

# A session may run over; then somebody has to say how the visit went.
OVERRUN = timedelta(minutes=15)
MOST_EARLIER = 20  # of earlier days; the rest come up as these are settled
OF_CHARTS = (
    *("given_name", "family_name", "preferred_name", "born_on"),
    *("interpreter", "spoken_language", "needs_step_free"),
)
# What a line tells of: rows of nine tables would bring two hundred columns.
TOLD = (
    "appointment_id",
    "patient_id",
    "status",
    "status_at",
    *(f"appointment__{name}" for name in ("starts_at", "ends_at", "modality")),
    *(f"appointment__{name}" for name in ("double_of_id", "desk_note", "clinician_id")),
    *(f"appointment__location__{name}" for name in ("name", "short_name", "time_zone")),
    *(f"appointment__{name}__name" for name in ("type", "clinician", "room")),
    "appointment__type__needs_room",
    "appointment__room__is_step_free",
    "patient__merged_into",
    *(f"{chart}__{name}" for chart in sight.CHARTS for name in OF_CHARTS),
    *in_care.COLUMNS,
    *(
        f"telehealth_check_in__{name}"
        for name in ("whereabouts", "call_back", "company")
    ),
)
SHOWN = ("type", "clinician", "location", "room")
# Written out: the board is asked for every half minute, and Django would draw them
# anew each time. What is said of a chart counts for the one that stands for it: two
# questions, for each of which there is an index.
_HEAD = "COALESCE(practice_patient.merged_into_id, practice_patient.id)"
_SHOWN = """({0}.arrived_with_id IS NULL OR {0}.arrived_with_id NOT IN
    (SELECT id FROM practice_import WHERE NOT is_shown))"""
_PHONE = f"""SELECT 1 FROM practice_contactpoint AS phone
    JOIN practice_patient AS chart ON chart.id = phone.patient_id
    WHERE phone.kind = 'phone' AND phone.ended_at IS NULL
    AND (phone.may_call OR phone.may_text)
    AND {_SHOWN.format("phone")} AND"""  # noqa: S608
_EARLIER = """SELECT 1 FROM scheduling_attendee AS earlier
    JOIN scheduling_appointment AS visit ON visit.id = earlier.appointment_id
    WHERE earlier.status = 'completed' AND NOT earlier.is_withdrawn
    AND visit.starts_at < scheduling_appointment.starts_at AND"""
_MERGED = """SELECT chart.id FROM practice_patient AS chart
    WHERE chart.merged_into_id ="""
# Whose numbers are looked at one by one: somebody who has some must not be told.
_BARRED = f"""SELECT 1 FROM practice_caregiving AS family
    JOIN practice_patient AS chart ON chart.id = family.patient_id
    WHERE family.must_not_be_told AND NOT family.is_withdrawn
    AND {_SHOWN.format("family")} AND"""  # noqa: S608
# The newest move of a visit is its patient's own, by link; one index finds its lines.
_MOVES = """FROM practice_trailentry AS {0} WHERE {0}.record = 'appointment'
    AND {0}.record_id = scheduling_attendee.appointment_id AND {0}.kind IN"""
_MOVED_BY_LINK = f"""SELECT 1 {_MOVES.format("move")} ('appointment.moved')
    AND move.actor = '{links.VISITOR.name}' AND NOT EXISTS
    (SELECT 1 {_MOVES.format("newer")} ('appointment.moved', 'appointment.undone')
    AND newer.id > move.id)"""
ASKED = {
    "written": board_texts.WRITTEN.format(head=_HEAD),
    "is_moved_by_link": f"EXISTS ({_MOVED_BY_LINK})",
    "is_first": f"""NOT (EXISTS ({_EARLIER} earlier.patient_id = {_HEAD})
        OR EXISTS ({_EARLIER} earlier.patient_id IN ({_MERGED} {_HEAD})))""",
    "has_partner": """EXISTS (SELECT 1 FROM scheduling_appointment AS other
        WHERE other.is_live
        AND other.double_of_id = scheduling_attendee.appointment_id)""",
    "has_phone": f"""((EXISTS ({_PHONE} chart.id = {_HEAD})
        OR EXISTS ({_PHONE} chart.merged_into_id = {_HEAD}))
        AND NOT EXISTS ({_BARRED} chart.id = {_HEAD})
        AND NOT EXISTS ({_BARRED} chart.merged_into_id = {_HEAD}))""",
}


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
    visits = sight.visits_of(staff)
    if place is not None:
        visits = visits.filter(location=place)
    begins, ends = _stretch(day)
    late = _earlier(visits, before=begins[1], now=now) if day == today else []
    listed = Q(pk__in=late[:MOST_EARLIER])
    listed |= Q(starts_at__gte=begins[0], starts_at__lt=ends)
    everybody = list(_rows(visits.filter(listed)))
    rows = [
        row
        for row in everybody
        if _day_of(row) == day
        or (row.appointment_id in late and lane_of(row, now=now) == Lane.MISSING)
    ]
    own = zones.of_practice()
    facts = _facts(staff, everybody, day=day, own_zone=own, now=now)
    lines = _lines(rows, facts)
    return Board(_sorted(lines), is_cut=len(late) > MOST_EARLIER)


def some_of(
    staff: StaffMember,
    visits: Collection[int],
    *,
    beside: Iterable[int] = (),
    day: date,
    own_zone: str,
    now: datetime,
) -> Board:
    """Some visits of somebody's places as the board has them, for a page that shows a
    part of it; those `beside` them are read to tell alike names apart.
    """
    everybody = _some(visits={*visits, *beside})
    facts = _facts(staff, everybody, day=day, own_zone=own_zone, now=now)
    rows = [row for row in everybody if row.appointment_id in visits]
    return Board(_sorted(_lines(rows, facts)))


def _stretch(day: date) -> tuple[tuple[datetime, datetime], datetime]:
    """When a day begins, first and last, and when it is over at every place."""
    names = Location.objects.order_by().values_list("time_zone", flat=True).distinct()
    known = list(names) or ["UTC"]
    begins = [zones.first_moment(day, name) for name in known]
    return (min(begins), max(begins)), max(zones.end_of(day, name) for name in known)


def _earlier(
    visits: QuerySet[Appointment], *, before: datetime, now: datetime
) -> list[int]:
    """The visits of earlier days with somebody who has no outcome, the newest first.

    One more than is shown. What is open is little, what has been grows: the visits are
    looked up from there.
    """
    undecided = Attendee.objects.filter(status__in=OPEN, is_withdrawn=False)
    over = visits.filter(
        pk__in=undecided.order_by().values("appointment"),
        ends_at__lte=now - OVERRUN,
        starts_at__lt=before,
    )
    newest = over.order_by("-starts_at", "-pk").values_list("pk", flat=True)
    return list(newest[: MOST_EARLIER + 1])


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
@prepared
def _some(visits: Any) -> QuerySet[Attendee]:
    return _rows(visits)


def _rows(visits: Any) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(appointment__in=visits, is_withdrawn=False)
    return (
        rows.select_related(*in_care.CHARTS, "telehealth_check_in")
        .select_related(*(f"appointment__{name}" for name in SHOWN))
        .only(*TOLD)
        .annotate(**{name: RawSQL(sql, []) for name, sql in ASKED.items()})  # noqa: S611
        .order_by("appointment__starts_at", "appointment", "pk")
    )


def _missing(now: datetime) -> Q:
    return Q(
        status__in=OPEN, is_withdrawn=False, appointment__ends_at__lte=now - OVERRUN
    )


def _day_of(row: Attendee) -> date:
    return zones.local_day(row.appointment.starts_at, row.appointment.zone)


# Telling -------------------------------------------------------------------------
def _facts(
    staff: StaffMember,
    rows: Sequence[Attendee],
    *,
    day: date,
    own_zone: str,
    now: datetime,
) -> Facts:
    """What the lines are told by; the rows are all the people of their visits."""
    patients = [row.chart.pk for row in rows]
    named, changeable = sight.known(staff, patients, now=now)
    return Facts(
        staff=staff,
        day=day,
        now=now,
        own_zone=own_zone,
        held=calendar_rules.rules(),
        named=named,
        changeable=changeable,
        private=_visits_with_others(rows, named),
        closed=_visits_with_others(rows, changeable),
        delays=_delays(rows),
        away=_away(rows),
        namesakes=_namesakes(rows, named),
        without_phone=_without_phone(rows, day),
    )


def _namesakes(rows: Sequence[Attendee], named: Collection[int]) -> frozenset[int]:
    """Those of a day at a place who have the name of another one there."""
    same = namesakes.alike(
        [row for row in rows if row.chart.pk in named],
        lambda row: namesakes.Called.of(row.chart),
        day=lambda row: (_day_of(row), row.appointment.location_id),
    )
    return frozenset(row.pk for row in same)


def _without_phone(rows: Sequence[Attendee], day: date) -> frozenset[int]:
    """The charts of some rows about which there is no number to call or to text.

    Most have one of their own, which the question for the rows has told.
    """
    unsure = {row.chart.pk for row in rows if not row.has_phone}  # type: ignore[attr-defined]
    if not unsure:
        return frozenset()
    found = phones.of_charts(unsure, day=day, hears_stops=False)
    return frozenset(
        pk for pk, lines in found.items() if not any(one.is_usable for one in lines)
    )


def _visits_with_others(
    rows: Sequence[Attendee], known: Collection[int]
) -> frozenset[int]:
    """The visits to which somebody comes who is not among those known."""
    others = [row for row in rows if row.chart.pk not in known]
    return frozenset(row.appointment_id for row in others)


def _lines(rows: Sequence[Attendee], facts: Facts) -> dict[Lane, list[Line]]:
    """The lines of some rows: a visit's people in the same state stand together."""
    groups: dict[tuple[Lane, int, str], list[Attendee]] = defaultdict(list)
    for row in rows:
        key = (lane_of(row, now=facts.now), row.appointment_id, row.status)
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
    found = _delays_of(visits={row.appointment_id for row in rows})
    return {(one.appointment_id, one.attendee_id): one for one in found}


@prepared
def _delays_of(visits: Any) -> QuerySet[Delay]:
    return Delay.objects.standing().filter(appointment__in=visits)


@prepared
def _absences(staff: Any, after: Any, before: Any) -> QuerySet[Absence, Any]:
    rows = Absence.objects.filter(staff__in=staff, is_withdrawn=False)
    rows = rows.filter(starts_at__lt=before, ends_at__gt=after)
    return rows.values_list("staff", "starts_at", "ends_at")


def _away(rows: Sequence[Attendee]) -> dict[int, list[tuple[datetime, datetime]]]:
    """When the clinicians of some visits are away."""
    visits = [row.appointment for row in rows if row.status in LIVE]
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    if not visits:
        return found
    absences = _absences(
        staff={one.clinician_id for one in visits},
        before=max(one.ends_at for one in visits),
        after=min(one.starts_at for one in visits),
    )
    for number, starts_at, ends_at in absences:
        found[number].append((starts_at, ends_at))
    return found
