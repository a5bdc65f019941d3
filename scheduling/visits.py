"""How a visit goes: confirmed, arrived, in session, and its outcome.

Every act is about some of a visit's patients, or all of them. Nothing marks a visit
by itself: what is past and has no outcome waits on a list.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from consent import agreeing
from practice import announcements, links, merging
from practice.models import Announcement, TrailEntry
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import (
    asked,
    booking,
    first_calls,
    holding,
    missing,
    pairs,
    refusals,
    taken,
)
from scheduling.calendar_rules import rules
from scheduling.models import Appointment, Attendee, Room
from scheduling.states import AHEAD, CANCELLATIONS, OPEN, Status, check_move

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

SOON = timedelta(hours=12)  # before a visit, somebody may already be there
EARLY = timedelta(hours=1)  # before a visit, it may be over: they came at once
EXPECTED = "attendee.expected_again"  # they never said that they would not come
BACK = 2  # versions further, a calendar takes again what it was told to drop
# What the trail and the announcements call each step.
KINDS: Mapping[Status, str] = {
    Status.SCHEDULED: "attendee.scheduled_again",
    Status.CONFIRMED: "attendee.confirmed",
    Status.ARRIVED: "attendee.arrived",
    Status.IN_SESSION: "attendee.in_session",
    Status.COMPLETED: "attendee.completed",
    Status.NO_SHOW: "attendee.no_show",
    Status.CANCELLED: "attendee.cancelled",
    Status.CANCELLED_LATE: "attendee.cancelled_late",
    Status.CALLED_OFF: "attendee.called_off",
}


class TooEarly(NotPossible):
    """The visit has not come yet."""


class AlreadyOver(NotPossible):
    """The visit's time has passed: nobody comes to it any more."""


class MovedMeanwhile(NotPossible):
    """While somebody waited for the visit, it went to another clinician or room."""


class NoReason(NotPossible):
    """A cancellation and a correction say why."""

    field = "reason"


def confirm(
    *, attendees: Iterable[Attendee], by: Actor, now: datetime
) -> list[Attendee]:
    """They said that they will come. Raises AlreadyOver, IllegalMove."""
    return _set(attendees, Status.CONFIRMED, by=by, now=now)


def arrive(
    *, attendees: Iterable[Attendee], by: Actor, now: datetime
) -> list[Attendee]:
    """They are here. Raises TooEarly half a day before, AlreadyOver, IllegalMove."""
    return _set(attendees, Status.ARRIVED, by=by, now=now)


def start(*, attendees: Iterable[Attendee], by: Actor, now: datetime) -> list[Attendee]:
    """The session begins. Raises TooEarly, AlreadyOver and IllegalMove."""
    return _set(attendees, Status.IN_SESSION, by=by, now=now)


def complete(
    *, attendees: Iterable[Attendee], by: Actor, now: datetime
) -> list[Attendee]:
    """The visit took place. Raises TooEarly an hour before its time, IllegalMove."""
    return _set(attendees, Status.COMPLETED, by=by, now=now)


def mark_no_show(
    *, attendees: Iterable[Attendee], by: Actor, now: datetime
) -> list[Attendee]:
    """They did not come. Raises TooEarly until the rules allow it, and IllegalMove."""
    return _set(attendees, Status.NO_SHOW, by=by, now=now)


