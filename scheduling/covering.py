"""What can become of the visits of a clinician who falls out: who covers, when else.

Read once for all visits of the stretch: the hours and visits of the others, and the
next free times of the clinician.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import locations, phones, watching, zones
from practice.models import StaffMember
from practice.models.patients import about_charts
from scheduling import in_care, slots, statements
from scheduling.finding import Question, find, fit_of
from scheduling.hours import Timetable
from scheduling.minutes import instant_of, minute_of
from scheduling.models import Appointment, Attendee, Choice, Modality, TypeOffer
from scheduling.models.types import LONGEST
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from scheduling.models import AppointmentType
    from scheduling.slots import Span

AWAITED = AHEAD | {Status.ARRIVED}  # nobody has begun with them
ONE_DAY = timedelta(days=1)
SEARCHED = timedelta(days=28)
COVERS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Affected:
    """One visit that the clinician cannot hold, and what can become of it."""

    visit: Appointment
    attendees: Sequence[Attendee]
    call_first: str  # why a person calls before anything else; empty: nobody has to
    covers: Sequence[StaffMember]
    moves_to: datetime | None

    @property
    def is_here(self) -> bool:
        """Whether somebody has come to it: nothing is done before they are asked."""
        return any(one.status == Status.ARRIVED for one in self.attendees)

    @property
    def ways(self) -> list[str]:
        """Everything that may be chosen, as the form says it."""
        if self.is_here:
            return [str(Choice.CANCEL), str(Choice.LEAVE)]
        found = [f"{Choice.COVER}-{one.pk}" for one in self.covers]
        if self.moves_to is not None:
            found.append(f"{Choice.MOVE}-{minute_of(self.moves_to)}")
        if Modality.TELEHEALTH in self.visit.type.modalities:
            found.append(str(Choice.TELEHEALTH))
        return [*found, str(Choice.CANCEL), str(Choice.LEAVE)]

    @property
    def suggested(self) -> str:
        """Whoever is asked first keeps the visit until then; the others move."""
        if self.call_first or self.is_here:
            return str(Choice.LEAVE)
        people = [one.patient for one in self.attendees]
        if people and all(map(in_care.has_died, people)):
            return str(Choice.CANCEL)
        moves = [way for way in self.ways if way.startswith(Choice.MOVE)]
        return (moves or [str(Choice.CANCEL)])[0]


def stretch_of(
    clinician: StaffMember, day: date, *, now: datetime, zone: str
) -> tuple[datetime, datetime]:
    """The day that falls out, by the clocks of where they work; of today the rest.

    `zone` counts for who works nowhere. Takes one query.
    """
    known = locations.of_staff(clinician).order_by()
    theirs = set(known.values_list("time_zone", flat=True)) or {zone}
    begins = min(zones.first_moment(day, one) for one in theirs)
    ends = max(zones.end_of(day, one) for one in theirs)
    return (now if begins <= now < ends else begins), ends


def visits_on(clinician: StaffMember, day: date, *, now: datetime) -> list[Appointment]:
    """Their visits of a day, by the clock of each visit's place; of today the rest."""
    begins = zones.first_moment(day, "UTC") - ONE_DAY
    found = visits_in(clinician, begins, zones.end_of(day, "UTC") + ONE_DAY)
    return [
        one
        for one in found
        if zones.local_day(one.starts_at, one.zone) == day
        and (one.ends_at > now or day < zones.local_day(now, one.zone))
    ]


def visits_in(
    clinician: StaffMember, starts_at: datetime, ends_at: datetime
) -> list[Appointment]:
    """The clinician's visits in a stretch, or still to begin late in it, for which
    somebody is due or waits."""
    people = Attendee.objects.filter(is_withdrawn=False)
    awaited = people.filter(status__in=AWAITED).values("appointment")
    begun = people.filter(status=Status.IN_SESSION).values("appointment")
    rows = Appointment.objects.live().filter(
        clinician=clinician,
        starts_at__gt=starts_at - LONGEST,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
        pk__in=awaited,
    )
    rows = rows.exclude(pk__in=begun)
    rows = rows.select_related("type", "location", "room", "clinician")
    return list(rows.order_by("starts_at", "pk"))


def affected(
    clinician: StaffMember,
    visits: Sequence[Appointment],
    *,
    ends_at: datetime,
    now: datetime,
) -> list[Affected]:
    """What can become of each visit; as many questions as types are concerned."""
    people: dict[int, list[Attendee]] = defaultdict(list)
    coming = Attendee.objects.filter(
        appointment__in=visits, is_withdrawn=False, status__in=AWAITED
    )
    for one in coming.select_related(*in_care.CHARTS).order_by("pk"):
        people[one.appointment_id].append(one)
    first = call_first(
        [one.chart.pk for group in people.values() for one in group], now=now
    )
    covers = _Covers(clinician, visits) if visits else None
    moves = _moves(clinician, visits, after=ends_at, now=now)
    return [
        Affected(
            visit,
            people[visit.pk],
            _first_reason(visit, people[visit.pk], first, now=now),
            covers.of(visit) if covers else (),
            moves.get(visit.pk),
        )
        for visit in visits
    ]


