"""What managers do with words: approve, give up, use again, go back to the usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messaging import occasion_pages, previews, templates, wordings
from messaging.models import Template
from messaging.models.templates import TemplateLanguage
from practice import clock
from practice.access import Capability, requires
from practice.forms.base import HouseForm
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.MANAGE_SETTINGS)
def approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Read what somebody else wrote, and use it from now on."""
    return _approve(request, pk, is_alone=False)


@requires(Capability.MANAGE_SETTINGS, fresh=True)
def approve_alone(request: StaffRequest, pk: int) -> HttpResponse:
    """The same by the writer, where nobody else may: it asks who they are again."""
    return _approve(request, pk, is_alone=True)


def _approve(request: StaffRequest, pk: int, *, is_alone: bool) -> HttpResponse:
    shown = Shown.record(Template, pk)
    row = get_object_or_404(Template, pk=pk)
    page = occasion_pages.page(row.purpose, TemplateLanguage(row.language))
    loaded = wordings.load(now=clock.now())
    form = HouseForm(request.POST or None, shown=shown)

    def act(by: StaffMember, now: datetime) -> Done:
        templates.approve(
            template=row, by=by, now=now, is_alone=is_alone, **form.details()
        )
        undo = _undo_of_approval(page.own, row)
        return Done(back_to(row), _("In use from the next message on."), undo=undo)

    written = occasion_pages.written(row)
    ask = Ask(
        _("Approve: %(occasion)s") % {"occasion": row.get_occasion_display()},
        _("Approve and use"),
        back_to(row),
        template="messaging/wording_approve.html",
        context={
            "row": row,
            "shown": previews.of(written, loaded),
            "changes": occasion_pages.changes(page.words(loaded), written),
        },
    )
    return ask_and_act(request, form, ask, act)


def _undo_of_approval(former: Template | None, row: Template) -> str:
    """Back to what was used before it."""
    if former is not None:
        return reverse("wording_use_again", args=[former.pk])
    return reverse("wording_retire", args=[row.pk])


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        templates.retire(template=row, by=by, now=now)
        undo = reverse("wording_use_again", args=[pk])
        return Done(back_to(row), _("The usual words are in use again."), undo=undo)

    return press(request, back_to(row), act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def use_again(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)
    page = occasion_pages.page(row.purpose, TemplateLanguage(row.language))

    def act(by: StaffMember, now: datetime) -> Done:
        templates.use_again(template=row, by=by, now=now)
        undo = _undo_of_approval(page.own, row) if page.own != row else ""
        return Done(back_to(row), _("These words are in use again."), undo=undo)

    return press(request, back_to(row), act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def throw_away(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        templates.throw_away(template=row, by=by, now=now)
        undo = reverse("wording_take_up", args=[pk])
        return Done(back_to(row), _("The draft is thrown away."), undo=undo)

    return press(request, back_to(row), act)


@requires(Capability.MANAGE_SETTINGS)
@require_POST
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        templates.take_up_again(template=row, by=by)
        return Done(back_to(row), _("The draft is back."))

    return press(request, back_to(row), act)


def back_to(row: Template) -> str:
    return reverse("wording", args=[row.occasion, row.language])
