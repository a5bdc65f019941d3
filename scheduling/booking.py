"""Booking a visit, and moving it: the clinician's time is locked first, then looked
at, then written.

Whoever writes a visit's time holds the rows of its clinician, of the rooms that come
into question and of its patients, in this order and each by number: so no two wait
for one another. What the look does not see, the database refuses
(scheduling.never_twice).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from practice import announcements, merging
from practice.models import Patient, StaffMember
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep, locked
from scheduling import busy, never_twice, refusals, taken
from scheduling.models import (
    Appointment,
    AppointmentType,
    Attendee,
    Modality,
    Room,
    TypeOffer,
    TypePlace,
)
from scheduling.models.types import LONGEST
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location
    from scheduling.models import Series

FURTHEST = timedelta(days=2 * 366)
LONG_AGO = timedelta(days=1)


class SlotTaken(NotPossible):
    """The clinician, or the room, has another visit then."""

    field = "starts_at"


class OutsideHours(NotPossible):
    """The clinician has no hours there then."""

    field = "starts_at"


class NotOffered(NotPossible):
    """The clinician, the place or the way to meet does not go with the type."""

    field = "type"


class PatientElsewhere(NotPossible):
    """A patient has another visit at the same time."""

    field = "starts_at"


class TooManyPatients(NotPossible):
    """The visit has no seat left."""

    field = "patients"


class NotInCare(NotPossible):
    """Nobody books for a patient whose care has ended, or who died."""

    field = "patients"


@dataclass(frozen=True, slots=True)
class Plan:
    """What, with whom, where and when; `room` none lets the desk's order choose."""

    type: AppointmentType
    clinician: StaffMember
    location: Location
    starts_at: datetime
    modality: str = Modality.IN_PERSON
    room: Room | None = None
    length: timedelta | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + (self.length or self.type.length)

    @property
    def taken_from(self) -> datetime:
        return self.starts_at - self.type.buffer_before

    @property
    def taken_until(self) -> datetime:
        return self.ends_at + self.type.buffer_after

    @property
    def is_in_a_room(self) -> bool:
        return self.type.needs_room and self.modality == Modality.IN_PERSON


@dataclass(frozen=True, slots=True)
class Despite:
    """What somebody books knowingly against the rules, and why."""

    hours: str = ""  # outside the hours, because …
    beside: Appointment | None = None  # at the same time as this visit
    beside_reason: str = ""
    patient_elsewhere: bool = False  # although the patient has another visit then


NOTHING = Despite()
OfSeries = tuple["Series | None", "date | None"]  # and the day that its rule means
ALONE: OfSeries = (None, None)


@transaction.atomic
def book(
    *,
    plan: Plan,
    patients: Sequence[Patient],
    by: Actor,
    now: datetime,
    despite: Despite = NOTHING,
    of_series: OfSeries = ALONE,
    desk_note: str = "",
    announced_as: str = "attendee.booked",
) -> Appointment:
    """Book a visit for one patient or several.

    Raises SlotTaken, OutsideHours, NotOffered, PatientElsewhere, TooManyPatients or
    NotInCare.
    """
    patients = merging.standing(patients)
    rooms = _lock(plan, patients)
    check_plan(plan, patients, now=now)
    plan = _settle(plan, patients, rooms, despite=despite)
    visit = Appointment(booked_at=now, desk_note=desk_note)
    visit.series, visit.series_on = of_series
    _put(visit, plan, despite)
    keep_visit(visit, by=by, kind="appointment.booked")
    for patient in patients:
        attendee = Attendee(appointment=visit, patient=patient, status_at=now)
        keep(attendee, by=by, kind="attendee.booked")
        announce(announced_as, attendee, by=by, now=now)
    return visit


