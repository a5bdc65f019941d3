"""Booking a visit, and moving it: its time is locked, then looked at, then written.

Whoever writes a visit's time holds what it takes, in one order (scheduling.holding).
What the look does not see, the database refuses (scheduling.never_twice).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consent import agreeing
from practice import announcements, merging
from practice.models import Patient, StaffMember
from practice.rules import NotPossible
from practice.states import PatientState
from practice.trail import Actor, keep
from scheduling import asked, busy, holding, never_twice, pairs, refusals, taken
from scheduling.models import Appointment, AppointmentType, Attendee, Modality, Room
from scheduling.models.types import LONGEST
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from practice.models import Location
    from scheduling.models import Series

FURTHEST = timedelta(days=2 * 366)
LONG_AGO = timedelta(days=1)
GRACE = timedelta(minutes=1)


class SlotTaken(NotPossible):
    """The clinician, or the room, has another visit then."""

    field = "starts_at"


class OutsideHours(NotPossible):
    """The clinician has no hours there then."""

    field = "starts_at"


class TooSoon(NotPossible):
    """The type asks for more notice."""

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
    was: str = ""  # how it is held already: so it may stay

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
    notice: bool = False  # sooner than the type's notice
    room: bool = False  # although no room is free
    reason: str = ""  # where none of the others says it


NOTHING = Despite()
AGREED = Despite(notice=True)  # with who is here, or has been asked
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

    Raises SlotTaken, OutsideHours, TooSoon, NotOffered, PatientElsewhere,
    TooManyPatients or NotInCare, and ChangedMeanwhile for a place with a new clock.
    """
    holding.hold_clock(plan.location)
    patients = merging.standing(patients)
    rooms = holding.rooms_of(plan)
    holding.hold({plan.clinician.pk}, rooms, [one.pk for one in patients])
    check_plan(plan, patients, now=now)
    check_notice(plan, despite, now=now)
    plan, despite = _settle(plan, patients, list(rooms), despite=despite)
    visit = Appointment(booked_at=now, desk_note=desk_note)
    visit.series, visit.series_on = of_series
    _put(visit, plan, despite)
    keep_visit(visit, by=by, kind="appointment.booked", reason=despite.reason)
    for patient in patients:
        attendee = Attendee(appointment=visit, patient=patient, status_at=now)
        keep(attendee, by=by, kind="attendee.booked")
        announce(announced_as, attendee, by=by, now=now)
    agreeing.see_to(patients, by=by, now=now)
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
    seen: int | None = None,
) -> Appointment:
    """Move a visit to another time, clinician, place or room.

    With `of_series` it becomes that series' visit of a day. Whoever had confirmed has
    not confirmed the new time. Raises what `book` raises, NotPossible for a visit that
    has begun or is over, and ChangedMeanwhile for one whose version is not `seen`.
    """
    visit, patients, rooms = holding.hold_to_move(appointment, plan)
    holding.check_seen(visit, seen)
    attendees = holding.coming(visit)
    if not holding.is_ahead(visit, attendees, now=now):
        raise NotPossible(_("Only a visit that is still ahead can be moved."))
    check_not_past(visit, plan, now=now)
    plan = replace(plan, was=visit.modality)
    check_plan(plan, patients, now=now, least=min(1, len(patients)))
    if plan.starts_at != visit.starts_at:
        check_notice(plan, despite, now=now)
    plan, despite = _settle(plan, patients, rooms, despite=despite, apart_from=visit)
    not_after = max(visit.starts_at, plan.starts_at)  # then they come in vain
    _put(visit, plan, despite)
    if of_series is not None:
        visit.series, visit.series_on = of_series
    visit.version += 1
    keep_visit(visit, by=by, kind="appointment.moved", reason=despite.reason)
    pairs.end(visit, by=by)
    for attendee in attendees:
        _tell_moved(attendee, not_after, by=by, now=now)
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


# Rules ------------------------------------------------------------------------------
def check_plan(
    plan: Plan, patients: Sequence[Patient], *, now: datetime, least: int = 1
) -> None:
    """What is wrong with a plan whoever else is there."""
    check_day(plan, now=now)
    check_offer(plan)
    check_number(plan.type, patients, least=least)
    check_in_care(patients)


def check_number(
    kind: AppointmentType, patients: Sequence[Patient], *, least: int = 1
) -> None:
    if not least <= len({one.pk for one in patients}) == len(patients):
        raise TooManyPatients(_("Choose each patient once, and at least one."))
    check_seats(kind, len(patients))


def check_offer(plan: Plan) -> None:
    """What is wrong with a plan whoever comes, and whenever."""
    kind = plan.type
    if not timedelta(0) < plan.ends_at - plan.starts_at <= LONGEST:
        raise OutsideHours(_("A visit lasts up to 12 hours."))
    if not kind.is_active or not taken.is_offered(plan):
        raise NotOffered(
            _("%(who)s does not offer “%(type)s” at %(place)s.")
            % {"who": plan.clinician, "type": kind, "place": plan.location}
        )
    if plan.modality not in (*kind.modalities, plan.was):
        told = {"type": kind, "way": Modality(plan.modality).label}
        raise NotOffered(_("“%(type)s” is not held this way: %(way)s.") % told)


def check_in_care(patients: Sequence[Patient]) -> None:
    """Raise NotInCare for one whose care has ended, or who died."""
    for patient in not_in_care(patients):
        raise NotInCare(refusals.not_in_care_words(patient))


def not_in_care(patients: Sequence[Patient]) -> QuerySet[Patient]:
    """Those of some patients for whom nobody books any more, as they are now."""
    gone = (PatientState.ENDED, PatientState.DECEASED)
    return Patient.objects.filter(pk__in=[one.pk for one in patients], state__in=gone)


