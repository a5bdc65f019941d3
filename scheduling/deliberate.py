"""Booking against the rules on purpose: what stands in the way, and the reason for it.

Who may is the view's question; the reason and the badge stay with the visit, the reason
for what has no badge in its history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from scheduling import busy, taken
from scheduling.booking import Despite

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from practice.models import Patient
    from scheduling.booking import Plan
    from scheduling.models import Appointment


def despite_of(
    plan: Plan,
    patients: Iterable[Patient],
    reason: str,
    *,
    apart_from: Collection[int | None] = (),
) -> Despite:
    """What a plan is booked despite, each with the one reason that was given.

    A visit beside which another already is booked on purpose takes no third. Where no
    room is free it has none, and says so.
    """
    clash = taken.visit_of_clinician(plan, apart_from=apart_from)
    is_away = bool(taken.absence_of(plan)) or busy.is_elsewhere(plan)
    is_outside = is_away or not taken.is_within_hours(plan)
    ids = [one.pk for one in patients]
    elsewhere = taken.visit_of_patient(plan, ids, apart_from=apart_from)
    return Despite(
        hours=reason if is_outside else "",
        beside=clash,
        beside_reason=reason if clash else "",
        patient_elsewhere=elsewhere is not None,
        notice=True,
        room=True,
        reason="" if is_outside or clash else reason,
    )


def booked_so(visit: Appointment, words: str) -> str:
    """What is said of a visit that was booked: also what it goes without."""
    if not visit.lacks_room:
        return words
    return f"{words} {_('No room is free then: it has none.')}"