@transaction.atomic
def move(
    *,
    appointment: Appointment,
    plan: Plan,
    by: Actor,
    now: datetime,
    despite: Despite = NOTHING,
    of_series: OfSeries | None = None,
) -> Appointment:
    """Move a visit to another time, clinician, place or room.

    With `of_series` it becomes that series' visit of a day. Whoever had confirmed has
    not confirmed the new time. Raises what `book` raises, and NotPossible for a visit
    that has begun or is over.
    """
    patients = merging.standing([one.patient for one in _coming(appointment)])
    rooms = _lock(plan, patients, appointment)
    visit = locked(appointment)
    attendees = _coming(visit)
    if not attendees or any(one.status not in AHEAD for one in attendees):
        raise NotPossible(_("Only a visit that is still ahead can be moved."))
    check_plan(plan, patients, now=now)
    plan = _settle(plan, patients, rooms, despite=despite, apart_from=visit)
    _put(visit, plan, despite)
    if of_series is not None:
        visit.series, visit.series_on = of_series
    visit.version += 1
    keep_visit(visit, by=by, kind="appointment.moved")
    end_pair(visit, by=by)
    for attendee in attendees:
        if attendee.status == Status.CONFIRMED:
            attendee.status, attendee.status_at = Status.SCHEDULED, now
            keep(attendee, by=by, kind="attendee.unconfirmed")
        announce("appointment.moved", attendee, by=by, now=now)
    return visit


def conflict_of(plan: Plan, patients: Sequence[Patient], *, now: datetime) -> str:
    """Why a plan could not be booked now, as a sentence; empty if it could."""
    rooms = Room.objects.filter(location=plan.location, is_active=True)
    patients = merging.standing(patients)
    try:
        check_plan(plan, patients, now=now)
        _settle(plan, patients, list(rooms), despite=NOTHING)
    except NotPossible as refusal:
        return str(refusal)
    return ""


# Locks, in the one order ----------------------------------------------------------
def _lock(
    plan: Plan, patients: Iterable[Patient], visit: Appointment | None = None
) -> list[Room]:
    """Lock whose time it is; returns the rooms that come into question, by name."""
    clinicians = {plan.clinician.pk}
    rooms = Room.objects.filter(location=plan.location, is_active=True)
    if plan.room is not None:
        rooms = rooms.filter(pk=plan.room.pk)
    elif not plan.is_in_a_room:
        rooms = rooms.none()
    if visit is not None:
        clinicians.add(visit.clinician_id)
    hold(clinicians, rooms, [one.pk for one in patients])
    return list(rooms.order_by("name", "pk"))


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


# Rules ------------------------------------------------------------------------------
def check_plan(plan: Plan, patients: Sequence[Patient], *, now: datetime) -> None:
    """What is wrong with a plan whoever else is there."""
    kind = plan.type
    check_day(plan, now=now)
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        raise OutsideHours(_("A visit lasts up to 12 hours."))
    if not kind.is_active or not _is_offered(plan):
        raise NotOffered(
            _("%(who)s does not offer “%(type)s” at %(place)s.")
            % {"who": plan.clinician, "type": kind, "place": plan.location}
        )
    if plan.modality not in kind.modalities:
        way = Modality(plan.modality).label
        raise NotOffered(
            _("“%(type)s” is not held this way: %(way)s.") % {"type": kind, "way": way}
        )
    if not 1 <= len({one.pk for one in patients}) == len(patients):
        raise TooManyPatients(_("Choose each patient once, and at least one."))
    check_seats(kind, len(patients))
    check_in_care(patients)


def check_in_care(patients: Sequence[Patient]) -> None:
    """Raise NotInCare for one whose care has ended, or who died."""
    for patient in Patient.objects.filter(pk__in=[one.pk for one in patients]):
        if patient.state in (PatientState.ENDED, PatientState.DECEASED):
            raise NotInCare(not_in_care_words(patient))


def not_in_care_words(patient: Patient) -> str:
    words = {"name": patient.display_name, "state": patient.get_state_display()}
    return _("%(name)s is “%(state)s”: nobody books for them.") % words


