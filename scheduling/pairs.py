"""Two visits at one time on purpose: a pair, and never a third beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from practice.trail import Actor, keep, locked
from scheduling.models import Appointment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.models import StaffMember


class Taking(Protocol):
    """Time of a clinician that is taken, or shall be: a visit's or a plan's."""

    @property
    def clinician(self) -> StaffMember: ...
    @property
    def taken_from(self) -> datetime: ...
    @property
    def taken_until(self) -> datetime: ...


def partner_of(visit: Appointment) -> Appointment | None:
    """The other one of a visit's pair, whichever was there first."""
    return visit.double_of or _beside(visit).first()


def reason_of(visit: Appointment) -> str:
    """Why both of its pair are at the same time."""
    partner = partner_of(visit)
    return visit.double_reason or (partner.double_reason if partner else "")


def standing(visit: Appointment) -> Appointment | None:
    """A visit as it is now, while it holds its time."""
    rows = Appointment.objects.live().select_related("clinician")
    return rows.filter(pk=visit.pk).first()


def meets(one: Taking, other: Taking) -> bool:
    """Whether two take some of the same time of the same clinician."""
    is_same = one.clinician.pk == other.clinician.pk
    is_before = one.taken_until <= other.taken_from
    return is_same and not is_before and one.taken_from < other.taken_until


def is_full(visit: Appointment, *, apart_from: Appointment | None = None) -> bool:
    """Whether a visit is one of a pair already, and so takes no third."""
    own = apart_from.pk if apart_from else 0
    if visit.double_of_id not in (None, own):
        return True
    return _beside(visit).exclude(pk=own).exists()


def end(visit: Appointment, *, by: Actor) -> None:
    """What was booked beside a visit, and meets it no more, stands by itself."""
    for row in _beside(visit):
        if visit.is_live and meets(row, visit):
            continue
        other = locked(row)
        other.double_of, other.double_reason = None, ""
        keep(other, by=by, kind="appointment.alone_again")


def parted(visit: Appointment, *, line: int) -> list[tuple[Appointment, str]]:
    """The visits that stood beside one until its history row `line`, and why."""
    once = Appointment.history.filter(double_of_id=visit.pk, history_id__lt=line)
    alone = Appointment.objects.live().filter(pk__in=once.values("id"), double_of=None)
    found = []
    for other in alone:
        rows = other.history.filter(history_id__lt=line)
        then = rows.order_by("-history_id").first()
        if then.double_of_id == visit.pk:
            found.append((other, then.double_reason))
    return found


def join_again(
    visit: Appointment, others: Iterable[tuple[Appointment, str]], *, by: Actor
) -> None:
    """Those that stood beside a visit do so again, where they still meet it."""
    for row, reason in others:
        if not meets(row, visit) or is_full(row) or is_full(visit):
            continue
        other = locked(row)
        other.double_of, other.double_reason = visit, reason
        keep(other, by=by, kind="appointment.beside_again")


def _beside(visit: Appointment) -> QuerySet[Appointment]:
    return Appointment.objects.filter(double_of=visit, is_live=True)
