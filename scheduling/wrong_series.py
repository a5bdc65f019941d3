"""A series that was begun on the wrong chart: it goes along with the visit that moves
to the right one, and back with it.

Whoever came to another visit of a series is one of its patients: then only the visit
moves. So it is where the right patient comes to the series already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from practice.models import Patient, TrailEntry
from practice.trail import Actor, keep, locked
from scheduling.models import Appointment, Attendee, Series, SeriesMember
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

CAME = (Status.ARRIVED, Status.IN_SESSION, Status.COMPLETED)
HERE, AWAY = "chart.moved_here", "chart.moved_away"


@dataclass(frozen=True, slots=True)
class Along:
    """What of a series goes to another chart: no members where it stays."""

    members: Sequence[SeriesMember] = ()
    visits: Sequence[Attendee] = ()  # the others that are still ahead
    is_theirs: bool = False  # it stays: they came to another visit of it


NOTHING = Along()


def along(row: Attendee, origin: Patient, to: Patient | None = None) -> Along:
    """What goes along with a visit from its chart to another, if that is known."""
    series = row.appointment.series_id
    charts = Patient.objects.chart_set(origin)
    current = SeriesMember.objects.filter(series=series, is_current=True)
    members = list(current.filter(patient__in=charts).order_by("pk"))
    if series is None or not members:
        return NOTHING
    rows = Attendee.objects.filter(
        appointment__series=series, patient__in=charts, is_withdrawn=False
    ).exclude(pk=row.pk)
    if rows.filter(status__in=CAME).exists():
        return Along(is_theirs=True)
    visits = rows.filter(status__in=AHEAD).select_related("appointment", "patient")
    if to is not None:
        theirs = Patient.objects.chart_set(to)
        if current.filter(patient__in=theirs).exists():
            return NOTHING
        if _is_way_back(row, charts, theirs):
            if not _gave_up(series, theirs):
                return NOTHING
            visits = visits.filter(pk__in=_that_were_of(theirs))
    return Along(members, list(visits.order_by("appointment_id", "pk")))


def take_along(going: Along, to: Patient, *, by: Actor) -> list[Attendee]:
    """The series and its visits ahead are the right patient's; answers the visits."""
    for member in going.members:
        left = locked(member)
        left.is_current = False
        keep(left, by=by, kind=AWAY)
    for series in {member.series_id for member in going.members}:
        row = SeriesMember.objects.filter(series=series, patient=to).first()
        joined = locked(row) if row else SeriesMember(series_id=series, patient=to)
        joined.is_current = True
        keep(joined, by=by, kind=HERE)
    moved = []
    for visit in going.visits:
        attendee = locked(visit)
        attendee.patient = to
        moved.append(keep(attendee, by=by, kind=HERE))
    return moved


def hold(row: Attendee) -> None:
    """Lock the series of a visit before any chart, as all acts on a series do."""
    rows = Appointment.objects.filter(pk=row.appointment_id, series__isnull=False)
    held: set[int] = set()
    while left := set(rows.values_list("series", flat=True)) - held:
        # Meanwhile it may have changed, and the visit be of the new one.
        held |= {locked(Series(pk=number)).pk for number in left if number}


def _is_way_back(
    row: Attendee, charts: QuerySet[Patient], theirs: QuerySet[Patient]
) -> bool:
    """Whether a visit stood on the other chart before it came to this one."""
    here = row.history.filter(patient__in=charts).order_by("-history_id").first()
    before = row.history.filter(patient__in=theirs)
    return here is not None and before.filter(history_id__lt=here.history_id).exists()


def _gave_up(series: int, theirs: QuerySet[Patient]) -> bool:
    """Whether the series went to another chart from theirs: then it comes back."""
    members = SeriesMember.objects.filter(series=series, patient__in=theirs)
    lines = TrailEntry.objects.filter(
        record=SeriesMember._meta.model_name,
        record_id__in=members.values("pk"),
    )
    newest = lines.order_by("-pk").values_list("kind", flat=True).first()
    return newest == AWAY


def _that_were_of(theirs: QuerySet[Patient]) -> QuerySet[Attendee, int]:
    """Visits that stood on their chart once."""
    rows = Attendee.history.filter(patient__in=theirs)
    found: QuerySet[Attendee, int] = rows.values_list("id", flat=True)
    return found
