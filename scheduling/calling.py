"""The call list: who has not confirmed, and whom somebody asked to call."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from practice import contacts, reaching, today, zones
from practice.calls import PROMISED
from practice.models import (
    CallAttempt,
    Closure,
    ContactKind,
    ContactPoint,
    HomeLocation,
    LocationHours,
    Patient,
    Task,
)
from practice.models.contacts import phone_text
from practice.reaching import How
from scheduling import clearing, risk, sight
from scheduling.models import Attendee
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location, StaffMember

R = TypeVar("R", ContactPoint, CallAttempt, HomeLocation)
WORKING_DAYS = 2
FURTHEST = 14  # days looked through for a working one
CALLS = (clearing.CALL, PROMISED, "watch.call")
TRIED = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number, and why not to call it now, where something speaks against it."""

    number: str
    label: str
    why_not: str
    says: Sequence[str]  # what is safe there


@dataclass(slots=True)
class CallLine:
    """One person to call, with everything that they are called about."""

    patient: Patient
    visits: list[Attendee] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    phones: Sequence[Phone] = ()
    last: CallAttempt | None = None
    extra: Sequence[str] = ()  # why they may need an extra call, if they do

    @property
    def due_at(self) -> datetime:
        """When the first of it is due: a task, or a visit that begins."""
        times = [one.due_at for one in self.tasks]
        times += [one.appointment.starts_at for one in self.visits]
        return min(times)

    @property
    def task(self) -> Task | None:
        """Which a call settles: the one that is due first."""
        return min(self.tasks, key=lambda one: one.due_at, default=None)


@dataclass(frozen=True, slots=True)
class CallList:
    to_call: Sequence[CallLine]
    tried: Sequence[CallLine]  # lately, and nobody was reached
    closed: int  # people whose charts are closed to the reader


def call_list(
    staff: StaffMember, *, places: Sequence[Location], now: datetime
) -> CallList:
    """Whom to call about the next working days, and because somebody asked for it.

    The number of queries is the same for any number of people.
    """
    visits = list(unconfirmed(staff, places=places, now=now))
    tasks = list(_tasks(staff, now=now))
    ids = [one.patient_id for one in visits]
    ids += [one.patient_id for one in tasks if one.patient_id]
    named = sight.named(staff, ids, now=now)
    lines = _by_patient(visits, tasks, named)
    _tell(list(lines.values()), now=now)
    in_order = sorted(lines.values(), key=lambda line: (line.due_at, line.patient.pk))
    tried = [line for line in in_order if _was_tried(line, now)]
    return CallList(
        [line for line in in_order if line not in tried],
        tried,
        len(set(ids) - named),
    )


def unconfirmed(
    staff: StaffMember, *, places: Sequence[Location], now: datetime
) -> QuerySet[Attendee]:
    """Who has not confirmed a visit up to the end of the next working days."""
    until = end_of_working_days(places, now=now)
    visits = sight.visits_of(staff).filter(
        location__in=places, starts_at__gt=now, starts_at__lt=until
    )
    rows = Attendee.objects.filter(
        appointment__in=visits, status=Status.SCHEDULED, is_withdrawn=False
    )
    rows = rows.select_related(
        "patient",
        "appointment__location",
        "appointment__clinician",
        "appointment__type",
    )
    return rows.order_by("appointment__starts_at", "pk")


def end_of_working_days(places: Sequence[Location], *, now: datetime) -> datetime:
    """The end of the second next day on which one of the places is open."""
    zone = zones.of_practice()
    day = zones.local_day(now, zone)
    hours = LocationHours.objects.filter(location__in=places, is_current=True)
    weekdays = set(hours.values_list("weekday", flat=True)) or set(range(5))
    shut = list(
        Closure.objects.filter(
            location=None,
            is_withdrawn=False,
            ends_on__gt=day,
            starts_on__lte=day + timedelta(days=FURTHEST),
        )
    )
    ahead = (day + timedelta(days=n) for n in range(1, FURTHEST))
    working = [
        one
        for one in ahead
        if one.weekday() in weekdays and not any(row.covers(one) for row in shut)
    ]
    last: date = (working[:WORKING_DAYS] or [day])[-1]
    return zones.end_of(last, zone)