@transaction.atomic
def cancel(
    *,
    attendees: Iterable[Attendee],
    status: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> list[Attendee]:
    """Some of the patients, or all, do not come: by themselves, late, or by us.

    A visit to which nobody comes any more gives its time back. Raises NoReason and
    IllegalMove.
    """
    if status not in CANCELLATIONS:
        raise NotPossible(_("Say who cancels: the patient, or the practice."))
    if not reason.strip():
        raise NoReason(_("Say why it is cancelled."))
    return _set(attendees, Status(status), by=by, now=now, reason=reason)


@transaction.atomic
def correct(
    *, attendee: Attendee, status: str, reason: str, by: Actor, now: datetime
) -> Attendee:
    """Set right a status that was wrong, whatever it was; the reason stays with it.

    Raises NoReason and TooEarly; SlotTaken where the visit's time has been given to
    others, TooManyPatients where a seat has; and for who comes again, PatientElsewhere
    and NotInCare.
    """
    if not reason.strip():
        raise NoReason(_("Say what was wrong."))
    heads = merging.standing([attendee.patient])
    visit = lock_visit(attendee.appointment, patients=[one.pk for one in heads])
    attendee, before = locked(attendee), seats_taken(visit)
    attendee.appointment = visit
    _check_time(visit, Status(status), now=now)
    is_back = attendee.status in CANCELLATIONS and status not in CANCELLATIONS
    if status in OPEN and attendee.status not in OPEN:
        booking.check_in_care(heads)
        _check_alone(visit, attendee)
    _change(attendee, Status(status), reason=reason, by=by, now=now)
    check_seats(visit, before=before)
    if is_back:
        visit.version += BACK
    hold_or_free(visit, is_changed=is_back, by=by)
    if status in AHEAD:
        asked.owe_again(visit, by=by)
        first_calls.owe_again(visit, by=by)
    return attendee


def _check_alone(visit: Appointment, attendee: Attendee) -> None:
    if other := other_visit(visit, attendee.patient_id):
        raise booking.PatientElsewhere(elsewhere_words(visit, other))


@transaction.atomic
def _set(
    attendees: Iterable[Attendee],
    status: Status,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> list[Attendee]:
    """Move some patients of one visit to a status."""
    wanted = sorted(attendees, key=lambda one: one.pk)
    visit = lock_visit(_one_visit(wanted))
    _check_time(visit, status, now=now)
    found = []
    for row in wanted:
        attendee = locked(row)
        attendee.appointment = visit
        check_move(attendee.status, status)
        _check_not_over(attendee, status, now=now)
        _change(attendee, status, reason=reason, by=by, now=now)
        found.append(attendee)
    hold_or_free(visit, by=by)
    return found


def _check_time(visit: Appointment, status: Status, *, now: datetime) -> None:
    """Raise TooEarly for what cannot have happened yet."""
    ahead = {
        Status.ARRIVED: SOON,
        Status.IN_SESSION: SOON,
        Status.COMPLETED: EARLY,
    }.get(status)
    if status == Status.NO_SHOW:
        ahead = -rules().no_show_after
    if ahead is not None and now < visit.starts_at - ahead:
        raise TooEarly(_too_early(ahead))


def _check_not_over(attendee: Attendee, status: Status, *, now: datetime) -> None:
    """Raise AlreadyOver for who was still awaited when the visit ended."""
    if attendee.status not in AHEAD or now < attendee.appointment.ends_at:
        return
    if status in (Status.CONFIRMED, Status.ARRIVED, Status.IN_SESSION):
        raise AlreadyOver(
            _("The visit is over: say how it went, or correct it with a reason.")
        )


def _too_early(ahead: timedelta) -> str:
    if ahead == EARLY:
        return _("That can be said from an hour before the visit on.")
    if ahead > timedelta(0):
        return _("That is for the day of the visit.")
    minutes = -ahead // timedelta(minutes=1)
    if not minutes:
        return _("That can be said from the start of the visit on.")
    return _("That can be said from %(n)s minutes after the start on.") % {"n": minutes}


def _change(
    attendee: Attendee, status: Status, *, reason: str, by: Actor, now: datetime
) -> None:
    kind, before = KINDS[status], Status(attendee.status)
    if status == Status.SCHEDULED and not _has_heard(attendee, before):
        kind = EXPECTED
        for row in _untold(attendee, KINDS[before]).order_by("pk"):
            _withdraw(row, by=by, now=now)
    attendee.status, attendee.status_at = status, now
    attendee.reason = reason
    keep(attendee, by=by, kind=kind, reason=reason)
    booking.announce(kind, attendee, by=by, now=now)
    missing.tell(attendee, by=by, now=now)
    asked.settle(attendee, by=by)
    if status in CANCELLATIONS and before not in CANCELLATIONS:
        first_calls.settle(attendee, by=by)
    if (status in CANCELLATIONS) != (before in CANCELLATIONS):
        agreeing.see_to([attendee.patient], by=by, now=now)


def _has_heard(attendee: Attendee, before: Status) -> bool:
    """Whether somebody who is expected again knows that they were not.

    What was recorded wrongly leaves to tell what there was to tell before. Who
    cancelled by their link knows of it, whoever was told.
    """
    if before not in CANCELLATIONS:
        return False
    lines = TrailEntry.objects.filter(
        record="attendee", record_id=attendee.pk, kind=KINDS[before]
    )
    by = lines.order_by("-pk").values_list("actor", flat=True).first()
    return by == links.VISITOR.name or not _untold(attendee, KINDS[before]).exists()


def _untold(attendee: Attendee, kind: str) -> QuerySet[Announcement]:
    return announcements.waiting().filter(
        kind=kind, patient=attendee.patient_id, ids__appointment=attendee.appointment_id
    )


def _withdraw(row: Announcement, *, by: Actor, now: datetime) -> None:
    untold = locked(row)
    untold.withdrawn_at = now
    keep(untold, by=by, kind="announcement.withdrawn")


def _one_visit(attendees: Sequence[Attendee]) -> Appointment:
    visits = {one.appointment_id for one in attendees}
    if len(visits) != 1:
        raise NotPossible(_("Choose who this is about, of one visit."))
    return attendees[0].appointment


def lock_visit(
    visit: Appointment, *, also: Any = None, patients: Collection[int] = ()
) -> Appointment:
    """The visit, once its clinician and its room are locked: it may change hands.

    Those of `also` too, a state to which it may go back, and some patients. Raises
    MovedMeanwhile.
    """
    here = Appointment.objects.values_list("clinician_id", "room_id").get(pk=visit.pk)
    whose = [here, *([(also.clinician_id, also.room_id)] if also else [])]
    rooms = {room for _clinician, room in whose if room}
    holding.hold(
        {clinician for clinician, _room in whose},
        Room.objects.filter(pk__in=rooms),
        patients,
    )
    visit = locked(visit)
    if (visit.clinician_id, visit.room_id) != here:
        raise MovedMeanwhile(_("Somebody has just moved this visit: look at it again."))
    return visit


def other_visit(visit: Appointment, patient_id: int) -> Attendee | None:
    """Another visit of somebody at the time of a visit, if they have one."""
    return taken.visit_of_patient(visit, [patient_id], apart_from=[visit.pk])


def elsewhere_words(visit: Appointment, other: Attendee) -> str:
    name, at = other.chart.display_name, other.appointment.starts_at
    return refusals.elsewhere_words(visit, name, at)


def hold_or_free(visit: Appointment, *, by: Actor, is_changed: bool = False) -> None:
    """A visit holds its time exactly while somebody comes to it."""
    rows = visit.attendees.filter(is_withdrawn=False)
    is_kept = visit.type.is_group and visit.is_live  # until it is called off
    is_live = is_kept or rows.exclude(status__in=CANCELLATIONS).exists()
    kind = "appointment.held" if is_live else "appointment.freed"
    if visit.is_live == is_live:
        if is_changed:
            booking.keep_visit(visit, by=by, kind=kind)
        return
    if is_live and taken.clash_of(visit):
        raise booking.SlotTaken(
            _("Its time has been given to somebody else: book another one.")
        )
    visit.is_live = is_live
    visit.double_of, visit.double_reason = None, ""
    booking.keep_visit(visit, by=by, kind=kind)
    if not is_live:
        pairs.end(visit, by=by)


def seats_taken(visit: Appointment) -> int:
    rows = visit.attendees.filter(is_withdrawn=False)
    return rows.exclude(status__in=CANCELLATIONS).count()


def check_seats(visit: Appointment, *, before: int) -> None:
    """Raise TooManyPatients where somebody more comes to a group that was full.

    Who had a seat keeps it, also where the type has fewer by now.
    """
    taken_now = seats_taken(visit)
    if taken_now > before:
        booking.check_seats(visit.type, taken_now)
