"""Fetching a visit as somebody may see it, and those who come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from django.http import Http404
from django.utils.translation import gettext as _

from practice import clock, looks, searching, watching, zones
from practice.here import of_request
from practice.models import Patient
from practice.views.charts import UnderGlass
from scheduling import in_care, sight
from scheduling.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from practice.searching import Found
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment

OF_GUESTS = (*in_care.CHARTS, "telehealth_check_in")
SHOWN = ("type", "clinician", "location", "room", "series", "double_of")


@dataclass(frozen=True, slots=True)
class Guest:
    """A patient of a visit as somebody sees them; no patient where it is private.

    By the chart that stands for theirs.
    """

    attendee: Attendee
    patient: Patient | None
    is_theirs: bool  # their chart is open to this person as usual

    @property
    def is_changeable(self) -> bool:
        return self.is_theirs and not self.attendee.is_withdrawn

    @property
    def name(self) -> str:
        return self.patient.display_name if self.patient else _("Private")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a search means, with what a desk knows before it chooses."""

    chart: Patient
    found: Found
    is_watched: bool  # somebody checks on them


def visit_or_404(request: StaffRequest, pk: int) -> Appointment:
    """The visit, if this person may see it; to others it does not exist."""
    rows = sight.visits_of(request.user).select_related(*SHOWN)
    visit = rows.filter(pk=pk).first()
    if visit is None:
        raise Http404
    return visit


def people_found(request: StaffRequest, query: str) -> list[Candidate]:
    """Whom a search means, among the charts that this person may change; a look."""
    now = clock.now()
    found = searching.find_people(query, staff=request.user, now=now)
    ours = Patient.objects.usual_to(request.user).unmerged()
    charts = ours.in_bulk([one.patient_id for one in found])
    practice = of_request(request)
    today = zones.local_day(now, practice.time_zone if practice else "UTC")
    watched = watching.among(charts, today=today)
    looks.remember(request, charts)
    return [
        Candidate(charts[one.patient_id], one, one.patient_id in watched)
        for one in found
        if one.patient_id in charts
    ]


def guests_of(request: StaffRequest, visit: Appointment) -> list[Guest]:
    """Who comes to a visit, or was to come; takes two queries."""
    rows = list(visit.attendees.select_related(*OF_GUESTS).order_by("pk"))
    for row in rows:
        row.appointment = visit
    patients = [row.chart.pk for row in rows]
    named, changeable = sight.known(request.user, patients, now=clock.now())
    looks.remember(request, named)
    return [
        Guest(
            row,
            row.chart if row.chart.pk in named else None,
            row.chart.pk in changeable,
        )
        for row in rows
    ]


def is_all_changeable(guests: Sequence[Guest]) -> bool:
    """Whether this person may act for everybody who is on the list."""
    return all(one.is_theirs for one in _on_the_list(guests))


def is_all_named(guests: Sequence[Guest]) -> bool:
    """Whether words typed about the visit are about nobody who is private here."""
    return all(one.patient for one in _on_the_list(guests))


def visit_to_change(
    request: StaffRequest, pk: int, *, is_for_some: bool = False
) -> tuple[Appointment, list[Guest]]:
    """A visit for an act on it, and who comes.

    An act on all of it is for those who may act for everybody on its list, one on
    some of its people for those who may act for one of them. To others the visit is
    not to be changed: UnderGlass where they may read those charts, else Http404.
    """
    visit = visit_or_404(request, pk)
    guests = guests_of(request, visit)
    listed = _on_the_list(guests)
    theirs = [one for one in listed if one.is_theirs]
    if len(theirs) < len(listed) and not (is_for_some and theirs):
        refuse(one.patient for one in listed if not one.is_theirs)
    return visit, guests


def refuse(closed: Iterable[Patient | None]) -> NoReturn:
    """Why nothing is done for some patients: None where even the name is closed."""
    first, *others = closed
    if first is None or None in others:
        raise Http404
    raise UnderGlass(first)


def _on_the_list(guests: Sequence[Guest]) -> Sequence[Guest]:
    """Those who come or were to come; where all were taken off, those."""
    return [one for one in guests if not one.attendee.is_withdrawn] or guests


def names_of(guests: Iterable[Guest]) -> Sequence[tuple[int, str]]:
    """Those whom this person may act for, as choices."""
    return [(one.attendee.pk, one.name) for one in guests if one.is_changeable]
