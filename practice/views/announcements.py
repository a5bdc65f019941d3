"""What happened and nobody was told of yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from practice import announcements, clock, looks
from practice.access import Capability, requires
from practice.models import Announcement, Patient
from practice.views.pages import Done, press, way_back

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from practice.models import StaffMember
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


@requires(Capability.TELL_OTHERS)
@require_POST
def told(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody passed it on by phone or face to face."""
    row = get_object_or_404(_theirs(request), pk=pk)
    back = way_back(request, reverse("announcements"))

    def act(by: StaffMember, now: datetime) -> Done:
        announcements.tell(announcement=row, by=by, now=now)
        undo = reverse("announcement_untold", args=[row.pk])
        return Done(back, _("Noted as told."), undo=undo)

    return press(request, back, act)


@requires(Capability.TELL_OTHERS)
@require_POST
def untold(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_theirs(request), pk=pk)
    back = way_back(request, reverse("announcements"))

    def act(by: StaffMember, now: datetime) -> Done:
        announcements.untell(announcement=row, by=by)
        return Done(back, _("It waits again."))

    return press(request, back, act)


def _theirs(request: StaffRequest) -> QuerySet[Announcement]:
    """Announcements about charts that are usually open to this person."""
    ours = Patient.objects.usual_to(request.user)
    return Announcement.objects.filter(patient__in=ours)