def _tasks(staff: StaffMember, *, now: datetime) -> QuerySet[Task]:
    """The calls that somebody asked this person, or their team, to make."""
    theirs = today.within_reach(staff, now=now).open().filter(kind__in=CALLS)
    return theirs.exclude(patient=None).select_related("patient", "for_person")


def _by_patient(
    visits: Iterable[Attendee], tasks: Iterable[Task], named: Collection[int]
) -> dict[int, CallLine]:
    lines: dict[int, CallLine] = {}
    for attendee in visits:
        if attendee.patient_id in named:
            line = lines.setdefault(attendee.patient_id, CallLine(attendee.patient))
            line.visits.append(attendee)
    for task in tasks:
        if task.patient is not None and task.patient_id in named:
            lines.setdefault(task.patient.pk, CallLine(task.patient)).tasks.append(task)
    return lines


# What stands on a line ---------------------------------------------------------------
def _tell(lines: Sequence[CallLine], *, now: datetime) -> None:
    """Add phones, the last call and the need of another; five queries."""
    ids = [line.patient.merged_into_id or line.patient.pk for line in lines]
    theirs = Q(patient__in=ids) | Q(patient__merged_into__in=ids)
    points = _by_head(
        ContactPoint.objects.filter(theirs, kind=ContactKind.PHONE, ended_at=None)
    )
    calls = _by_head(
        CallAttempt.objects.filter(theirs, is_withdrawn=False, made_at__gt=now - TRIED)
    )
    homes = _by_head(
        HomeLocation.objects.filter(theirs, is_current=True).select_related("location")
    )
    own = zones.of_practice()
    extra = risk.to_call([v.appointment_id for line in lines for v in line.visits])
    for pk, line in zip(ids, lines, strict=True):
        home = next((row.location.time_zone for row in homes[pk]), own)
        zone = line.patient.time_zone or home
        line.phones = _phones(line.patient, points[pk], zone, now=now)
        needs = (extra.get(one.appointment_id, ()) for one in line.visits)
        line.extra = next(filter(None, needs), ())
        line.last = max(calls[pk], key=lambda row: row.made_at, default=None)


def _phones(
    patient: Patient, points: Iterable[ContactPoint], zone: str, *, now: datetime
) -> list[Phone]:
    """Every number, those that may be called now first."""
    at = now.astimezone(ZoneInfo(zone)).time()
    numbers = {contacts.key_of(point): phone_text(point.phone) for point in points}
    found = [
        (
            not one.is_first,
            Phone(
                numbers[one.kind, one.value],
                one.label,
                reaching.why_not_at(patient, one, How.CALL, clock_time=at),
                _says(one),
            ),
        )
        for one in contacts.addresses_of(points)
    ]
    found.sort(key=lambda pair: (bool(pair[1].why_not), pair[0]))
    return [phone for _order, phone in found]


def _says(address: contacts.Address) -> list[str]:
    says = [_("no voicemail")] if not address.may_leave_voicemail else []
    return [*says, _("may name us")] if address.may_name_practice else says


def _was_tried(line: CallLine, now: datetime) -> bool:
    """Whether somebody called since what they are called about came up."""
    if line.last is None:
        return False
    promised = [one for one in line.tasks if one.due_at <= now]
    return not promised or line.last.made_at > max(one.due_at for one in promised)


def _by_head(rows: QuerySet[R]) -> Mapping[int, list[R]]:
    """Rows by the chart that stands for the one they hang on."""
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows.select_related("patient").order_by("pk"):
        chart: Any = row.patient
        found[chart.merged_into_id or chart.pk].append(row)
    return found
