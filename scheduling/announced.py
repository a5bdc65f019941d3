"""ANNOUNCED: what of visits people tell patients until messages go by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from practice import zones
from practice.contributions import Announced
from scheduling.models import Appointment
from scheduling.states import Status
from scheduling.visits import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from practice.models import Announcement

_AGAIN = KINDS[Status.SCHEDULED]
WORDS = {
    "attendee.booked": _("Visit booked"),
    "appointment.moved": _("Visit moved"),
    "attendee.cancelled": _("Visit cancelled by the patient"),
    "attendee.cancelled_late": _("Visit cancelled late by the patient"),
    "attendee.called_off": _("Visit cancelled by the practice"),
    _AGAIN: _("Visit takes place after all"),
}


def times(rows: Sequence[Announcement]) -> Mapping[int, str]:
    """When the visit of each announcement is, by the clock of its location."""
    wanted = {row.ids.get("appointment") for row in rows}
    found = Appointment.objects.filter(pk__in=wanted).select_related("location")
    said = {one.pk: zones.moment(one.starts_at, one.zone) for one in found}
    return {row.pk: said.get(row.ids.get("appointment", 0), "") for row in rows}


OF_VISITS = Announced(
    WORDS,
    is_for_patient=True,
    # Whoever confirmed, came or was missed knows of the visit, or it is too late.
    settled=[kind for kind in KINDS.values() if kind not in WORDS],
    details=times,
)
