"""Single-key shortcuts: each person may switch their own off (WCAG 2.1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from practice import staffing, toasts
from practice.access import signed_in
from practice.views.pages import way_back

if TYPE_CHECKING:
    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


@signed_in
@require_POST
def switch(request: StaffRequest) -> HttpResponse:
    """Switch the person's shortcuts on or off, and stay on the page."""
    are_on = request.POST.get("enabled") == "on"
    staffing.switch_shortcuts(staff=request.user, are_on=are_on, by=request.user)
    words = _("Single-key shortcuts are on.") if are_on else _("They are off for you.")
    toasts.say(request, words)
    return HttpResponseRedirect(way_back(request, reverse("today")))
