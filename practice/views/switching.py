"""A shared PC: leaving it, coming back with a PIN, and choosing that PIN."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from practice import clock, limits, pins, sessions, signing_in, workstations
from practice.access import entrance, freshly_signed_in, signed_in
from practice.forms.switching import PinForm, SwitchForm
from practice.models import Pin
from practice.rules import NotPossible
from practice.views import errors
from practice.views.pages import Ask, Done, ask_and_act, press, way_back

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from practice.models import KeptSignIn, StaffMember
    from practice.views.pages import StaffRequest

MOST_TRIES_HERE, TEN_MINUTES = 20, timedelta(minutes=10)  # by all people together


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Who is here: everybody who left this PC comes back with a PIN."""
    here = _people_here(request)
    able = [kept for kept in here if kept.pin and not kept.pin.is_locked]
    form = SwitchForm(request.POST or None, people=able)
    if request.method == "POST" and form.is_valid():
        token = workstations.token_of(request)
        if not limits.allow("pin", token, most=MOST_TRIES_HERE, per=TEN_MINUTES):
            return errors.too_many(request)
        kept = form.cleaned_data["person"]
        try:
            pins.prove(staff=kept.staff, pin=form.cleaned_data["pin"])
            signing_in.come_back(request, kept)
            return _opened(kept, token)
        except NotPossible as refusal:
            form.add_error("pin", str(refusal))
    locked = [kept.staff for kept in here if kept not in able]
    context = {"form": form, "able": able, "locked": locked}
    status = 422 if form.errors else 200
    return render(request, "entrance/switch.html", context, status=status)


@signed_in
@require_POST
def switch_leave(request: StaffRequest) -> HttpResponse:
    """Leave this PC to others; the way back is short, and leads to the same page."""
    token = sessions.leave(request, path=way_back(request, ""))
    response = redirect("switch")
    if token:
        workstations.remember(response, token)
    return response


@entrance
@require_POST
def switch_forget(request: HttpRequest) -> HttpResponse:
    """Sign everybody out of this PC, as in the evening."""
    logout(request, show_message=False)
    workstations.forget_all_here(token=workstations.token_of(request))
    messages.success(request, _("Nobody can come back to this computer by PIN now."))
    response = redirect(settings.LOGIN_URL)
    response.delete_cookie(settings.WORKSTATION_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@freshly_signed_in
def pin(request: StaffRequest) -> HttpResponse:
    """Choose a PIN, or another one."""
    form = PinForm(request.POST or None, staff=request.user)

    def act(by: StaffMember, now: datetime) -> Done:
        pins.set_pin(staff=by, by=by, now=clock.real_now(), **form.details())
        return Done(reverse("pin"), _("Your PIN is set."))

    known = Pin.objects.filter(staff=request.user).first()
    ask = Ask(
        _("PIN for shared computers"),
        _("Change the PIN") if known else _("Set the PIN"),
        reverse("today"),
        template="account/pin.html",
        context={"known": known},
    )
    return ask_and_act(request, form, ask, act)


@signed_in
@require_POST
def pin_remove(request: StaffRequest) -> HttpResponse:
    def act(by: StaffMember, now: datetime) -> Done:
        pins.remove_pin(staff=by, by=by)
        return Done(reverse("pin"), _("Your PIN is gone."))

    return press(request, reverse("pin"), act)


class SignInsElsewhere(ListUserSessionsView):  # type: ignore[misc]
    """Beside the sign-ins in use, those kept on shared PCs: they end together."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        rows = workstations.of_person(self.request.user, now=clock.real_now())
        return context | {"kept": rows}

    def form_valid(self, form: object) -> HttpResponse:
        workstations.forget_everywhere(staff=self.request.user)
        answer: HttpResponse = super().form_valid(form)
        return answer


sign_ins = SignInsElsewhere.as_view()


def _opened(kept: KeptSignIn, token: str) -> HttpResponse:
    """On to where they left; the PC's cookie lasts as long as the next to come."""
    path = kept.path or reverse(settings.LOGIN_REDIRECT_URL)
    response = HttpResponseRedirect(path)
    workstations.remember(response, token)
    return response


def _people_here(request: HttpRequest) -> Sequence[KeptSignIn]:
    """Who left this PC and has a PIN, but not whoever sits at it."""
    token = workstations.token_of(request)
    return [
        kept
        for kept in workstations.people(token, now=clock.real_now())
        if kept.staff_id != request.user.pk and kept.pin
    ]
