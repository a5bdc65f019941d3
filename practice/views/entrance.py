"""The way in: the demo's people, an invitation, the second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from practice import clock, demo, invitations, limits, signing_in
from practice.access import entrance, half_signed_in
from practice.forms.entrance import DemoPersonForm, FirstPasswordForm
from practice.gate import has_factor, is_half_signed_in
from practice.models import DemoMark, Role
from practice.modes import Mode
from practice.views import errors
from practice.views.pages import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest

    from practice.views.pages import StaffRequest

MOST_TRIES, A_MINUTE = 30, timedelta(minutes=1)
WHAT_THEY_DO = {
    Role.FRONT_DESK: _("Answers, books, welcomes, and keeps contact details right."),
    Role.CLINICIAN: _("Sees their own patients and watches over them."),
    Role.MANAGER: _("Runs the practice: people, roles, settings, reviews."),
    Role.AUDITOR: _("Reads how the practice works; opens a chart only for a reason."),
}


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def demo_people(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's invented people with one press."""
    if settings.MODE is not Mode.DEMO or not DemoMark.objects.exists():
        raise Http404
    people = demo.one_of_each_role()
    form = DemoPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        staff = people.get(Role(form.cleaned_data["role"]))
        if staff is None:
            raise Http404
        return signing_in.sign_in(request, staff, method="demo")
    cards = [(role, staff, WHAT_THEY_DO[role]) for role, staff in people.items()]
    return render(request, "entrance/demo_people.html", {"cards": cards})


@half_signed_in
@require_safe
def second_factor(request: StaffRequest) -> HttpResponse:
    """Explain the second factor: enrol one, or sign in again with the one there is."""
    page = way_back(request, reverse(settings.LOGIN_REDIRECT_URL))
    if not is_half_signed_in(request):
        return HttpResponseRedirect(page)
    has_one = has_factor(request.user)
    return render(
        request, "entrance/second_factor.html", {"has_factor": has_one, "page": page}
    )


@entrance
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation by choosing a password; looking at it changes nothing."""
    now, visitor = clock.now(), get_account_adapter().get_client_ip(request)
    if not limits.allow("invitation", visitor, most=MOST_TRIES, per=A_MINUTE):
        return errors.too_many(request)
    try:
        staff = invitations.find(token, now=now).staff
        form = FirstPasswordForm(request.POST or None, staff=staff)
        if request.method == "POST" and form.is_valid():
            staff = invitations.accept(
                token=token, password=form.cleaned_data["password"], now=now
            )
            return signing_in.sign_in(request, staff, method="password")
    except invitations.DeadInvitation:
        return render(request, "entrance/gone.html", status=410)
    response = render(
        request, "entrance/invitation.html", {"form": form, "staff": staff}
    )
    # The address holds the token; forms still need an origin, so not no-referrer.
    response["Referrer-Policy"] = "strict-origin"
    return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Keeps the last factor, which allauth asks of authenticator apps only."""

    def form_valid(self, form: object) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            answer: HttpResponse = super().form_valid(form)
            return answer
        refusal = adapter.error_messages["cannot_delete_authenticator"]
        messages.error(self.request, refusal)
        return HttpResponseRedirect(self.success_url)


remove_passkey = RemovePasskey.as_view()
