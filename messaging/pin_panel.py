"""PATIENT_PANELS: whether a patient hears of the next visit by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from messaging import phone_pins
from messaging.models import PhonePin
from practice.access import Capability, may
from practice.contributions import Panel
from practice.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from practice.contributions import OpenChart


@prepared
def _of(chart: Any) -> QuerySet[PhonePin]:
    return PhonePin.objects.filter(patient=chart)


def panel(chart: OpenChart) -> Panel | None:
    """For those who give patients ways in, of adults; one query."""
    is_theirs = may(chart.staff, Capability.SEND_LINKS)
    who, now = chart.patient, chart.now
    if not (is_theirs and phone_pins.may_have(who, now=now, practice=chart.practice)):
        return None
    row = _of.first(chart=who.pk)
    return Panel(
        title=_("Phone PIN"),
        template="panels/phone_pin.html",
        context={
            "set_at": row.set_at if row else None,
            "is_locked": row.is_locked if row else False,
        },
        act_label=_("Change") if row else _("Make one"),
        act_url=reverse("phone_pin", args=[chart.patient.pk]),
    )
