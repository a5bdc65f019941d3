"""The undo minute: any act on a visit is taken back as long as nobody was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from consent import agreeing
from practice import clock, merging
from practice.announcements import UNDO_TIME
from practice.models import Announcement
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling import (
    asked,
    booking,
    delays,
    first_calls,
    holding,
    missing,
    pairs,
    taken,
    visits,
)
from scheduling.models import Appointment, Attendee
from scheduling.states import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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

    Raises TooLate when the minute is over or something else happened since,
    SlotTaken where the old time has gone to somebody else, PatientElsewhere where
    who comes was booked elsewhere since, and NotInCare where nobody books for them.
    """
    coming = appointment.attendees.select_related("patient")
    heads = merging.standing([one.patient for one in coming])
    # History does not change: where the visit goes back to is known before the locks.
    visit = visits.lock_visit(
        appointment,
        also=_then(appointment, before.visit),
        patients=[one.pk for one in heads],
    )
    announced = _announced(visit, now=now)
    if Mark.of(visit) != after or not (announced or _is_silent(visit, before, after)):
        raise TooLate(_("The minute is over, or somebody changed this visit since."))
    attendees = [locked(one) for one in visit.attendees.order_by("pk")]
    began, was_coming = visit.starts_at, {one.pk for one in attendees if one.is_coming}
    for attendee in attendees:
        _put_attendee_back(attendee, before, by=by, now=now)
    back = [one for one in attendees if one.is_coming and one.pk not in was_coming]
    _check_in_care(back)
    _put_visit_back(visit, before, after, is_back=bool(back), by=by)
    _check_alone(visit, [one for one in attendees if one.is_coming], announced)
    if back or visit.starts_at != began:
        asked.owe_again(visit, by=by)
        first_calls.owe_again(visit, by=by)
    agreeing.see_to([one.patient for one in attendees], by=by, now=now)
    for row in announced:
        row.withdrawn_at = now
        keep(row, by=by, kind="announcement.withdrawn")
    return visit


def _announced(visit: Appointment, *, now: datetime) -> list[Announcement]:
    """What the last act on a visit announced, while nobody was told of it.

    That it begins later is said of a visit, and changes nothing about it.
    """
    theirs = Announcement.objects.filter(patient__in=visit.attendees.values("patient"))
    rows = theirs.filter(
        ids__appointment=visit.pk, not_before__gt=now, withdrawn_at=None
    ).exclude(kind=delays.BEHIND)
    found = list(rows.select_for_update(of=("self",)))
    newest = max((one.announced_at for one in found), default=None)
    act = [one for one in found if one.announced_at == newest]
    return [] if any(one.taken_at for one in act) else act


def _is_silent(visit: Appointment, before: Mark, after: Mark) -> bool:
    """Whether an act was about nobody who comes, less than a minute ago: no news."""
    if before.attendees != after.attendees or holding.coming(visit):
        return False
    # History goes by the real clock, announcements by the practice's.
    written = visit.history.get(history_id=after.visit).history_date
    return bool(clock.real_now() < written + UNDO_TIME)


def _check_in_care(back: Sequence[Attendee]) -> None:
    booking.check_in_care(merging.standing([one.patient for one in back]))


def _check_alone(
    visit: Appointment, attendees: Iterable[Attendee], act: Sequence[Announcement]
) -> None:
    """Raise PatientElsewhere where somebody got another visit since the act."""
    later = Announcement.objects.filter(pk__gt=max((one.pk for one in act), default=0))
    for attendee in attendees if visit.is_live else ():
        other = visits.other_visit(visit, attendee.patient_id)
        if other is None:
            continue
        news = later.filter(patient=other.patient_id).exclude(kind=delays.BEHIND)
        if news.filter(ids__appointment=other.appointment_id).exists():
            raise booking.PatientElsewhere(visits.elsewhere_words(visit, other))


def _put_attendee_back(
    attendee: Attendee, before: Mark, *, by: Actor, now: datetime
) -> None:
    then = _then(attendee, before.attendees)
    if then is None:
        call_off(attendee, now=now)
    elif not restore(attendee, then):
        return
    keep(attendee, by=by, kind="attendee.undone")
    missing.tell(attendee, by=by, now=now)


def _put_visit_back(
    visit: Appointment, before: Mark, after: Mark, *, is_back: bool, by: Actor
) -> None:
    """The visit, with who stood beside it; its version tells calendars of it."""
    then, version = _then(visit, before.visit), visit.version
    if then is None:
        visit.is_live = False
    elif not restore(visit, then) and not is_back:
        return
    visit.version = version + (visits.BACK if is_back else 1)
    _pair_again(visit, after, by=by)
    if visit.is_live and taken.clash_of(visit):
        raise booking.SlotTaken(_("Its old time has been given to somebody else."))
    booking.keep_visit(visit, by=by, kind="appointment.undone")
    pairs.end(visit, by=by)


def _pair_again(visit: Appointment, after: Mark, *, by: Actor) -> None:
    """Beside whom it stood, and who stood beside it, where they still meet."""
    beside = visit.double_of and pairs.standing(visit.double_of)
    is_free = beside and not pairs.is_full(beside, apart_from=visit)
    if not (beside and is_free and pairs.meets(visit, beside)):
        visit.double_of, visit.double_reason = None, ""
    if visit.is_live:
        pairs.join_again(visit, pairs.parted(visit, line=after.visit), by=by)


def call_off(attendee: Attendee, *, now: datetime) -> None:
    """What was booked by mistake counts nowhere."""
    attendee.is_withdrawn, attendee.status_at = True, now
    attendee.status = Status.CALLED_OFF
    attendee.reason = _("Booked by mistake")


def restore(record: Recorded, then: Any) -> bool:
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
