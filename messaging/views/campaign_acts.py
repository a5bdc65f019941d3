"""What people press on a group message: fix, approve, send, pause, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import campaign_pages, campaigns
from messaging.models import Campaign
from practice import clock
from practice.access import Capability, requires
from practice.forms.base import HouseForm
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.WRITE_CAMPAIGNS)
@require_POST
def freeze(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who gets it: the list is fixed."""

    def act(row: Campaign, by: StaffMember, now: datetime) -> str:
        campaigns.freeze(campaign=row, by=by, now=now)
        return _("The list is fixed. Look at it before anything goes.")

    return _press(request, pk, act)


@requires(Capability.WRITE_CAMPAIGNS)
@require_POST
def thaw(request: StaffRequest, pk: int) -> HttpResponse:
    def act(row: Campaign, by: StaffMember, _now: datetime) -> str:
        campaigns.thaw(campaign=row, by=by)
        return _("It is a draft again.")

    return _press(request, pk, act)


@requires(Capability.SEND_CAMPAIGNS)
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Read what somebody else wants to send, and to how many."""
    return _approve(request, pk, is_alone=False)


@requires(Capability.SEND_CAMPAIGNS, fresh=True)
def approve_alone(request: StaffRequest, pk: int) -> HttpResponse:
    """The same by whoever asked, where nobody else may: it asks who they are again."""
    return _approve(request, pk, is_alone=True)


@requires(Capability.SEND_CAMPAIGNS)
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    def act(row: Campaign, by: StaffMember, now: datetime) -> str:
        begun = campaigns.start(campaign=row, by=by, now=now)
        if begun.trial:
            words = _("The first %(n)s go in a minute. Look, then let the rest go.")
            return words % {"n": begun.trial}
        return _("It is sent in a minute.")

    return _press(request, pk, act, undo=reverse("campaign_stop", args=[pk]))


@requires(Capability.SEND_CAMPAIGNS)
@require_POST
def go_on(request: StaffRequest, pk: int) -> HttpResponse:
    def act(row: Campaign, by: StaffMember, now: datetime) -> str:
        campaigns.go_on(campaign=row, by=by, now=now)
        return _("The rest goes now.")

    return _press(request, pk, act)


@requires(Capability.WRITE_CAMPAIGNS)
@require_POST
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    def act(row: Campaign, by: StaffMember, now: datetime) -> str:
        campaigns.pause(campaign=row, by=by, now=now)
        return _("Paused: nothing more goes until somebody resumes it.")

    return _press(request, pk, act)


@requires(Capability.SEND_CAMPAIGNS)
@require_POST
def resume(request: StaffRequest, pk: int) -> HttpResponse:
    def act(row: Campaign, by: StaffMember, _now: datetime) -> str:
        campaigns.resume(campaign=row, by=by)
        return _("It goes on.")

    return _press(request, pk, act)


@requires(Capability.WRITE_CAMPAIGNS)
@require_POST
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    """At once, and for good; nobody is asked twice."""

    def act(row: Campaign, by: StaffMember, now: datetime) -> str:
        campaigns.stop(campaign=row, by=by, now=now)
        return _("Stopped: nothing more goes.")

    return _press(request, pk, act)


def _approve(request: StaffRequest, pk: int, *, is_alone: bool) -> HttpResponse:
    shown = Shown.record(Campaign, pk)
    row = get_object_or_404(Campaign, pk=pk)
    back = reverse("campaign", args=[pk])
    form = HouseForm(request.POST or None, shown=shown)

    def act(by: StaffMember, now: datetime) -> Done:
        campaigns.approve(
            campaign=row, by=by, now=now, is_alone=is_alone, **form.details()
        )
        return Done(back, _("Approved: it can be sent."))

    ask = Ask(
        _("Approve: %(title)s") % {"title": row.title},
        _("Approve"),
        back,
        template="messaging/campaign_approve.html",
        context=campaign_pages.looked_at(row, now=clock.now()),
    )
    return ask_and_act(request, form, ask, act)


def _press(
    request: StaffRequest,
    pk: int,
    act: Callable[[Campaign, StaffMember, datetime], str],
    *,
    undo: str = "",
) -> HttpResponse:
    row = get_object_or_404(Campaign, pk=pk)
    back = reverse("campaign", args=[pk])

    def do(by: StaffMember, now: datetime) -> Done:
        return Done(back, act(row, by, now), undo=undo)

    return press(request, back, do)