def check_seats(kind: AppointmentType, count: int) -> None:
    """Raise TooManyPatients for a group with fewer seats; couples are no group."""
    if kind.is_group and count > kind.seats:
        words = _("“%(type)s” has %(seats)s seats.")
        raise TooManyPatients(words % {"type": kind, "seats": kind.seats})


def check_day(plan: Plan, *, now: datetime) -> None:
    """Raise OutsideHours for a day that only a slip of the hand can mean."""
    if not now - LONG_AGO <= plan.starts_at <= now + FURTHEST:
        raise OutsideHours(_("Choose a day between today and two years from now."))


def _is_offered(plan: Plan) -> bool:
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


def _settle(
    plan: Plan,
    patients: Sequence[Patient],
    rooms: Sequence[Room],
    *,
    despite: Despite,
    apart_from: Appointment | None = None,
) -> Plan:
    """The plan with its room, once nothing stands in its way."""
    own = apart_from.pk if apart_from else None
    partner = despite.beside.pk if despite.beside else None
    _check_free(plan, (own, partner))
    if not despite.hours:
        _check_hours(plan)
    if not despite.patient_elsewhere:
        _check_patients(plan, patients, own)
    if plan.room is None and not plan.is_in_a_room:
        return plan
    room = taken.free_room(plan, rooms, apart_from=(own,))
    if room is None:
        raise SlotTaken(refusals.room_words(plan))
    return replace(plan, room=room)


def _check_free(plan: Plan, apart_from: tuple[int | None, ...]) -> None:
    if taken.visit_of_clinician(plan, apart_from=apart_from):
        raise SlotTaken(refusals.taken_words(plan))


def _check_hours(plan: Plan) -> None:
    if taken.absence_of(plan):
        raise OutsideHours(refusals.away_words(plan))
    if busy.is_elsewhere(plan):
        raise OutsideHours(refusals.busy_words(plan))
    if not taken.is_within_hours(plan):
        raise OutsideHours(refusals.hours_words(plan))


def _check_patients(plan: Plan, patients: Sequence[Patient], own: int | None) -> None:
    ids = [one.pk for one in patients]
    if other := taken.visit_of_patient(plan, ids, apart_from=(own,)):
        name, at = other.patient.display_name, other.appointment.starts_at
        raise PatientElsewhere(refusals.elsewhere_words(plan, name, at))


# Writing ----------------------------------------------------------------------------
def _put(visit: Appointment, plan: Plan, despite: Despite) -> None:
    """Write a settled plan into a visit."""
    visit.type, visit.clinician = plan.type, plan.clinician
    visit.location, visit.room = plan.location, plan.room
    visit.modality = plan.modality
    visit.starts_at, visit.ends_at = plan.starts_at, plan.ends_at
    visit.taken_from, visit.taken_until = plan.taken_from, plan.taken_until
    visit.outside_reason = despite.hours
    visit.double_of, visit.double_reason = despite.beside, despite.beside_reason


def keep_visit(visit: Appointment, *, by: Actor, kind: str) -> None:
    """Save a visit. Raises SlotTaken where the database saw what the look did not."""
    try:
        keep(visit, by=by, kind=kind)
    except IntegrityError as error:
        if never_twice.is_overlap(error):
            raise SlotTaken(_("Somebody else was a moment earlier.")) from error
        raise


def end_pair(visit: Appointment, *, by: Actor) -> None:
    """What was booked beside this visit stands by itself from now on."""
    for row in Appointment.objects.filter(double_of=visit, is_live=True):
        other = locked(row)
        other.double_of, other.double_reason = None, ""
        keep(other, by=by, kind="appointment.alone_again")


def _coming(visit: Appointment) -> list[Attendee]:
    rows = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
    return list(rows.select_related("patient").order_by("pk"))


def announce(kind: str, attendee: Attendee, *, by: Actor, now: datetime) -> None:
    """Say what happened to one patient's visit; nobody is told within the minute."""
    announcements.announce(
        kind=kind,
        patient=attendee.patient,
        by=by,
        now=now,
        not_after=attendee.appointment.starts_at,
        appointment=attendee.appointment_id,
    )
