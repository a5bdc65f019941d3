"""This floor's panel on the patient page: the next visits, and the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import zones
from practice.access import Capability, may
from practice.contributions import Panel
from practice.prepared import prepared
from practice.states import PatientState
from scheduling import asked, sight
from scheduling.models import Attendee, Modality
from scheduling.states import AHEAD, LIVE, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from practice.contributions import OpenChart
    from scheduling.asked import Asked

COMING, GONE = 5, 3
# Tone and shape of a status, the same wherever it is shown; the calendar's cards have
# the tones from static/css/calendar.css.
BADGES = {
    Status.SCHEDULED: ("warn", "circle-dashed"),
    Status.CONFIRMED: ("good", "calendar-check"),
    Status.ARRIVED: ("info", "door-open"),
    Status.IN_SESSION: ("info", "timer"),
    Status.COMPLETED: ("done", "check-check"),
    Status.NO_SHOW: ("bad", "user-x"),
    Status.CANCELLED: ("plain", "calendar-x"),
    Status.CANCELLED_LATE: ("warn", "calendar-x"),
    Status.CALLED_OFF: ("plain", "calendar-x"),
}
# Few columns of four tables: the page is opened all day.
_VISIT = ("pk", "starts_at", "modality", "type__name", "clinician__name")
_PLACE = ("location__short_name", "location__time_zone")
_WHOSE = ("clinician_id", "location_id")
_TOLD = (
    "pk",
    "status",
    *(f"appointment__{name}" for name in (*_VISIT, *_PLACE, *_WHOSE)),
)
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
    url: str  # of its page, for those who may see it
    asked: Asked | None = None  # for another time
    asked_when: str = ""
    move_url: str = ""  # where they get one, from those who may book


def visits(chart: OpenChart) -> Panel:
    """The coming visits, the soonest first, and the last ones, the newest first."""
    coming = _coming(charts=chart.ids, now=chart.now)
    last = _gone(charts=chart.ids, now=chart.now)
    eyes = _eyes(chart)
    return Panel(
        title=_("Visits"),
        template="panels/visits.html",
        context={
            "coming": [_line(*row, eyes=eyes) for row in coming],
            "last": [_line(*row, eyes=eyes) for row in last],
            "book_url": _book_url(chart),
        },
        is_for_emergencies=True,
    )


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Who looks: what they may see, and the zone that they need not be told."""

    sight: sight.Sight
    zone: str
    asked: Mapping[str, Asked]
    back: str  # to the chart, for those who may book from there


def _eyes(chart: OpenChart) -> _Eyes:
    page = reverse("patient", args=[chart.patient.pk])
    return _Eyes(
        sight.of(chart.staff),
        chart.practice.time_zone if chart.practice else "",
        asked.waiting(chart.ids),
        page if may(chart.staff, Capability.BOOK_VISITS) else "",
    )


def _book_url(chart: OpenChart) -> str:
    """Where to book for this patient; empty for those who may not, or no longer can."""
    is_over = chart.patient.state in (PatientState.ENDED, PatientState.DECEASED)
    if is_over or not may(chart.staff, Capability.BOOK_VISITS):
        return ""
    return f"{reverse('book')}?patient={chart.patient.pk}"


@prepared
def _coming(charts: Any, now: Any) -> QuerySet[Attendee, Any]:
    rows = _of(charts).filter(_is_ahead(now))
    return rows.order_by("appointment__starts_at", "pk").values_list(*_TOLD)[:COMING]


@prepared
def _gone(charts: Any, now: Any) -> QuerySet[Attendee, Any]:
    rows = _of(charts).filter(~_is_ahead(now))
    return rows.order_by("-appointment__starts_at", "-pk").values_list(*_TOLD)[:GONE]


def _of(charts: Any) -> QuerySet[Attendee]:
    return Attendee.objects.filter(patient__in=charts, is_withdrawn=False)


def _is_ahead(now: Any) -> Q:
    return Q(appointment__ends_at__gt=now, status__in=LIVE)


def _line(  # the columns of _TOLD
    attendee: int,
    said: str,
    pk: int,
    starts_at: datetime,
    modality: str,
    kind: str,
    who: str,
    place: str,
    zone: str,
    clinician_id: int,
    location_id: int,
    *,
    eyes: _Eyes,
) -> Line:
    status = Status(said)
    is_seen = eyes.sight.sees(clinician_id=clinician_id, location_id=location_id)
    tone, shape = BADGES[status]
    wanted = None
    if status in AHEAD:
        wanted = asked.of_visit(eyes.asked, attendee, starts_at)
    return Line(
        when=zones.moment(starts_at, zone),
        zone="" if zone == eyes.zone else zones.spoken(zone),
        what=f"{kind} · {who} · {place}",
        icon=WAYS.get(Modality(modality), ""),
        status=str(status.label),
        tone=tone,
        shape=shape,
        url=reverse("visit", args=[pk]) if is_seen else "",
        asked=wanted,
        asked_when=zones.moment(wanted.at, zone) if wanted else "",
        move_url=_move_url(pk, eyes) if wanted and is_seen else "",
    )


def _move_url(pk: int, eyes: _Eyes) -> str:
    """Where a visit gets another time; empty for those who may not."""
    back = urlencode({"next": eyes.back})
    return f"{reverse('visit_move', args=[pk])}?{back}" if eyes.back else ""
