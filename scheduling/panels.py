"""This floor's panel on the patient page: the next visits, and the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import zones
from practice.contributions import Panel
from scheduling.models import Attendee, Modality
from scheduling.states import LIVE, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.contributions import OpenChart

COMING, GONE = 5, 3
# Word, tone and shape of a status.
BADGES = {
    Status.SCHEDULED: ("info", "calendar"),
    Status.CONFIRMED: ("good", "calendar-check"),
    Status.ARRIVED: ("good", "door-open"),
    Status.IN_SESSION: ("info", "timer"),
    Status.COMPLETED: ("done", "check-check"),
    Status.NO_SHOW: ("bad", "user-x"),
    Status.CANCELLED: ("plain", "calendar-x"),
    Status.CANCELLED_LATE: ("warn", "calendar-x"),
    Status.CALLED_OFF: ("plain", "calendar-x"),
}
# Few columns of four tables: the page is opened all day.
_VISIT = ("starts_at", "modality", "type__name", "clinician__name")
_PLACE = ("location__short_name", "location__time_zone")
_TOLD = ("status", *(f"appointment__{name}" for name in (*_VISIT, *_PLACE)))
WAYS = {Modality.TELEHEALTH: "video", Modality.PHONE: "phone"}


@dataclass(frozen=True, slots=True)
class Line:
    """One visit as the panel tells it."""

    when: str  # by the clock of its location
    zone: str  # named where it is not the practice's
    what: str
    icon: str  # of the way to meet, where it is not in person
    status: str
    tone: str
    shape: str


def visits(chart: OpenChart) -> Panel:
    """The coming visits, the soonest first, and the last ones, the newest first."""
    rows = Attendee.objects.filter(patient__in=chart.ids, is_withdrawn=False)
    ahead = rows.filter(appointment__ends_at__gt=chart.now, status__in=LIVE)
    coming = ahead.order_by("appointment__starts_at", "pk")[:COMING]
    gone = rows.exclude(pk__in=ahead.order_by().values("pk"))
    last = gone.order_by("-appointment__starts_at", "-pk")[:GONE]
    own = chart.practice.time_zone if chart.practice else ""
    return Panel(
        title=_("Visits"),
        template="panels/visits.html",
        context={"coming": _lines(coming, own), "last": _lines(last, own)},
        is_for_emergencies=True,
    )


def _lines(rows: QuerySet[Attendee], own: str) -> Sequence[Line]:
    return [_line(*row, own=own) for row in rows.values_list(*_TOLD)]


def _line(  # the columns of _TOLD
    said: str,
    starts_at: datetime,
    modality: str,
    kind: str,
    who: str,
    place: str,
    zone: str,
    *,
    own: str,
) -> Line:
    status = Status(said)
    tone, shape = BADGES[status]
    return Line(
        when=zones.moment(starts_at, zone),
        zone="" if zone == own else zones.spoken(zone),
        what=f"{kind} · {who} · {place}",
        icon=WAYS.get(Modality(modality), ""),
        status=str(status.label),
        tone=tone,
        shape=shape,
    )
