"""The undo minute of series, and of what was left of somebody's visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice.access import Capability, requires
from practice.views.chart_acts import page_of
from practice.views.charts import chart_or_404
from practice.views.pages import Done, press
from scheduling import taking_back
from scheduling.views.series_found import page_of_series, series_to_change

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import Recorded, StaffMember
    from practice.views.pages import StaffRequest
    from scheduling.models import Series


def undo_path(found: Series) -> str:
    """Where an act on a series is taken back; asked for right after the act."""
    return reverse("series_undo", args=[found.pk, taking_back.line_of(found).pk])


@requires(Capability.BOOK_VISITS)
@require_POST
def series_undo(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """Take back how a series was begun, changed or ended, visits and all."""
    found, _people = series_to_change(request, pk)
    return take_back(request, found, line, back=page_of_series(pk))


@requires(Capability.BOOK_VISITS)
@require_POST
def visits_left_undo(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """The visits of who is paused, left or died stand again."""
    patient = chart_or_404(request, pk)
    return take_back(request, patient, line, back=page_of(pk))


def take_back(
    request: StaffRequest, about: Recorded, line: int, *, back: str
) -> HttpResponse:
    def act(by: StaffMember, now: datetime) -> Done:
        found = taking_back.find(about, line, by=by)
        taking_back.undo(line=found, by=by, now=now)
        return Done(back, _("Undone. Nobody was told."))

    return press(request, back, act)
