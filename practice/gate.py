"""The gate every request passes: closed unless the view's declaration opens it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from practice import sessions, typed
from practice.access import (
    ADMIN,
    ADMIN_CLOSED,
    CLOSED,
    INSTALLED,
    Access,
    Door,
    View,
    may,
)
from practice.whereabouts import way_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from practice.models import StaffMember

OPEN_DOORS = (Door.PUBLIC, Door.ENTRANCE, Door.LINK, Door.SIGNED)
# A page that asked for the password again is given this long to be filled in:
# asking on POST would put its typed text into the session (see docs/adr).
POST_GRACE_SECONDS = 1800


class AccessGate:
    """Asks the access table before any view runs; refuses what declares nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> HttpResponse | None:
        access = access_of(request, view)
        if access is None:
            raise PermissionDenied("This page declares no access.")
        if access.door is Door.CLOSED:
            raise Http404
        if access.door in OPEN_DOORS:
            return None
        if not request.user.is_authenticated:
            return _send(request, settings.LOGIN_URL)
        if is_half_signed_in(request) and not _opens_half(request.user, access):
            return _send(request, "second_factor")
        if access.capability and not may(request.user, access.capability):
            raise PermissionDenied
        if access.is_fresh and not is_fresh(request):
            return _send(request, "account_reauthenticate")
        return None


def access_of(request: HttpRequest, view: View) -> Access | None:
    """What the view declares, or what the table says of an installed app's view."""
    declared = getattr(view, "access", None)
    if isinstance(declared, Access):
        return declared
    match = request.resolver_match
    if match is None:
        return None
    if "admin" in match.app_names:
        return CLOSED if match.url_name in ADMIN_CLOSED else ADMIN
    return INSTALLED.get(match.url_name or "")


def is_half_signed_in(request: HttpRequest) -> bool:
    """Whether the second factor is still open in this session."""
    return sessions.is_half(request)


def has_factor(staff: StaffMember) -> bool:
    """Whether somebody enrolled a second factor; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user=staff)
    return bool(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a few minutes ago."""
    proofs = [record["at"] for record in sessions.records_of(request) if "at" in record]
    asks = request.method in ("GET", "HEAD")
    limit = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT if asks else POST_GRACE_SECONDS
    return bool(proofs) and time.time() - max(proofs) < limit


def _opens_half(staff: StaffMember, access: Access) -> bool:
    if access.door is Door.ENROLLING:
        return not has_factor(staff)
    return access.door is Door.HALF


def _send(request: HttpRequest, url_name: str) -> HttpResponse:
    """Send the browser to a page of the entrance, and from there back.

    A page that polls is left alone: going elsewhere would lose what was typed. For
    the same reason the words of a form that comes too late are shown first.
    """
    if "X-Background-Poll" in request.headers:
        return HttpResponse(status=401)
    back = way_back(request)
    url = reverse(url_name) + (f"?{urlencode({'next': back})}" if back else "")
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    if request.method == "POST" and (words := typed.words(request)):
        said = {"typed": words, "url": url}
        return render(request, "entrance/errors/late_form.html", said, status=403)
    return redirect(url)
