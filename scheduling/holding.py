"""Locks, in the one order: clinicians, rooms and patients, each by number; then visits.

Whoever writes a visit's time, or who comes to it, holds these first: so no two wait
for one another, and nobody joins or moves what somebody else is just looking at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from practice import zones
from practice.models import Location, Patient, StaffMember
from practice.trail import locked
from practice.versions import ChangedMeanwhile
from scheduling.models import Appointment, Attendee, Room
from scheduling.states import AHEAD, OPEN

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from scheduling.booking import Plan


def hold(
    clinicians: Collection[int], rooms: QuerySet[Room], patients: Collection[int] = ()
) -> None:
    """Lock people and rooms in the one order, before any visit."""
    # Not the keys: rows that point here may be written meanwhile.
    for rows in (
        StaffMember.objects.filter(pk__in=clinicians),
        rooms,
        Patient.objects.filter(pk__in=patients),
    ):
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def hold_clock(place: Location) -> None:
    """A place keeps its clock while a visit is booked by it; first of all locks.

    Many may hold it at once: only who changes the place waits. Raises
    ChangedMeanwhile where its clock is another one than whoever books has read.
    """
    row = Location.objects.filter(pk=place.pk).order_by().values_list("time_zone")
    sql, params = row.query.sql_with_params()
    if connection.features.has_select_for_update:
        sql += " FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        (zone,) = cursor.fetchone()
    if zone != place.time_zone:
        words = _("%(place)s has just got another time zone: look at the times again.")
        raise ChangedMeanwhile(words % {"place": place})


def hold_to_move(
    appointment: Appointment, plan: Plan
) -> tuple[Appointment, list[Patient], list[Room]]:
    """A visit, those who come to it and the rooms it may have: all locked.

    Raises ChangedMeanwhile where it went to another clinician at that moment, or the
    place got another clock.
    """
    hold_clock(plan.location)
    whose = Appointment.objects.values_list("clinician_id", flat=True)
    clinicians = {plan.clinician.pk, whose.get(pk=appointment.pk)}
    rooms = rooms_of(plan)
    hold(clinicians, rooms)
    # Nobody joins any more: whoever comes is known.
    patients = coming_to_each([appointment])[appointment.pk]
    hold((), rooms.none(), [one.pk for one in patients])
    visit = locked(appointment)
    if visit.clinician_id not in clinicians:
        raise ChangedMeanwhile(_moved_words(visit))
    return visit, patients, list(rooms)


def check_seen(visit: Appointment, seen: int | None) -> None:
    """Raise ChangedMeanwhile where somebody else was quicker to move a visit."""
    if seen not in (None, visit.version):
        raise ChangedMeanwhile(_moved_words(visit))


def rooms_of(plan: Plan) -> QuerySet[Room]:
    """The rooms that come into question, by name."""
    rooms = Room.objects.filter(location=plan.location, is_active=True)
    if plan.room is not None:
        rooms = rooms.filter(pk=plan.room.pk)
    elif not plan.is_in_a_room:
        rooms = rooms.none()
    return rooms.order_by("name", "pk")


def charts_of(appointments: Collection[int]) -> set[int]:
    """Everybody who comes or was to come to some visits, by the charts that stand:
    those are locked by whoever writes.
    """
    rows = Attendee.objects.filter(appointment__in=appointments).order_by()
    return set(rows.values_list(Coalesce("patient__merged_into", "patient"), flat=True))


def coming_to_each(visits: Collection[Appointment]) -> dict[int, list[Patient]]:
    """Who has to be free when a visit moves: those who come to it, by the charts that
    stand. Takes one query."""
    found: dict[int, list[Patient]] = {visit.pk: [] for visit in visits}
    rows = Attendee.objects.filter(
        appointment__in=list(found),
        is_withdrawn=False,
        status__in=OPEN,
    )
    for row in rows.select_related("patient__merged_into").order_by("pk"):
        chart = row.patient.merged_into or row.patient
        found[row.appointment_id].append(chart)
    return found


def coming(visit: Appointment) -> list[Attendee]:
    """Who comes to a visit that is ahead or under way."""
    rows = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
    return list(rows.select_related("patient").order_by("pk"))


def _moved_words(visit: Appointment) -> str:
    words = _("Somebody has just moved this visit: it is on %(when)s now.")
    return words % {"when": zones.moment(visit.starts_at, visit.zone)}


def is_ahead(
    visit: Appointment, attendees: Collection[Attendee], *, now: datetime
) -> bool:
    """Whether a visit can be moved: all who come are awaited, or others may join."""
    if not attendees:
        return is_joinable(visit, now=now)
    return all(one.status in AHEAD for one in attendees)


def is_joinable(visit: Appointment, *, now: datetime) -> bool:
    """Whether a visit is ahead even while nobody comes: somebody may still join."""
    return visit.type.is_group and visit.is_live and now < visit.starts_at
