"""Group messages: all of them, one of them, and the forms that write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from messaging import (
    campaign_pages,
    campaign_results,
    campaign_words,
    campaigns,
    previews,
    wordings,
)
from messaging.forms.campaigns import MOST_BYTES, GroupForm, StandingForm, begun
from messaging.models import Campaign, CampaignKind
from practice import clock, looks
from practice.access import Capability, requires
from practice.uploads import takes_file, was_too_big
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest

NEWEST = 50


@requires(Capability.WRITE_CAMPAIGNS)
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """The newest, those under way first."""
    rows = Campaign.objects.select_related("writer", "location")[:NEWEST]
    told = [(row, campaign_pages.tone(row)) for row in rows]
    context = {
        "open": [one for one in told if not one[0].is_over],
        "over": [one for one in told if one[0].is_over],
    }
    return render(request, "messaging/campaigns.html", context)


@requires(Capability.WRITE_CAMPAIGNS)
@takes_file(MOST_BYTES)
def new(request: StaffRequest) -> HttpResponse:
    """Begin a group message to a list."""
    form = _group_form(request, None, None)

    def act(by: StaffMember, now: datetime) -> Done:
        row = campaigns.draft(kind=CampaignKind.GROUP, by=by, now=now, **form.said())
        return Done(page_of(row), _("Saved as a draft. See who gets it."))

    back = reverse("campaigns")
    ask = _ask(_("New group message"), back, CampaignKind.GROUP)
    return ask_and_act(request, form, ask, act)


@requires(Capability.WRITE_CAMPAIGNS)
def new_standing(request: StaffRequest) -> HttpResponse:
    """Begin words that go out each time something happens."""
    form = StandingForm(request.POST or None)

    def act(by: StaffMember, now: datetime) -> Done:
        row = campaigns.draft(kind=CampaignKind.STANDING, by=by, now=now, **form.said())
        return Done(page_of(row), _("Saved as a draft. See what is sent."))

    back = reverse("campaigns")
    ask = _ask(_("New message for each time"), back, CampaignKind.STANDING)
    return ask_and_act(request, form, ask, act)


@requires(Capability.WRITE_CAMPAIGNS)
@takes_file(MOST_BYTES)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    shown = Shown.record(Campaign, pk)
    row = get_object_or_404(Campaign.objects.exclude(kind=CampaignKind.CLOSURE), pk=pk)
    form: GroupForm | StandingForm
    if row.kind == CampaignKind.GROUP:
        form = _group_form(request, row, shown)
    else:
        form = StandingForm(request.POST or None, initial=begun(row), shown=shown)

    def act(by: StaffMember, now: datetime) -> Done:
        campaigns.change(campaign=row, by=by, now=now, **form.said())
        return Done(page_of(row), _("Saved."))

    ask = _ask(row.title, page_of(row), CampaignKind(row.kind))
    return ask_and_act(request, form, ask, act)


@requires(Capability.WRITE_CAMPAIGNS)
@require_GET
def campaign(request: StaffRequest, pk: int) -> HttpResponse:
    """One of them: its words, its list, what it costs, what became of it."""
    rows = Campaign.objects.select_related(
        "writer", "frozen_by", "approved_by", "started_by", "location", "closure"
    )
    row, now = get_object_or_404(rows, pk=pk), clock.now()
    found = campaign_pages.lines(
        row,
        show=request.GET.get("show", campaign_pages.GETS),
        after=_number(request.GET.get("after", "0")),
        staff=request.user,
        now=now,
    )
    looks.remember(request, [one.patient for one in found.rows if one.patient])
    context = campaign_pages.looked_at(row, now=now)
    context |= campaign_pages.acts(row, request.user, now=now)
    context["found"] = found
    if row.started_at:
        context["results"] = campaign_results.of(row, now=now)
    return render(request, "messaging/campaign.html", context)


def page_of(row: Campaign) -> str:
    return reverse("campaign", args=[row.pk])


def _group_form(
    request: StaffRequest, row: Campaign | None, shown: Shown | None
) -> GroupForm:
    form = GroupForm(
        request.POST or None,
        request.FILES or None,
        initial=begun(row) if row else None,
        staff=request.user,
        row=row,
        shown=shown,
    )
    if was_too_big(request):
        form = GroupForm({}, {}, staff=request.user, row=row, shown=shown)
        form.errors.clear()
        form.add_error("file", _("This file is bigger than 1 MB. Divide it."))
    return form


def _ask(title: str, back: str, kind: CampaignKind) -> Ask:
    """With the words that go where none of its own are given."""
    loaded = wordings.load(now=clock.now())
    usual = Campaign(kind=kind)
    context: dict[str, Any] = {
        "usual": campaign_words.shown(usual, loaded),
        "names": previews.names(campaign_words.OCCASIONS[kind]),
    }
    template = "messaging/campaign_edit.html"
    return Ask(title, _("Save the draft"), back, template=template, context=context)


def _number(said: str) -> int:
    """Where a page of a list begins. Raises Http404 for what is no number."""
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Http404
    return int(said)