def call_first(heads: Collection[int], *, now: datetime) -> Mapping[int, str]:
    """Whom a person calls, and why: a watch, or no number that may be texted.

    Asked and answered by the charts that stand (Attendee.chart).
    """
    ids = set(heads)
    today = zones.local_day(now, zones.of_practice())
    theirs = about_charts(ids)
    flags = watching.watched(today).filter(theirs)
    pairs = flags.values_list("patient", "patient__merged_into")
    watched = {number for pair in pairs for number in pair if number} & ids
    texted = {
        head
        for head, lines in phones.of_charts(ids, day=today).items()
        if any(line.may_be_texted for line in lines)
    }
    reasons = {number: _("No number that may be texted") for number in ids - texted}
    return reasons | {number: _("Somebody checks on them") for number in watched}


def reason_to_call(
    attendee: Attendee, visit: Appointment, known: Mapping[int, str], *, now: datetime
) -> str:
    """Why a person calls somebody first, if they do; nobody calls who is here, or has
    died.
    """
    if attendee.status not in AHEAD or in_care.has_died(attendee.patient):
        return ""
    if visit.starts_at <= now:
        return _("Late, or on their way: nobody has told them")
    return known.get(attendee.chart.pk, "")


def _first_reason(
    visit: Appointment,
    attendees: Iterable[Attendee],
    known: Mapping[int, str],
    *,
    now: datetime,
) -> str:
    said = (reason_to_call(one, visit, known, now=now) for one in attendees)
    return next(filter(None, said), "")


class _Covers:
    """Who else could hold some visits, as they stand; five questions at most."""

    def __init__(self, clinician: StaffMember, visits: Sequence[Appointment]) -> None:
        begins = min(one.taken_from for one in visits)
        ends = max(one.taken_until for one in visits)
        self.days = _days(begins, ends)
        offers = TypeOffer.objects.filter(
            type__in={one.type_id for one in visits},
            is_current=True,
            clinician__is_active=True,
            clinician__is_clinician=True,
        ).exclude(clinician=clinician)
        self.offers: dict[int, list[StaffMember]] = defaultdict(list)
        for offer in offers.select_related("clinician").order_by("clinician__name"):
            self.offers[offer.type_id].append(offer.clinician)
        staff = {one.pk for group in self.offers.values() for one in group}
        self.busy = _busy(staff, begins, ends)
        self.windows = self._hours(staff)

    def of(self, visit: Appointment) -> Sequence[StaffMember]:
        """Who offers its type, has hours there then, and nothing else to do."""
        begins, ends = minute_of(visit.taken_from), minute_of(visit.taken_until)
        free = [
            one
            for one in self.offers[visit.type_id]
            if any(
                starts <= begins and ends <= until
                for starts, until in self.windows[one.pk, visit.location_id]
            )
            and not any(s < ends and u > begins for s, u in self.busy[one.pk])
        ]
        return free[:COVERS_SHOWN]

    def _hours(self, staff: Collection[int]) -> Mapping[tuple[int, int], list[Span]]:
        found: dict[tuple[int, int], list[Span]] = defaultdict(list)
        if not staff:
            return found
        span = (self.days[0], self.days[-1])
        table = Timetable(
            statements.weekly(span, clinicians=staff),
            statements.pauses(span, staff),
            statements.closures(span),
        )
        for one in table.windows(self.days):
            found[one.clinician, one.place].append((one.starts, one.ends))
        for whose, starts, until in table.protected(self.days):
            self.busy[whose].append((starts, until))
        return defaultdict(
            list, {key: list(slots.merged(spans)) for key, spans in found.items()}
        )


def _busy(
    staff: Collection[int], begins: datetime, ends: datetime
) -> dict[int, list[Span]]:
    """Visits, absences, and what their own calendars say."""
    found: dict[int, list[Span]] = defaultdict(list)
    if staff:
        for number, _room, starts, until in statements.taken(begins, ends, staff):
            found[number].append((starts, until))
    return found


def _moves(
    clinician: StaffMember,
    visits: Iterable[Appointment],
    *,
    after: datetime,
    now: datetime,
) -> Mapping[int, datetime]:
    """The next free time of the clinician for each visit, each another one."""
    given: list[Span] = []
    found: dict[int, datetime] = {}
    groups: dict[tuple[AppointmentType, int, timedelta, str], list[Appointment]]
    groups = defaultdict(list)
    for visit in visits:
        key = (visit.type, visit.location_id, visit.length, visit.way_asked)
        groups[key].append(visit)
    for (kind, place, length, way), theirs in groups.items():
        first = zones.local_day(max(after, now), theirs[0].zone)
        question = Question(
            kind,
            first,
            first + SEARCHED,
            [clinician.pk],
            [place],
            modalities=[way],
            length=length,
            notice=False,
        )
        free = find(question, now=max(after, now), most=8 * len(theirs)).slots
        fit = fit_of(kind, length)
        for slot in free:
            span = (slot.starts - fit.before, slot.starts + fit.length + fit.after)
            if not theirs or any(s < span[1] and u > span[0] for s, u in given):
                continue
            given.append(span)
            found[theirs.pop(0).pk] = instant_of(slot.starts)
    return found


def _days(begins: datetime, ends: datetime) -> list[date]:
    first = begins.date() - ONE_DAY
    return [first + n * ONE_DAY for n in range((ends.date() - first).days + 2)]
