"""The scorecard: figures of the practice, each with what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from practice import clock
from practice.access import Capability, capabilities_of, requires
from practice.contributions import load

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django_stubs_ext import StrOrPromise

    from practice.views.pages import StaffRequest

# A group's name, and what will appear in it while it is empty.
GROUPS: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "workforce": (
        _("Workforce"),
        _("How the work is shared: hours on duty, absences and who covers them."),
    ),
    "operations": (
        _("Operations"),
        _("How the days run: visits, freed times, tasks and how late they are."),
    ),
    "quality": (
        _("Quality"),
        _("How safe the records are: who can be reached, what waits for a look."),
    ),
    "experience": (
        _("Experience"),
        _("How it is for those who come: waiting, answers, what they say afterwards."),
    ),
}


@requires(Capability.READ_SCORECARD)
@require_GET
def scorecard(request: StaffRequest) -> HttpResponse:
    now = clock.now()
    found = [contribute(now=now) for contribute in load("MEASURES")]
    can = capabilities_of(request.user)
    groups = [
        {
            "name": name,
            "title": title,
            "empty": empty,
            "measures": [
                (measure, measure.capability is None or measure.capability in can)
                for measure in found
                if measure.group == name
            ],
        }
        for name, (title, empty) in GROUPS.items()
    ]
    return render(request, "scorecard.html", {"groups": groups, "now": now})
