"""The team: who works here, their accounts, roles and facts."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from practice import changes, clock, locations, staffing, zones
from practice.access import Capability, may, requires
from practice.directory import Wish, directory, person_page
from practice.forms.team import (
    ClinicianForm,
    StaffForm,
)
from practice.gate import has_factor
from practice.languages import Language
from practice.models import Clinician, StaffLocation, StaffMember
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest


def page_of(pk: int) -> str:
    return reverse("staff_member", args=[pk])


@requires(Capability.READ_STAFF)
@require_GET
def staff_list(request: StaffRequest) -> HttpResponse:
    """Everybody, by location: who is here, away, on call; by language if asked."""
    language = request.GET.get("language", "")
    wish = Wish(
        language=language if language in Language.values else "",
        telehealth="telehealth" in request.GET,
        here="here" in request.GET,
    )
    team = directory(now=clock.now(), wish=wish)
    languages = [(code, Language(code).label) for code in team.languages]
    context = {
        "team": team,
        "team_zone": zones.of_practice(),
        "wish": wish,
        "languages": languages,
        "is_close": may(request.user, Capability.READ_SETTINGS),
    }
    return render(request, "team/list.html", context)


@requires(Capability.READ_STAFF)
@require_GET
def staff_member(request: StaffRequest, pk: int) -> HttpResponse:
    """One person. Why they are away, and what changed, is for managers and them."""
    person = get_object_or_404(StaffMember, pk=pk)
    now = clock.now()
    is_own = person.pk == request.user.pk
    is_close = is_own or may(request.user, Capability.READ_SETTINGS)
    page = person_page(person, now=now)
    context = {
        "page": page,
        "person": person,
        "zone_words": zones.spoken(page.zone),
        "now": now,
        "is_own": is_own,
        "is_close": is_close,
        "has_factor": is_close and has_factor(person),
        "changes": changes.newest(person) if is_close else [],
    }
    return render(request, "team/person.html", context)


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Name, phone and the locations whose charts somebody sees."""
    places = StaffLocation.history.filter(staff=pk)
    shown = Shown.record(StaffMember, pk, places)
    person = get_object_or_404(StaffMember, pk=pk)
    form = StaffForm(
        request.POST or None,
        shown=shown,
        instance=copy(person),
        initial={"locations": locations.of_staff(person)},
    )

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        chosen = answers.pop("locations")
        changed = staffing.change_staff(staff=person, by=by, **answers)
        staffing.place(staff=changed, locations=chosen, by=by)
        return Done(page_of(pk), _("Saved. The charts they see changed at once."))

    ask = Ask(_("Details of %(name)s") % {"name": person}, _("Save"), page_of(pk))
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_STAFF)
def clinician_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What patients and the calendar need to know of a clinician."""
    shown = Shown.now(Clinician.history.filter(staff=pk))
    person = get_object_or_404(StaffMember, pk=pk, is_clinician=True)
    known = Clinician.objects.filter(staff=person).first() or Clinician(staff=person)
    form = ClinicianForm(request.POST or None, shown=shown, instance=copy(known))

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.describe_clinician(staff=person, by=by, **form.details())
        return Done(page_of(pk), _("Saved. Patients and the calendar see it so."))

    title = _("%(name)s as a clinician") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Save"), page_of(pk)), act)
