"""The call list: who has not confirmed, and whom somebody asked to call."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from practice import phones, reaching, today, zones
from practice.calls import PROMISED
from practice.models import (
    CallAttempt,
    Closure,
    ContactKind,
    ContactPoint,
    HomeLocation,
    LocationHours,
    Patient,
    StaffMember,
    Task,
)
from practice.models.contacts import phone_text
from practice.prepared import prepared
from practice.reaching import How
from practice.states import PatientState
from scheduling import clearing, in_care, risk, sight
from scheduling.models import Attendee
from scheduling.namesakes import Called, alike
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime, time

    from django.db.models import QuerySet

    from practice.contacts import Address
    from practice.guardians import Guardian
    from practice.models import Location, Practice
    from practice.phones import Line

R = TypeVar("R", ContactPoint, CallAttempt, HomeLocation)
WORKING_DAYS = 2
FURTHEST = 14  # days looked through for a working one
CALLS = (clearing.CALL, PROMISED, "watch.call")
TRIED = timedelta(hours=12)
# What a line tells of a visit; of the patient, all that decides how to reach them.
NAMED = ("clinician", "type")
OF_TASKS = ("title", "words", "due_at", "for_person__name")
OF_CALLS = ("patient", "outcome", "made_at", "caller__name")
PHONE = ContactKind.PHONE
_names = ["given_name", "family_name", "preferred_name", "born_on"]
_names += ["interpreter", "needs_no_calls", "time_zone"]
WHOM = (
    "patient__merged_into",
    *(f"{chart}__{name}" for chart in sight.CHARTS for name in _names),
    *in_care.COLUMNS,
)
TOLD = (
    *WHOM,
    "appointment__starts_at",
    "appointment__location__time_zone",
    *(f"appointment__{name}__name" for name in NAMED),
)


@dataclass(frozen=True, slots=True)
class Phone:
    """A number, and why not to call it now, where something speaks against it."""

    number: str
    link: str
    label: str
    why_not: str
    is_barred: bool  # at any hour: nobody calls there
    says: Sequence[str]  # what is safe there
    whose: Guardian | None = None  # where it is not the patient's own


@dataclass(slots=True)
class CallLine:
    """One person to call, with everything that they are called about."""

    patient: Patient  # the chart that stands for theirs
    visits: list[Attendee] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    phones: Sequence[Phone] = ()
    last: CallAttempt | None = None
    is_namesake: bool = False  # another one on the list has the same name
    extra: Sequence[str] = ()  # why they may need an extra call, if they do

    @property
    def due_at(self) -> datetime:
        """When the first of it is due: a task, or a visit that begins."""
        times = [one.due_at for one in self.tasks]
        times += [one.appointment.starts_at for one in self.visits]
        return min(times)

    @property
    def is_out_of_reach(self) -> bool:
        """Whether no number of theirs may ever be called, or there is none."""
        return all(phone.is_barred for phone in self.phones)

    @property
    def is_held(self) -> bool:
        """Whether only a visit says to call them, and they are paused or care ended."""
        state = in_care.state_of(self.patient)
        return not self.tasks and state != PatientState.ACTIVE

    @property
    def is_set_apart(self) -> bool:
        """Whether nobody simply calls them."""
        return self.is_out_of_reach or self.is_held

    @property
    def task(self) -> Task | None:
        """Which a call settles: the one that is due first."""
        return min(self.tasks, key=lambda one: one.due_at, default=None)


@dataclass(frozen=True, slots=True)
class CallList:
    to_call: Sequence[CallLine]
    otherwise: Sequence[CallLine]  # paused, or to be reached another way
    tried: Sequence[CallLine]  # lately, and nobody was reached
    closed: int  # people whose charts are closed to the reader

    @property
    def open(self) -> Sequence[CallLine]:
        """Whom nobody has tried to reach lately."""
        return [*self.to_call, *self.otherwise]


def call_list(
    staff: StaffMember,
    *,
    places: Sequence[Location],
    practice: Practice | None,
    now: datetime,
) -> CallList:
    """Whom to call about the next working days, and because somebody asked for it.

    The number of queries is the same for any number of people.
    """
    zone = practice.time_zone if practice else "UTC"
    until = end_of_working_days(places, zone=zone, now=now)
    roles, who = tuple(staff.roles), {"staff": staff.pk, "now": now}
    where = [place.pk for place in places]
    visits = _unconfirmed(roles, places=where, until=until, **who)
    tasks = _tasks(roles, **who)
    ids = [one.chart.pk for one in visits]
    ids += [_chart(one.patient).pk for one in tasks if one.patient]
    named = sight.named(staff, ids, now=now)
    lines = _by_patient(visits, tasks, named)
    _tell(list(lines.values()), practice, zone, now=now)
    for line in alike(lines.values(), lambda line: Called.of(line.patient)):
        line.is_namesake = True
    in_order = sorted(lines.values(), key=lambda line: (line.due_at, line.patient.pk))
    tried = [line for line in in_order if _was_tried(line, now)]
    open_ones = [line for line in in_order if line not in tried]
    return CallList(
        [line for line in open_ones if not line.is_set_apart],
        [line for line in open_ones if line.is_set_apart],
        tried,
        len(set(ids) - named),
    )


@prepared
def _unconfirmed(
    roles: Sequence[str], *, staff: Any, places: Any, until: Any, now: Any
) -> QuerySet[Attendee]:
    """Who has not confirmed a visit that begins before then.

    Nobody calls the dead: the desk sees to their visits (scheduling.leaving).
    """
    visits = sight.visits_of(StaffMember.with_roles(roles, pk=staff)).filter(
        location__in=places, starts_at__gt=now, starts_at__lt=until
    )
    rows = Attendee.objects.filter(
        appointment__in=visits, status=Status.SCHEDULED, is_withdrawn=False
    )
    rows = rows.exclude(in_care.DIED).select_related(
        *in_care.CHARTS, *(f"appointment__{name}" for name in ("location", *NAMED))
    )
    return rows.only(*TOLD).order_by("appointment__starts_at", "pk")


def end_of_working_days(
    places: Sequence[Location], *, zone: str, now: datetime
) -> datetime:
    """The end of the second next day on which one of the places is open."""
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


@prepared
def _tasks(roles: Sequence[str], *, staff: Any, now: Any) -> QuerySet[Task]:
    """The calls that somebody asked this person, or their team, to make."""
    who = StaffMember.with_roles(roles, pk=staff)
    theirs = today.within_reach(who, now=now).open().filter(kind__in=CALLS)
    told = theirs.exclude(patient=None)
    told = told.select_related(*in_care.CHARTS, "for_person")
    return told.only(*WHOM, *OF_TASKS)


def _by_patient(
    visits: Iterable[Attendee], tasks: Iterable[Task], named: Collection[int]
) -> dict[int, CallLine]:
    lines: dict[int, CallLine] = {}
    for attendee in visits:
        chart = attendee.chart
        if chart.pk in named:
            lines.setdefault(chart.pk, CallLine(chart)).visits.append(attendee)
    for task in tasks:
        if task.patient and (chart := _chart(task.patient)).pk in named:
            lines.setdefault(chart.pk, CallLine(chart)).tasks.append(task)
    return lines


def _chart(patient: Patient) -> Patient:
    """The chart that stands for a patient: one person is one line."""
    return patient.merged_into or patient


# What stands on a line ---------------------------------------------------------------
def _tell(
    lines: Sequence[CallLine], practice: Practice | None, own: str, *, now: datetime
) -> None:
    """Add phones, also of guardians, the last call and the need of another."""
    heads = _heads([line.patient for line in lines])
    charts = list(heads)
    points = _by_head(_numbers(charts=charts), heads)
    tried = _by_head(_calls(charts=charts, since=now - TRIED), heads)
    seen_at = _by_head(_homes(charts=charts), heads)
    day = zones.local_day(now, own)
    theirs = {head: points[head] for head in heads.values()}
    numbers = phones.about(theirs, day=day, practice=practice)
    extra = risk.to_call([v.appointment_id for line in lines for v in line.visits])
    for line in lines:
        pk = line.patient.merged_into_id or line.patient.pk
        home = next((row.location.time_zone for row in seen_at[pk]), own)
        zone = line.patient.time_zone or home
        line.phones = _phones(line.patient, numbers[pk], zone, now=now)
        needs = (extra.get(one.appointment_id, ()) for one in line.visits)
        line.extra = next(filter(None, needs), ())
        line.last = max(tried[pk], key=lambda row: row.made_at, default=None)


def _phones(
    patient: Patient, lines: Iterable[Line], zone: str, *, now: datetime
) -> list[Phone]:
    """The patient's numbers, then those of each guardian; who may be called first."""
    at = now.astimezone(ZoneInfo(zone)).time()
    found = [(line, _phone(patient, line, at)) for line in lines]
    found.sort(
        key=lambda pair: (
            pair[1].whose.caregiving.pk if pair[1].whose else 0,
            bool(pair[1].why_not),
            not pair[0].address.is_first,
        )
    )
    return [phone for _line, phone in found]


