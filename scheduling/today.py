"""TODAY: the board in short for the front desk: its counts, and who needs somebody."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from practice import zones
from practice.contributions import Line, Section
from scheduling.board import OVERRUN, Lane
from scheduling.models import Attendee
from scheduling.states import AHEAD, OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from practice.contributions import Day
    from practice.models import Patient

SHOWN = 6
MOST = 300  # a day's visits, and the newest of those before without an outcome
PATIENCE = timedelta(minutes=10)  # of somebody who waits past their time
AHEAD_OF_NOW = timedelta(hours=30)
_TOLD = ("patient_id", "appointment_id", "status", "appointment__starts_at")
_MORE = ("appointment__ends_at", "appointment__location__time_zone")
_WHO = "appointment__clinician__name"
# The most pressing first: who waits, who is late, what has no outcome.
ORDER = (Lane.ARRIVED, Lane.EXPECTED, Lane.MISSING)


class _Row(NamedTuple):
    """The columns of one attendee that the page needs."""

    patient_id: int
    visit_id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    who: str

    @property
    def day(self) -> date:
        return zones.local_day(self.starts_at, self.zone)

    def lane(self, now: datetime) -> Lane:
        if self.ends_at <= now - OVERRUN:
            return Lane.MISSING
        if self.status in AHEAD:
            return Lane.EXPECTED
        is_here = self.status == Status.ARRIVED
        return Lane.ARRIVED if is_here else Lane.IN_SESSION


def board(day: Day) -> Section | None:
    """Two queries for the front desk, and none for anybody else."""
    if not day.staff.is_front_desk:
        return None
    rows = _rows(day)
    pressing = sorted(
        (row for row in rows if _is_pressing(row, day.now)),
        key=lambda row: (ORDER.index(row.lane(day.now)), row.starts_at),
    )
    shown = pressing[:SHOWN]
    names = day.charts.in_bulk({row.patient_id for row in shown}) if shown else {}
    return Section(
        _("The day"),
        "calendar",
        [_counts(rows, day), *(_line(row, names, day) for row in shown)],
        empty="",
        count=len(pressing),
        more_url=reverse("board"),
        is_pressing=bool(pressing),
        is_first=True,
    )


def _rows(day: Day) -> Sequence[_Row]:
    """Everybody who is open at this person's places: today's, and earlier ones."""
    places = day.staff.placements.filter(is_current=True)
    rows = Attendee.objects.filter(
        is_withdrawn=False,
        status__in=OPEN,
        appointment__starts_at__lt=day.now + AHEAD_OF_NOW,
        appointment__location__in=places.values("location"),
    )
    newest = rows.order_by("-appointment__starts_at", "-pk")[:MOST]
    told = map(_Row._make, newest.values_list(*_TOLD, *_MORE, _WHO))
    return [row for row in told if row.day <= zones.local_day(day.now, row.zone)]


def _is_pressing(row: _Row, now: datetime) -> bool:
    lane = row.lane(now)
    if lane == Lane.ARRIVED:
        return row.starts_at <= now - PATIENCE
    return lane == Lane.MISSING or (lane == Lane.EXPECTED and row.starts_at <= now)


def _counts(rows: Sequence[_Row], day: Day) -> Line:
    """How many stand where, as the board counts them."""
    # A couple that came together is one line there.
    lines = {(row.lane(day.now), row.visit_id, row.status) for row in rows}
    found = Counter(lane for lane, _visit, _status in lines)
    open_ones = sum(
        (lane, status) == (Lane.EXPECTED, Status.SCHEDULED)
        for lane, _visit, status in lines
    )
    said = [
        _("%(n)d expected") % {"n": found[Lane.EXPECTED]},
        _("%(n)d unconfirmed") % {"n": open_ones},
        _("%(n)d waiting") % {"n": found[Lane.ARRIVED]},
        _("%(n)d in session") % {"n": found[Lane.IN_SESSION]},
    ]
    return Line(title=" · ".join(said), url=reverse("board"))


def _line(row: _Row, names: Mapping[int, Patient], day: Day) -> Line:
    patient, lane = names.get(row.patient_id), row.lane(day.now)
    at = time_format(zones.wall_clock(row.starts_at, row.zone))
    if row.day != zones.local_day(day.now, row.zone):
        at = f"{date_format(row.day, 'D j M')}, {at}"
    badge, tone = {
        Lane.ARRIVED: (_("waits"), "warn"),
        Lane.EXPECTED: (_("late"), "warn"),
    }.get(lane, (_("without outcome"), "bad"))
    is_late = lane == Lane.EXPECTED and patient is not None
    return Line(
        title=f"{at} · {row.who}",
        url=reverse("visit", args=[row.visit_id]),
        person=patient.display_name if patient else "",
        chart_id=row.patient_id if patient else None,
        initials=patient.initials if patient else "",
        badge=badge,
        tone=tone,
        act_label=_("Arrived") if is_late else "",
        act_url=reverse("visit_act", args=[row.visit_id, "arrive"]) if is_late else "",
    )
