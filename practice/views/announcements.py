"""What happened and nobody was told of yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from practice import announcements, clock, looks
from practice.access import Capability, requires

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@requires(Capability.READ_ANNOUNCEMENTS)
@require_GET
def announcement_list(request: StaffRequest) -> HttpResponse:
    """What waits, in words; a chart is named only to those who may open it."""
    now = clock.now()
    waiting = announcements.waiting_for(request.user, now=now)
    shown = [row.row.patient_id for row in waiting.rows if row.row.patient_id]
    looks.remember(request, shown)
    return render(request, "announcements.html", {"waiting": waiting, "now": now})
