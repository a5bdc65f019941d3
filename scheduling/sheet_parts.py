"""DAY_SHEET: the visits of a location, for a day without the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import zones
from practice.contributions import SheetPart, SheetRow
from scheduling.models import Attendee
from scheduling.states import LIVE

if TYPE_CHECKING:
    from practice.contributions import Ahead


def visits(ahead: Ahead) -> SheetPart:
    """Who comes, when, to whom and where; phones and alerts stand with the people."""
    coming = Attendee.objects.filter(
        appointment__location=ahead.location,
        appointment__is_live=True,
        appointment__starts_at__gte=ahead.starts_at,
        appointment__starts_at__lt=ahead.ends_at,
        is_withdrawn=False,
        status__in=LIVE,
    ).select_related("appointment__type", "appointment__clinician", "appointment__room")
    return SheetPart(
        title=_("Visits"),
        columns=[_("Patient"), _("When"), _("To whom"), _("What"), _("Where")],
        rows=[
            _row(one, ahead.location.time_zone)
            for one in coming.order_by("appointment__starts_at", "pk")
        ],
        empty=_("Nobody comes on these days."),
        names_patients=True,
    )


def _row(one: Attendee, zone: str) -> SheetRow:
    visit = one.appointment
    where = visit.room.name if visit.room else str(visit.get_modality_display())
    when = zones.moment(visit.starts_at, zone)
    cells = (when, visit.clinician.name, str(visit.type), where)
    discreet = (when, visit.clinician.name, _("A visit"), where)
    return SheetRow(cells, one.patient_id, discreet)
