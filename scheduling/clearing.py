"""A clinician falls out: one act sees to all visits of a stretch, and is undone as one.

Everybody whose time may change is locked first, in the one order of bookings, so
that two desks which clear two days do not wait for one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from practice import duty, work
from practice.announcements import UNDO_TIME
from practice.models import (
    Absence,
    AbsenceKind,
    Patient,
    StaffMember,
    Task,
    TrailEntry,
)
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import (
    booking,
    calling_off,
    covering,
    first_calls,
    holding,
    in_care,
    pairs,
    undoing,
)
from scheduling.booking import Despite, Plan
from scheduling.minutes import instant_of
from scheduling.models import (
    Appointment,
    Attendee,
    Choice,
    ClearedVisit,
    Clearing,
    Modality,
    Room,
)
from scheduling.states import AHEAD
from scheduling.undoing import Mark, TooLate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

CALL = first_calls.KIND


class NoLongerSo(NotPossible):
    """The visit changed since it was looked at."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of one visit, read from what the form says."""

    choice: Choice
    number: int = 0  # the covering clinician, or the minute it moves to
    is_here: bool = False  # whoever wished knew that somebody had come

    @classmethod
    def read(cls, text: str, *, is_here: bool = False) -> Wish:
        name, _dash, number = text.partition("-")
        is_number = number.isascii() and number.isdecimal() and len(number) < 19
        return cls(Choice(name), int(number) if is_number else 0, is_here)


@transaction.atomic
def clear(
    *,
    clinician: StaffMember,
    starts_at: datetime,
    ends_at: datetime,
    wishes: Mapping[int, Wish],
    by: StaffMember,
    now: datetime,
) -> Clearing:
    """Do with each visit, by its number, what is wished; record the absence.

    What cannot be done is noted with its reason, and the rest is done. Whoever is to
    be called first becomes a task for the desk.
    """
    covers = {one.number for one in wishes.values() if one.choice == Choice.COVER}
    _lock({clinician.pk} | covers, wishes)
    clearing = Clearing(clinician=clinician, starts_at=starts_at, ends_at=ends_at)
    clearing.cleared_at = now
    clearing.absences = _be_away(clinician, starts_at, ends_at, by=by)
    keep(clearing, by=by, kind="clearing.made")
    meant = Appointment.objects.filter(pk__in=wishes).select_related(
        "type", "location", "room", "clinician"
    )
    for visit in meant.order_by("starts_at", "pk"):
        first = _called_first(visit, now=now)
        due_at = max(now, min(visit.starts_at, now + 60 * UNDO_TIME))
        _see_to(clearing, visit, wishes[visit.pk], by=by, now=now)
        for one, reason in first:
            first_calls.ask(clearing, one, reason, due_at=due_at, by=by, now=now)
    return clearing


@transaction.atomic
def undo(*, clearing: Clearing, by: Actor, now: datetime) -> Mapping[int, str]:
    """Take all of it back within the minute; answers why a visit could not be, by its
    number.

    Raises TooLate once the minute is over.
    """
    rows = list(clearing.visits.select_related("appointment").order_by("pk"))
    people = {row.appointment.clinician_id for row in rows}
    _lock(people | {clearing.clinician_id}, [row.appointment_id for row in rows])
    clearing = locked(clearing)
    if clearing.undone_at or now >= clearing.cleared_at + UNDO_TIME:
        raise TooLate(_("The minute is over: change the visits one by one."))
    clearing.undone_at = now
    keep(clearing, by=by, kind="clearing.undone")
    for absence in Absence.objects.filter(pk__in=clearing.absences).order_by("pk"):
        duty.withdraw_absence(absence=absence, by=by)
    for task in calls_of(clearing):
        work.withdraw(task=task, by=by)
    changed = [row for row in reversed(rows) if _was_changed(row)]  # the last first
    faults = {row.appointment_id: _put_back(row, by=by, now=now) for row in changed}
    return {visit: fault for visit, fault in faults.items() if fault}


def is_by(clearing: Clearing, staff: StaffMember) -> bool:
    """Whether somebody made a clearing: nobody else takes it back from its toast."""
    lines = TrailEntry.objects.filter(record="clearing", record_id=clearing.pk)
    return lines.filter(kind="clearing.made", actor_id=staff.pk).exists()


def calls_of(clearing: Clearing) -> Iterable[Task]:
    """The calls that a clearing asked for and nobody has made."""
    mine = Task.objects.open().filter(kind=CALL)
    return mine.filter(once_key__startswith=f"clearing:{clearing.pk}:")


def follow(row: Attendee, origin: Patient, *, by: Actor, now: datetime) -> None:
    """A visit moved to the right chart: whoever comes to it is called, nobody else."""
    owed = Task.objects.open().filter(kind=CALL, patient=origin)
    theirs = owed.filter(once_key__endswith=f":{row.pk}").order_by("pk")
    reasons = covering.call_first([row.chart.pk], now=now) if theirs else {}
    for known in theirs:
        task = locked(known)
        task.patient, task.words = row.patient, reasons.get(row.chart.pk, "")
        keep(task, by=by, kind="chart.moved_here", reason=f"(from chart {origin.pk})")


