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
WORD = ("minutes", "said_at", "begins_at", "clinician_id")  # of a delay


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
    """What was said of them was a mistake; nobody who was not told yet will be.

    What had been said before counts again, and without it they begin on time.
    """
    for row in sorted(delays, key=lambda one: one.pk):
        delay = locked(row)
        if delay.is_withdrawn:
            continue
        if delay.attendee_id is None:
            _untell(delay, by=by, now=now)
        before = _said_before(delay)
        delay.is_withdrawn = before is None
        for name in WORD if before else ():
            setattr(delay, name, getattr(before, name))
        keep(delay, by=by, kind="delay.taken_back")


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


def _said_before(delay: Delay) -> Delay | None:
    """The same delay as the word before had it."""
    rows = Delay.history.filter(id=delay.pk, said_at__lt=delay.said_at)
    found: Delay | None = rows.order_by("-history_id").first()
    return found


def _untell(delay: Delay, *, by: Actor, now: datetime) -> None:
    """Withdraw what nobody was told since this was said."""
    rows = announcements.waiting().filter(
        kind=BEHIND,
        ids__appointment=delay.appointment_id,
        announced_at__gte=delay.said_at,
    )
    for row in rows.select_for_update():
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
