"""TODAY: the desk's day as the board has it, and a clinician's own visits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from practice import zones
from practice.contributions import Line, Section
from practice.prepared import prepared
from scheduling import in_care
from scheduling.models import Attendee
from scheduling.panels import BADGES
from scheduling.states import AHEAD, LIVE, OPEN, Status
from scheduling.steps import COMPLETE, START
from scheduling.views import todays_board

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from practice.contributions import Day
    from practice.models import Patient

ONE_DAY, MOST = timedelta(days=1), 60
# What a clinician says next of somebody who is here.
NEXT = {Status.ARRIVED: START, Status.IN_SESSION: COMPLETE}
_VISIT = ("appointment__starts_at", "appointment__type__name")
_PLACE = ("appointment__location__short_name", "appointment__location__time_zone")


def board(day: Day) -> Section | None:
    """Who is expected, waits, and has no outcome, where somebody minds the desk."""
    if not day.staff.is_front_desk:
        return None
    return Section(
        _("The day"),
        "calendar",
        [],
        empty="",
        is_first=True,
        draw=todays_board.draw,
    )


def own_visits(day: Day) -> Section | None:
    """A clinician's visits of the day, in order; two queries."""
    if not day.staff.is_clinician:
        return None
    rows = _own_rows(day)
    names = _charts(rows, day) if rows else {}
    return Section(
        _("Your visits"),
        "calendar-clock",
        [_line(row, names) for row in rows],
        empty=_("Nobody is booked with you today."),
        count=sum(Status(row.status) in OPEN for row in rows),
        more_url=reverse("calendar"),
        is_first=True,
    )


def _own_rows(day: Day) -> Sequence[Attendee]:
    """Who comes to this clinician today, by the clock of each place."""
    after, before = day.now - ONE_DAY, day.now + ONE_DAY
    found = _with_them(clinician=day.staff.pk, after=after, before=before)
    return [one for one in found if _day_of(one) == _today_at(one, day)]


@prepared
def _with_them(clinician: Any, after: Any, before: Any) -> QuerySet[Attendee]:
    rows = Attendee.objects.filter(
        appointment__clinician=clinician,
        appointment__starts_at__gte=after,
        appointment__starts_at__lt=before,
        is_withdrawn=False,
        status__in=LIVE,
    )
    rows = rows.select_related("appointment__type", "appointment__location")
    rows = rows.only("patient", "status", *_VISIT, *_PLACE)
    return rows.order_by("appointment__starts_at", "pk")[:MOST]


def _charts(rows: Sequence[Attendee], day: Day) -> Mapping[int, Patient]:
    """The charts that stand for the patients of some rows, by the patients."""
    charts = day.charts.select_related("merged_into")
    found = charts.in_bulk({row.patient_id for row in rows})
    return {pk: chart.merged_into or chart for pk, chart in found.items()}


def _day_of(row: Attendee) -> date:
    return zones.local_day(row.appointment.starts_at, row.appointment.zone)


def _today_at(row: Attendee, day: Day) -> date:
    return zones.local_day(day.now, row.appointment.zone)


def _line(row: Attendee, names: Mapping[int, Patient]) -> Line:
    visit, patient = row.appointment, names.get(row.patient_id)
    at = time_format(zones.wall_clock(visit.starts_at, visit.zone))
    next_step = NEXT.get(Status(row.status)) if patient else None
    badge, tone = _badge(Status(row.status), patient)
    return Line(
        title=f"{at} · {visit.type.name}",
        url=reverse("visit", args=[visit.pk]),
        person=patient.display_name if patient else _("Private"),
        chart_id=patient.pk if patient else None,
        initials=patient.initials if patient else "",
        detail=visit.location.short_name,
        badge=badge,
        tone=tone,
        act_label=str(next_step.label) if next_step else "",
        act_url=reverse("visit_act", args=[visit.pk, next_step.slug])
        if next_step
        else "",
    )


def _badge(status: Status, patient: Patient | None) -> tuple[str, str]:
    """What stands out, and its tone: how it stands, or that they may not come."""
    if status not in AHEAD:
        return str(status.label), BADGES[status][0]
    if patient is None or not (words := in_care.words_of(patient)):
        return "", BADGES[status][0]
    return words, in_care.LOOKS[in_care.state_of(patient)][0]