def is_away(clinician: StaffMember, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether all of a stretch is known as an absence."""
    return not _there(clinician, starts_at, ends_at)


# One visit ------------------------------------------------------------------------
def _see_to(
    clearing: Clearing, visit: Appointment, wish: Wish, *, by: Actor, now: datetime
) -> ClearedVisit:
    before, fault = Mark.of(visit), ""
    try:
        with transaction.atomic():
            if visit.clinician_id != clearing.clinician_id or not visit.is_live:
                raise NoLongerSo(_("Somebody changed this visit meanwhile."))
            _do(visit, wish, by=by, now=now)
    except NotPossible as refusal:
        fault = str(refusal)
    except ValidationError as error:
        fault = " ".join(error.messages)
    row = ClearedVisit(clearing=clearing, appointment=visit, choice=wish.choice)
    row.before, row.after, row.fault = str(before), str(Mark.of(visit)), fault[:300]
    return keep(row, by=by, kind="cleared_visit.chosen")


def _do(visit: Appointment, wish: Wish, *, by: Actor, now: datetime) -> None:
    if wish.choice == Choice.LEAVE:
        return
    reason = _("Clinician ill")
    if wish.choice == Choice.CANCEL:
        whom = covering.AWAITED if wish.is_here else AHEAD
        calling_off.call_off(
            appointment=visit, reason=reason, by=by, now=now, whom=whom
        )
        return
    plan = _plan(visit, wish)
    despite = booking.AGREED
    if wish.choice == Choice.TELEHEALTH:  # from home, although they are away
        beside, why = pairs.partner_of(visit), pairs.reason_of(visit)
        despite = Despite(reason, beside, why, notice=True)
    booking.move(appointment=visit, plan=plan, despite=despite, by=by, now=now)


def _plan(visit: Appointment, wish: Wish) -> Plan:
    """Where a visit goes: to whom, when and how."""
    clinician, starts_at, way = visit.clinician, visit.starts_at, visit.modality
    if wish.choice == Choice.COVER:
        clinician = StaffMember.objects.get(pk=wish.number)
    elif wish.choice == Choice.MOVE:
        starts_at = instant_of(wish.number)
    else:
        way = Modality.TELEHEALTH
    return Plan(
        visit.type,
        clinician,
        visit.location,
        starts_at,
        modality=way,
        length=visit.length,
    )


def _was_changed(row: ClearedVisit) -> bool:
    return not row.fault and row.choice != Choice.LEAVE


def _put_back(row: ClearedVisit, *, by: Actor, now: datetime) -> str:
    """Why a visit stays as the clearing left it; empty once it is as before."""
    try:
        with transaction.atomic():
            undoing.undo(
                appointment=row.appointment,
                before=Mark.read(row.before),
                after=Mark.read(row.after),
                by=by,
                now=now,
            )
    except NotPossible as refusal:
        return str(refusal)
    return ""


# What goes with it ------------------------------------------------------------------
def _lock(clinicians: Collection[int], appointments: Collection[int]) -> None:
    """Everybody whose time may change: clinicians, rooms, patients, each by number."""
    places = Appointment.objects.filter(pk__in=appointments).values("location")
    rooms = Room.objects.filter(location__in=places)
    holding.hold(clinicians, rooms, holding.charts_of(appointments))


def _be_away(
    clinician: StaffMember, starts_at: datetime, ends_at: datetime, *, by: Actor
) -> list[int]:
    """Record the absence for what of the stretch is not known as one; their ids."""
    return [
        duty.record_absence(
            staff=clinician,
            kind=AbsenceKind.ILLNESS,
            starts_at=start,
            ends_at=end,
            cover=None,
            by=by,
        ).pk
        for start, end in _there(clinician, starts_at, ends_at)
    ]


def _there(
    clinician: StaffMember, starts_at: datetime, ends_at: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of a stretch in which somebody is not known to be away."""
    known = Absence.objects.filter(
        staff=clinician,
        is_withdrawn=False,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    )
    gaps, begins = [], starts_at
    for absence in known.order_by("starts_at"):
        if absence.starts_at > begins:
            gaps.append((begins, absence.starts_at))
        begins = max(begins, absence.ends_at)
    if begins < ends_at:
        gaps.append((begins, ends_at))
    return gaps


def _called_first(visit: Appointment, *, now: datetime) -> list[tuple[Attendee, str]]:
    """Everybody of a visit who is to be called first, and why."""
    coming = visit.attendees.filter(is_withdrawn=False, status__in=AHEAD)
    coming = coming.exclude(in_care.DIED)
    attendees = list(coming.select_related("patient__merged_into").order_by("pk"))
    known = covering.call_first([one.chart.pk for one in attendees], now=now)
    reasons = (
        (one, covering.reason_to_call(one, visit, known, now=now)) for one in attendees
    )
    return [(one, reason) for one, reason in reasons if reason]
