"""ANNOUNCED: what of visits people tell patients until messages go by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practice import zones
from practice.contributions import Announced
from scheduling.delays import BEHIND
from scheduling.details import CHANGED
from scheduling.models import Appointment, Delay, LeftToPeople, Modality
from scheduling.states import AHEAD, Status
from scheduling.visits import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from practice.models import Announcement

_AGAIN = KINDS[Status.SCHEDULED]
MOVED = "appointment.moved"
WORDS = {
    "attendee.booked": _("Visit booked"),
    MOVED: _("Visit moved"),
    CHANGED: _("Visit: another room, way to meet or video address"),
    BEHIND: _("Visit begins later"),
    "attendee.cancelled": _("Visit cancelled by the patient"),
    "attendee.cancelled_late": _("Visit cancelled late by the patient"),
    "attendee.called_off": _("Visit cancelled by the practice"),
    _AGAIN: _("Visit takes place after all"),
}
# Who is here, was missed or does not come need not hear of a room, nor of a delay.
_OVER = [KINDS[status] for status in Status if status not in AHEAD]


def times(rows: Sequence[Announcement]) -> Mapping[int, str]:
    """When the visit of each announcement is, by the clock of its location.

    With how it is held, or how much later it begins, where that is the news; and why
    no message brings it.
    """
    wanted = {row.ids.get("appointment") for row in rows}
    found = Appointment.objects.filter(pk__in=wanted).select_related("location", "room")
    visits = {one.pk: one for one in found}
    late = _delays(visits) if any(row.kind == BEHIND for row in rows) else {}
    left = LeftToPeople.objects.filter(announcement__in=rows)
    why = dict(left.values_list("announcement_id", "reason"))
    said = {}
    for row in rows:
        if visit := visits.get(row.ids.get("appointment", 0)):
            words = [zones.moment(visit.starts_at, visit.zone)]
            if row.kind == CHANGED:
                words += [str(Modality(visit.modality).label), str(visit.room or "")]
            if row.kind == BEHIND and (minutes := late.get(visit.pk)):
                words.append(_later_words(minutes))
            words.append(why.get(row.pk, ""))
            said[row.pk] = " · ".join(filter(None, words))
    return said


def _delays(visits: Collection[int]) -> Mapping[int, int]:
    """How many minutes later some visits begin, because their clinician is behind."""
    rows = Delay.objects.standing().filter(appointment__in=visits, attendee=None)
    return dict(rows.values_list("appointment_id", "minutes"))


def _later_words(minutes: int) -> str:
    words = ngettext("%(n)s minute later", "%(n)s minutes later", minutes)
    return words % {"n": minutes}


OF_VISITS = Announced(
    WORDS,
    is_for_patient=True,
    # Whoever confirmed, came or was missed knows of the visit, or it is too late.
    settled=[kind for kind in KINDS.values() if kind not in WORDS],
    apart={CHANGED: _OVER, BEHIND: [*_OVER, MOVED]},
    details=times,
)
