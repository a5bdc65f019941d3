"""The team: who works here, their accounts, roles and facts."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from practice import changes, clock, invitations, locations, sessions, staffing, zones
from practice.access import Capability, may, requires
from practice.directory import Standing, Wish, directory, person_page, standing
from practice.forms.team import (
    ClinicianForm,
    CloseAccountForm,
    InviteForm,
    RolesForm,
    StaffForm,
)
from practice.languages import Language
from practice.models import Clinician, StaffMember, Task
from practice.views.pages import Ask, Done, ask_and_act, press

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest

NOT_JOINED = (Standing.INVITED, Standing.LAPSED, Standing.WITHDRAWN)


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
        "changes": changes.of_staff(person) if is_close else [],
    }
    return render(request, "team/person.html", context)


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_new(request: StaffRequest) -> HttpResponse:
    """Invite somebody: the account opens once the mailed link is used."""
    form = InviteForm(request.POST or None)

    def act(by: StaffMember, now: datetime) -> Done:
        staff, _token = invitations.invite(by=by, now=now, **form.details())
        words = _("The invitation is on its way to %(email)s.")
        return Done(page_of(staff.pk), words % {"email": staff.email})

    intro = _(
        "They get a mail with a link that lasts 72 hours, choose a password and set "
        "up a second factor. Until then the account opens nothing."
    )
    ask = Ask(
        _("Invite a colleague"), _("Send the invitation"), reverse("staff"), intro
    )
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_STAFF)
def staff_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Name, phone and the locations whose charts somebody sees."""
    person = get_object_or_404(StaffMember, pk=pk)
    initial = {"locations": locations.of_staff(person)}
    form = StaffForm(request.POST or None, instance=copy(person), initial=initial)

    def act(by: StaffMember, now: datetime) -> Done:
        answers = form.details()
        chosen = answers.pop("locations")
        staffing.change_staff(staff=person, by=by, **answers)
        staffing.place(staff=person, locations=chosen, by=by)
        return Done(page_of(pk), _("Saved. The charts they see changed at once."))

    ask = Ask(_("Details of %(name)s") % {"name": person}, _("Save"), page_of(pk))
    return ask_and_act(request, form, ask, act)


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_roles(request: StaffRequest, pk: int) -> HttpResponse:
    """What somebody may do; nobody changes their own."""
    person = get_object_or_404(StaffMember, pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles})

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.change_roles(staff=person, by=by, **form.details())
        words = _("%(name)s is now: %(roles)s.")
        return Done(
            page_of(pk), words % {"name": person.name, "roles": person.role_names}
        )

    intro = _("The change counts from their next click.")
    title = _("Roles of %(name)s") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Save"), page_of(pk), intro), act)


@requires(Capability.MANAGE_STAFF)
def staff_deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Close an account: signed off everywhere at once, tasks handed over."""
    person = get_object_or_404(StaffMember, pk=pk)
    open_tasks = Task.objects.open().filter(for_person=person).count()
    form = CloseAccountForm(request.POST or None, open_tasks=open_tasks)

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.deactivate(staff=person, by=by, **form.details())
        words = _("The account of %(name)s is closed.") % {"name": person.name}
        return Done(page_of(pk), words, undo=reverse("staff_reactivate", args=[pk]))

    ask = Ask(
        _("Close the account of %(name)s") % {"name": person},
        _("Close the account"),
        page_of(pk),
        _closing_words(open_tasks),
        is_grave=True,
    )
    return ask_and_act(request, form, ask, act)


def _closing_words(open_tasks: int) -> str:
    words = _(
        "They are signed off everywhere at once and cannot sign in again. What they "
        "did stays, with their name."
    )
    tasks = ngettext(
        "%(n)d open task is theirs by name.",
        "%(n)d open tasks are theirs by name.",
        open_tasks,
    )
    return f"{words} {tasks % {'n': open_tasks}}" if open_tasks else words


@requires(Capability.MANAGE_STAFF)
@require_POST
def staff_reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(StaffMember, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.reactivate(staff=person, by=by)
        words = _("The account of %(name)s is open again; they sign in anew.")
        return Done(page_of(pk), words % {"name": person.name})

    return press(request, page_of(pk), act)


@requires(Capability.MANAGE_STAFF)
def clinician_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """What patients and the calendar need to know of a clinician."""
    person = get_object_or_404(StaffMember, pk=pk, is_clinician=True)
    known = Clinician.objects.filter(staff=person).first() or Clinician(staff=person)
    form = ClinicianForm(request.POST or None, instance=copy(known))

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.describe_clinician(staff=person, by=by, **form.details())
        return Done(page_of(pk), _("Saved. Patients and the calendar see it so."))

    title = _("%(name)s as a clinician") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Save"), page_of(pk)), act)


@requires(Capability.MANAGE_STAFF)
@require_POST
def invitation_resend(request: StaffRequest, pk: int) -> HttpResponse:
    person = _not_joined(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        invitations.resend(staff=person, by=by, now=now)
        words = _("A new invitation is on its way to %(email)s; the old one is dead.")
        return Done(page_of(pk), words % {"email": person.email})

    return press(request, page_of(pk), act)


@requires(Capability.MANAGE_STAFF)
@require_POST
def invitation_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    person = _not_joined(pk)

    def act(by: StaffMember, now: datetime) -> Done:
        invitations.withdraw(staff=person, by=by)
        return Done(page_of(pk), _("The invitation is withdrawn: its link is dead."))

    return press(request, page_of(pk), act)


@requires(Capability.MANAGE_STAFF)
@require_POST
def sessions_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign somebody off on every screen, as after a lost phone."""
    person = get_object_or_404(StaffMember, pk=pk)

    def act(by: StaffMember, now: datetime) -> Done:
        count = sessions.end_all(staff=person, by=by, now=clock.real_now())
        words = ngettext(
            "%(name)s is signed off on %(n)d screen.",
            "%(name)s is signed off on %(n)d screens.",
            count,
        )
        return Done(page_of(pk), words % {"name": person.name, "n": count})

    return press(request, page_of(pk), act)


def _not_joined(pk: int) -> StaffMember:
    """Somebody who was invited and has not accepted; others have no invitation."""
    person = get_object_or_404(StaffMember, pk=pk)
    if standing(person, now=clock.now()) not in NOT_JOINED:
        raise Http404
    return person
