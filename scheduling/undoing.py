"""The undo minute: any act on a visit is taken back as long as nobody was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from practice.announcements import waiting
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import booking, taken, visits
from scheduling.models import Attendee
from scheduling.states import Status

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Recorded
    from scheduling.models import Appointment


class TooLate(NotPossible):
    """The minute is over, or somebody did something else with the visit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a visit stood at some moment: the newest history rows of it."""

    visit: int
    attendees: int

    @classmethod
    def of(cls, visit: Appointment) -> Self:
        rows = Attendee.history.filter(appointment_id=visit.pk)
        return cls(_newest(visit.history.all()), _newest(rows))

    @classmethod
    def read(cls, text: str) -> Self:
        """From an address. Raises TooLate for what is none."""
        numbers = text.split(".")
        if len(numbers) != len(cls.__slots__) or not all(map(_is_number, numbers)):
            raise TooLate(_("There is nothing to undo."))
        return cls(*map(int, numbers))

    def __str__(self) -> str:
        return f"{self.visit}.{self.attendees}"


@transaction.atomic
def undo(
    *, appointment: Appointment, before: Mark, after: Mark, by: Actor, now: datetime
) -> Appointment:
    """Put a visit back as it was `before` an act that left it as `after`.

    Raises TooLate when the minute is over or something else happened since, and
    SlotTaken where the old time has gone to somebody else.
    """
    # History does not change: where the visit goes back to is known before the locks.
    visit = visits.lock_visit(appointment, also=_then(appointment, before.visit))
    told = waiting().filter(ids__appointment=visit.pk, not_before__gt=now)
    announced = list(told.select_for_update())
    if Mark.of(visit) != after or not announced:
        raise TooLate(_("The minute is over, or somebody changed this visit since."))
    for attendee in visit.attendees.order_by("pk"):
        _put_attendee_back(locked(attendee), before, by=by, now=now)
    _put_visit_back(visit, before, by=by)
    newest = max(one.announced_at for one in announced)
    for row in announced:
        if row.announced_at == newest:
            row.withdrawn_at = now
            keep(row, by=by, kind="announcement.withdrawn")
    return visit


def _put_attendee_back(
    attendee: Attendee, before: Mark, *, by: Actor, now: datetime
) -> None:
    then = _then(attendee, before.attendees)
    if then is None:
        attendee.is_withdrawn, attendee.status_at = True, now
        attendee.status = Status.CALLED_OFF
        attendee.reason = _("Booked by mistake")
    elif not _restore(attendee, then):
        return
    keep(attendee, by=by, kind="attendee.undone")


def _put_visit_back(visit: Appointment, before: Mark, *, by: Actor) -> None:
    then, version = _then(visit, before.visit), visit.version
    if then is None:
        visit.is_live = False
    elif not _restore(visit, then):
        return
    visit.version = version + 1
    if visit.is_live and taken.clash_of(visit):
        raise booking.SlotTaken(_("Its old time has been given to somebody else."))
    booking.keep_visit(visit, by=by, kind="appointment.undone")


def _restore(record: Recorded, then: Any) -> bool:
    """Give a record the columns of a history row; whether any differed."""
    names = [field.attname for field in record._meta.concrete_fields]
    changed = [one for one in names if getattr(record, one) != getattr(then, one)]
    for name in changed:
        setattr(record, name, getattr(then, name))
    return bool(changed)


def _then(record: Any, newest: int) -> Any:
    rows = record.history.filter(history_id__lte=newest)
    return rows.order_by("-history_id").first()


def _newest(rows: Any) -> int:
    return rows.aggregate(newest=Max("history_id"))["newest"] or 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
