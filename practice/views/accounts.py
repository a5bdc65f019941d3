"""Accounts: invitations, roles, addresses, second factors, opening and closing."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from practice import clock, invitations, sessions, signing_in, staffing, trail
from practice.access import Capability, requires
from practice.directory import Standing, standing
from practice.forms.team import (
    AddressForm,
    CloseAccountForm,
    InviteForm,
    LostFactorForm,
    RolesForm,
)
from practice.models import StaffMember, Task
from practice.versions import Shown
from practice.views.pages import Ask, Done, ask_and_act, press
from practice.views.team import page_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from practice.views.pages import StaffRequest

NOT_JOINED = (Standing.INVITED, Standing.LAPSED, Standing.WITHDRAWN)


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


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_roles(request: StaffRequest, pk: int) -> HttpResponse:
    """What somebody may do; nobody changes their own."""
    shown = Shown.record(StaffMember, pk)
    person = get_object_or_404(StaffMember, pk=pk)
    form = RolesForm(request.POST or None, shown=shown, initial={"roles": person.roles})

    def act(by: StaffMember, now: datetime) -> Done:
        changed = staffing.change_roles(staff=person, by=by, **form.details())
        words = _("%(name)s is now: %(roles)s.")
        names = {"name": changed.name, "roles": changed.role_names}
        return Done(page_of(pk), words % names)

    intro = _("The change counts from their next click.")
    title = _("Roles of %(name)s") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Save"), page_of(pk), intro), act)


@requires(Capability.MANAGE_STAFF, fresh=True)
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


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_address(request: StaffRequest, pk: int) -> HttpResponse:
    """Another address to sign in with: a new name, or a slip in the invitation."""
    shown = Shown.record(StaffMember, pk)
    person = get_object_or_404(StaffMember, pk=pk)
    form = AddressForm(request.POST or None, shown=shown, instance=copy(person))

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.check_another(person, by=by)
        changed = invitations.readdress(staff=person, by=by, now=now, **form.details())
        words = _("%(name)s signs in with %(email)s from now on.")
        return Done(page_of(pk), words % {"name": changed.name, "email": changed.email})

    intro = _(
        "At the next sign-in a mail goes there, and its link has to be opened. Who "
        "has not joined yet gets a new invitation there; the old one opens nothing."
    )
    title = _("Address of %(name)s") % {"name": person}
    return ask_and_act(request, form, Ask(title, _("Save"), page_of(pk), intro), act)


@requires(Capability.MANAGE_STAFF, fresh=True)
def staff_factors(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody lost their second factor: take it away, so that they set up another."""
    person = get_object_or_404(StaffMember.objects.active(), pk=pk)
    form = LostFactorForm(request.POST or None)

    def act(by: StaffMember, now: datetime) -> Done:
        staffing.check_another(person, by=by)
        reason = form.details()["reason"]
        trail.note(by=by, kind="staff.identity_checked", about=person, reason=reason)
        signing_in.forget_factors(staff=person, by=by, now=clock.real_now())
        words = _("%(name)s sets up a new second factor at the next sign-in.")
        return Done(page_of(pk), words % {"name": person.name})

    intro = _(
        "Their passkeys, authenticator and recovery codes stop working and they are "
        "signed off everywhere. Until a new one is set up the password alone opens "
        "the account, so make sure first that it is really them who asks."
    )
    title = _("%(name)s lost their second factor") % {"name": person}
    ask = Ask(title, _("Take it away"), page_of(pk), intro, is_grave=True)
    return ask_and_act(request, form, ask, act)


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
