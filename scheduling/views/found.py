"""Fetching a visit as somebody may see it, and those who come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _

from practice import clock, looks
from scheduling import sight
from scheduling.models import Attendee

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from practice.models import Patient
    from practice.views.pages import StaffRequest
    from scheduling.models import Appointment

OF_GUESTS = ("patient", "telehealth_check_in")
SHOWN = ("type", "clinician", "location", "room", "series", "double_of")


@dataclass(frozen=True, slots=True)
class Guest:
    """A patient of a visit as somebody sees them; no patient where it is private."""

    attendee: Attendee
    patient: Patient | None
    is_changeable: bool

    @property
    def name(self) -> str:
        return self.patient.display_name if self.patient else _("Private")


def visit_or_404(request: StaffRequest, pk: int) -> Appointment:
    """The visit, if this person may see it; to others it does not exist."""
    rows = sight.visits_of(request.user).select_related(*SHOWN)
    visit = rows.filter(pk=pk).first()
    if visit is None:
        raise Http404
    return visit


def guests_of(request: StaffRequest, visit: Appointment) -> list[Guest]:
    """Who comes to a visit, or was to come; takes three queries."""
    rows = list(visit.attendees.select_related(*OF_GUESTS).order_by("pk"))
    for row in rows:
        row.appointment = visit
    patients = [row.patient for row in rows]
    named = sight.named(request.user, patients, now=clock.now())
    changeable = sight.changeable(request.user, patients)
    looks.remember(request, named)
    return [
        Guest(
            row,
            row.patient if row.patient_id in named else None,
            row.patient_id in changeable and not row.is_withdrawn,
        )
        for row in rows
    ]


def names_of(guests: Iterable[Guest]) -> Sequence[tuple[int, str]]:
    """Those whom this person may act for, as choices."""
    return [(one.attendee.pk, one.name) for one in guests if one.is_changeable]
