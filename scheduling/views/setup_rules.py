"""The rules of the calendar, as a page."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from practice.access import Capability, may, requires
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act
from scheduling import calendar_rules
from scheduling.forms.setup import RulesForm
from scheduling.models import CalendarRules

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.models import StaffMember
    from practice.views.pages import StaffRequest


@requires(Capability.READ_SETTINGS)
def rules_edit(request: StaffRequest) -> HttpResponse:
    """Managers change the rules; auditors read them."""
    shown = Shown.record(CalendarRules, calendar_rules.THE_ONE)
    held = calendar_rules.rules()
    said = calendar_rules.in_sentences(held)
    if not may(request.user, Capability.MANAGE_CALENDAR):
        context = {"said": said, "shown": shown}
        return render(request, "scheduling/rules.html", context)
    form = RulesForm(request.POST or None, shown=shown, instance=copy(held))
    back = reverse("settings_home")

    def act(by: StaffMember, now: datetime) -> Done:
        calendar_rules.change(by=by, **form.details())
        return Done(
            reverse("calendar_rules"), _("Saved: these rules hold from now on.")
        )

    template = "scheduling/rules_edit.html"
    ask = Ask(
        _("Rules of the calendar"),
        _("Save"),
        back,
        template=template,
        context={"said": said},
    )
    return ask_and_act(request, form, ask, act)
