"""What begins later: a patient said that they are late, a clinician is behind."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from practice import announcements
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling.models import Appointment, Attendee, Delay
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from practice.models import StaffMember

BEHIND = "appointment.delayed"
BEHIND_BY, VISITS_BEHIND = 15, 3  # minutes, visits: what one press means
WAITING = AHEAD | {Status.ARRIVED}


class NothingAhead(NotPossible):
    """Nobody waits for this clinician."""


@transaction.atomic
def say_late(*, attendee: Attendee, minutes: int, by: Actor, now: datetime) -> Delay:
    """They said that they will be late by so many minutes; a new word counts."""
    locked(attendee.appointment)
    attendee = locked(attendee)
    if attendee.status not in AHEAD or attendee.is_withdrawn:
        raise NotPossible(_("They are not expected any more."))
    return _say(attendee.appointment, attendee, minutes, by=by, now=now)


@transaction.atomic
def say_behind(
    *, visits: Iterable[Appointment], minutes: int, by: Actor, now: datetime
) -> list[Delay]:
    """The clinician of some visits is behind: each begins so many minutes later.

    It is announced, so that those who wait for them can be told. Raises NothingAhead.
    """
    said = []
    for row in sorted(visits, key=lambda one: one.pk):
        visit = locked(row)
        waiting = visit.attendees.filter(is_withdrawn=False, status__in=WAITING)
        if not visit.is_live or not waiting:
            continue
        said.append(_say(visit, None, minutes, by=by, now=now))
        for attendee in waiting.select_related("patient"):
            announcements.announce(
                kind=BEHIND,
                patient=attendee.patient,
                by=by,
                now=now,
                not_after=visit.starts_at + timedelta(minutes=minutes),
                appointment=visit.pk,
            )
    if not said:
        raise NothingAhead(_("Nobody waits for them any more today."))
    return said


@transaction.atomic
def take_back(*, delays: Iterable[Delay], by: Actor, now: datetime) -> None:
    """They begin on time after all; nobody who was not told yet will be."""
    for row in sorted(delays, key=lambda one: one.pk):
        delay = locked(row)
        if delay.is_withdrawn:
            continue
        delay.is_withdrawn = True
        keep(delay, by=by, kind="delay.taken_back")
        if delay.attendee_id is None:
            _untell(delay.appointment_id, by=by, now=now)


def next_visits(
    clinician: StaffMember, *, most: int, now: datetime, until: datetime
) -> Sequence[Appointment]:
    """The next visits of a clinician before `until` for whom somebody still waits."""
    rows = Appointment.objects.live().filter(
        clinician=clinician, ends_at__gt=now, starts_at__lt=until
    )
    waiting = Attendee.objects.filter(is_withdrawn=False, status__in=WAITING)
    rows = rows.filter(pk__in=waiting.values("appointment"))
    return list(rows.order_by("starts_at", "pk")[:most])


def _say(
    visit: Appointment,
    attendee: Attendee | None,
    minutes: int,
    *,
    by: Actor,
    now: datetime,
) -> Delay:
    rows = Delay.objects.select_for_update(no_key=True)
    known = rows.filter(appointment=visit, attendee=attendee, is_withdrawn=False)
    delay = known.first() or Delay(appointment=visit, attendee=attendee)
    delay.clinician_id, delay.begins_at = visit.clinician_id, visit.starts_at
    delay.minutes, delay.said_at = minutes, now
    return keep(delay, by=by, kind="delay.said")


def _untell(appointment_id: int, *, by: Actor, now: datetime) -> None:
    """Withdraw what nobody was told of a delay."""
    rows = announcements.waiting().filter(kind=BEHIND, ids__appointment=appointment_id)
    for row in rows.select_for_update():
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
