"""From which of a patient's numbers their phone PIN works, and why not from others.

The same rules as incoming_calls.eligible, of which this is the desk's view.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python

from consent import addresses, grounds
from practice import contacts
from practice.models import ContactKind, ContactPoint
from practice.models.contacts import phone_text
from practice.models.patients import about_chart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from practice.models import Patient


@dataclass(frozen=True, slots=True)
class Number:
    """One number on the chart."""

    phone: str
    why_not: Sequence[str]  # empty: the PIN works from here


def of(patient: Patient, *, now: datetime) -> Sequence[Number]:
    """The current numbers of a patient, the first to use first; constant queries."""
    rows = ContactPoint.objects.filter(
        about_chart(patient), kind=ContactKind.PHONE, ended_at=None
    )
    mine = [addresses.of_point(one) for one in rows.order_by("-is_first", "pk")]
    at = list(dict.fromkeys(mine))
    if not at:
        return []
    shared: dict[str, list[ContactPoint]] = defaultdict(list)
    for point in addresses.points_at(at):
        shared[addresses.of_point(point)].append(point)
    known = grounds.of([patient], at, now=now)
    barred = known.barred_addresses.get(patient.merged_into_id or patient.pk, ())
    return [
        Number(
            phone_text(to_python(number)),
            _why_not(shared[number], is_barred=number in barred),
        )
        for number in at
    ]


def _why_not(points: Sequence[ContactPoint], *, is_barred: bool) -> Sequence[str]:
    """Whoever has the number may have asked for it."""
    safe = contacts.addresses_of(points)
    found = []
    if is_barred:
        found.append(_("somebody has it who must not be told anything"))
    if not all(one.may_call for one in safe):
        found.append(_("calls are not wanted there"))
    if not all(one.may_name_practice for one in safe):
        found.append(_("the practice may not be named there"))
    if any(one.safe_hours for one in safe):
        found.append(_("calls are safe there at some hours only"))
    return found