def check_seats(kind: AppointmentType, count: int) -> None:
    """Raise TooManyPatients for a group with fewer seats; couples are no group."""
    if kind.is_group and count > kind.seats:
        words = _("“%(type)s” has %(seats)s seats.")
        raise TooManyPatients(words % {"type": kind, "seats": kind.seats})


def check_day(plan: Plan, *, now: datetime) -> None:
    """Raise OutsideHours for a day that only a slip of the hand can mean."""
    if not now - LONG_AGO <= plan.starts_at <= now + FURTHEST:
        raise OutsideHours(_("Choose a day between today and two years from now."))


def check_not_past(visit: Appointment, plan: Plan, *, now: datetime) -> None:
    """Raise OutsideHours for a new time that is over: nobody could be told of it."""
    if plan.starts_at != visit.starts_at and plan.starts_at < now - GRACE:
        raise OutsideHours(refusals.past_words(plan))


def check_notice(plan: Plan, despite: Despite, *, now: datetime) -> None:
    """Raise TooSoon where the type asks for more notice than is left."""
    if not despite.notice and is_too_soon(plan, now=now):
        raise TooSoon(refusals.notice_words(plan))


def is_too_soon(plan: Plan, *, now: datetime) -> bool:
    return bool(notice := plan.type.minimum_notice) and plan.starts_at < now + notice


def _settle(
    plan: Plan,
    patients: Sequence[Patient],
    rooms: Sequence[Room],
    *,
    despite: Despite,
    apart_from: Appointment | None = None,
) -> tuple[Plan, Despite]:
    """The plan with its room, once nothing stands in its way; and despite what."""
    despite = _really(plan, despite, apart_from)
    own = apart_from.pk if apart_from else None
    partner = despite.beside.pk if despite.beside else None
    if taken.visit_of_clinician(plan, apart_from=(own, partner)):
        raise SlotTaken(refusals.taken_words(plan))
    if not despite.hours:
        _check_hours(plan)
    if not despite.patient_elsewhere:
        _check_patients(plan, [one.pk for one in patients], own)
    if plan.room is None and not plan.is_in_a_room:
        return plan, despite
    room = taken.free_room(plan, rooms, apart_from=(own,))
    if room is None and despite.room and plan.room is None:
        return plan, despite
    if room is None:
        raise SlotTaken(refusals.room_words(plan))
    return replace(plan, room=room), despite


def _really(plan: Plan, despite: Despite, own: Appointment | None) -> Despite:
    """Beside a visit only where both meet. Raises SlotTaken beside one of a pair."""
    wanted = despite.beside
    beside = pairs.standing(wanted) if wanted else None
    if beside is None or not pairs.meets(beside, plan):
        return replace(despite, beside=None, beside_reason="")
    if pairs.is_full(beside, apart_from=own):
        raise SlotTaken(refusals.pair_words(plan))
    return replace(despite, beside=beside)


def _check_hours(plan: Plan) -> None:
    if taken.absence_of(plan):
        raise OutsideHours(refusals.away_words(plan))
    if busy.is_elsewhere(plan):
        raise OutsideHours(refusals.busy_words(plan))
    if not taken.is_within_hours(plan):
        raise OutsideHours(refusals.hours_words(plan))


def _check_patients(plan: Plan, ids: Sequence[int], own: int | None) -> None:
    if other := taken.visit_of_patient(plan, ids, apart_from=(own,)):
        name, at = other.chart.display_name, other.appointment.starts_at
        raise PatientElsewhere(refusals.elsewhere_words(plan, name, at))


# Writing ----------------------------------------------------------------------------
def _put(visit: Appointment, plan: Plan, despite: Despite) -> None:
    """Write a settled plan into a visit."""
    visit.type, visit.clinician = plan.type, plan.clinician
    visit.location, visit.room, visit.modality = plan.location, plan.room, plan.modality
    visit.starts_at, visit.ends_at = plan.starts_at, plan.ends_at
    visit.taken_from, visit.taken_until = plan.taken_from, plan.taken_until
    visit.outside_reason = despite.hours
    visit.double_of, visit.double_reason = despite.beside, despite.beside_reason
    if despite.beside and despite.beside.double_of_id == (visit.pk or 0):
        visit.double_of, visit.double_reason = None, ""  # the other says it already


def keep_visit(visit: Appointment, *, by: Actor, kind: str, reason: str = "") -> None:
    """Save a visit. Raises SlotTaken where the database saw what the look did not."""
    try:
        keep(visit, by=by, kind=kind, reason=reason)
    except IntegrityError as error:
        if never_twice.is_overlap(error):
            raise SlotTaken(_("Somebody else was a moment earlier.")) from error
        raise


def _tell_moved(
    attendee: Attendee, not_after: datetime, *, by: Actor, now: datetime
) -> None:
    """Who had confirmed has not confirmed the new time."""
    if attendee.status == Status.CONFIRMED:
        attendee.status, attendee.status_at = Status.SCHEDULED, now
        keep(attendee, by=by, kind="attendee.unconfirmed")
    announce("appointment.moved", attendee, by=by, now=now, not_after=not_after)
    asked.settle(attendee, by=by)


def announce(
    kind: str,
    attendee: Attendee,
    *,
    by: Actor,
    now: datetime,
    not_after: datetime | None = None,
) -> None:
    """Say what happened to one patient's visit; nobody is told within the minute."""
    announcements.announce(
        kind=kind,
        patient=attendee.patient,
        by=by,
        now=now,
        not_after=not_after or attendee.appointment.starts_at,
        appointment=attendee.appointment_id,
    )