def _phone(patient: Patient, line: Line, at: time) -> Phone:
    refusal = line.why_not(patient, How.CALL)
    return Phone(
        phone_text(line.phone),
        f"tel:{line.phone}",
        line.address.label,
        refusal or reaching.not_now(line.address, clock_time=at),
        bool(refusal),
        _says(line.address),
        line.whose(patient),
    )


def _says(address: Address) -> list[str]:
    says = [_("no voicemail")] if not address.may_leave_voicemail else []
    return [*says, _("may name us")] if address.may_name_practice else says


def _was_tried(line: CallLine, now: datetime) -> bool:
    """Whether somebody called since what they are called about came up."""
    if line.last is None:
        return False
    promised = [one for one in line.tasks if one.due_at <= now]
    return not promised or line.last.made_at > max(one.due_at for one in promised)


def _heads(patients: Iterable[Patient]) -> Mapping[int, int]:
    """The charts of some patients, those merged into them too, by the one that stands
    for each.
    """
    wanted = {one.merged_into_id or one.pk for one in patients}
    return {pk: head or pk for pk, head in _charts(heads=wanted)}


@prepared
def _charts(heads: Any) -> QuerySet[Patient, tuple[int, int | None]]:
    charts = Patient.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads))
    return charts.values_list("pk", "merged_into")


@prepared
def _numbers(charts: Any) -> QuerySet[ContactPoint]:
    rows = ContactPoint.objects.filter(kind=PHONE, ended_at=None)
    return rows.filter(patient__in=charts).order_by("pk")


@prepared
def _calls(charts: Any, since: Any) -> QuerySet[CallAttempt]:
    rows = CallAttempt.objects.filter(is_withdrawn=False, made_at__gt=since)
    theirs = rows.filter(patient__in=charts).order_by("pk")
    return theirs.select_related("caller").only(*OF_CALLS)


@prepared
def _homes(charts: Any) -> QuerySet[HomeLocation]:
    rows = HomeLocation.objects.filter(is_current=True, patient__in=charts)
    told = rows.select_related("location").only("patient", "location__time_zone")
    return told.order_by("pk")


def _by_head(rows: Iterable[R], heads: Mapping[int, int]) -> Mapping[int, list[R]]:
    """Rows about some charts, by the one that stands for each."""
    found: dict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[heads[row.patient_id or 0]].append(row)
    return found
