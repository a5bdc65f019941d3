"""What stands in the way of a visit: other visits, hours, absences; or no offer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Coalesce

from practice.models import Absence, Patient
from practice.models.patients import about_charts
from scheduling import hours, slots
from scheduling.minutes import minute_of
from scheduling.models import Appointment, Attendee, Room, TypeOffer, TypePlace
from scheduling.states import LIVE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.booking import Plan
    from scheduling.models.appointments import AppointmentQuerySet

ONE_DAY = timedelta(days=1)


def visit_of_clinician(
    plan: Plan, *, apart_from: Collection[int | None] = ()
) -> Appointment | None:
    """A live visit of the clinician that takes some of the plan's time."""
    rows = _overlapping(plan.taken_from, plan.taken_until, apart_from)
    return rows.filter(clinician=plan.clinician).first()


def clash_of(visit: Appointment) -> Appointment | None:
    """Another live visit of the same clinician, or in the same room, at its time."""
    pair = (visit.pk, visit.double_of_id)
    rows = _overlapping(visit.taken_from, visit.taken_until, pair)
    rows = rows.exclude(double_of=visit)
    same_room = Q(room=visit.room_id) & ~Q(room=None)
    return rows.filter(Q(clinician=visit.clinician_id) | same_room).first()


def free_room(
    plan: Plan, rooms: Iterable[Room], *, apart_from: Collection[int | None] = ()
) -> Room | None:
    """The first of some rooms that nobody has at the plan's time."""
    rows = _overlapping(plan.taken_from, plan.taken_until, apart_from)
    visits = rows.exclude(room=None).order_by()
    gone = set(visits.values_list("room_id", flat=True))
    return next((room for room in rooms if room.pk not in gone), None)


def is_room_taken(visit: Appointment, room: Room) -> bool:
    """Whether another live visit is in a room at some visit's time."""
    rows = _overlapping(visit.taken_from, visit.taken_until, [visit.pk])
    return rows.filter(room=room).exists()


def visit_of_patient(
    plan: Plan | Appointment,
    patient_ids: Iterable[int],
    *,
    apart_from: Collection[int | None] = (),
) -> Attendee | None:
    """Another visit of one of some patients, by any chart of theirs, meanwhile."""
    rows = _attending(patient_ids, plan.starts_at, plan.ends_at, apart_from)
    return rows.select_related("appointment", "patient__merged_into").first()


def elsewhere(
    visit: Appointment, starts_at: datetime, ends_at: datetime
) -> Sequence[tuple[datetime, datetime]]:
    """When those who come to a visit have others, within a stretch."""
    coming = visit.attendees.filter(is_withdrawn=False, status__in=LIVE)
    people = list(coming.values_list("patient", flat=True))
    rows = _attending(people, starts_at, ends_at, [visit.pk])
    return list(rows.values_list("appointment__starts_at", "appointment__ends_at"))


def _attending(
    patient_ids: Iterable[int],
    starts_at: datetime,
    ends_at: datetime,
    apart_from: Collection[int | None],
) -> QuerySet[Attendee]:
    """By any chart of some patients, within a stretch."""
    charts = Patient.objects.filter(pk__in=patient_ids)
    heads = charts.values_list(Coalesce("merged_into", "pk"))
    return Attendee.objects.filter(
        about_charts(heads),
        is_withdrawn=False,
        status__in=LIVE,
        appointment__is_live=True,
        appointment__starts_at__lt=ends_at,
        appointment__ends_at__gt=starts_at,
    ).exclude(appointment__in=[pk for pk in apart_from if pk])


def is_within_hours(plan: Plan) -> bool:
    """Whether the plan lies, buffers and all, in hours that nothing protects."""
    zone = ZoneInfo(plan.location.time_zone)
    day = plan.starts_at.astimezone(zone).date()
    days = (day - ONE_DAY, day + ONE_DAY)
    table = hours.of_clinician(plan.clinician.pk, days=days)
    begins, ends = minute_of(plan.taken_from), _minute_after(plan.taken_until)
    pauses = table.protected([days[0], day, days[1]])
    if any(starts < ends and until > begins for _whose, starts, until in pauses):
        return False
    here = [
        (one.starts, one.ends)
        for one in table.windows([days[0], day, days[1]])
        if one.place == plan.location.pk
    ]
    return any(
        starts <= begins and ends <= until for starts, until in slots.merged(here)
    )


def absence_of(plan: Plan) -> Absence | None:
    """Why the clinician is not there at all, if they are not."""
    return Absence.objects.filter(
        staff=plan.clinician,
        is_withdrawn=False,
        starts_at__lt=plan.taken_until,
        ends_at__gt=plan.taken_from,
    ).first()


def is_offered(plan: Plan) -> bool:
    """Whether the clinician offers the plan's type at its place."""
    offers = TypeOffer.objects.filter(
        type=plan.type,
        clinician=plan.clinician,
        clinician__is_active=True,
        clinician__is_clinician=True,
        is_current=True,
    )
    places = TypePlace.objects.filter(type=plan.type, is_current=True)
    held = set(places.values_list("location_id", flat=True))
    is_here = not held or plan.location.pk in held
    return is_here and plan.location.is_active and offers.exists()


def _overlapping(
    starts_at: datetime, ends_at: datetime, apart_from: Collection[int | None]
) -> AppointmentQuerySet:
    visits = Appointment.objects.live().within(starts_at, ends_at)
    return visits.exclude(pk__in=[pk for pk in apart_from if pk])


def _minute_after(at: datetime) -> int:
    return minute_of(at + timedelta(seconds=59))
