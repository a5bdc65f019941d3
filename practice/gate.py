"""The gate every request passes: closed unless the view's declaration opens it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
)
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from practice.access import ADMIN, INSTALLED, Access, Door, View, may

if TYPE_CHECKING:
    from collections.abc import Callable

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
        if access.door in (Door.PUBLIC, Door.LINK):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(_way_back(request))
        if access.door is Door.STAFF and (step := second_factor_step(request)):
            return redirect(step)
        if access.capability and not may(request.user, access.capability):
            raise PermissionDenied
        if access.is_fresh and not is_fresh(request):
            return _ask_again(request)
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
        return ADMIN
    return INSTALLED.get(match.url_name or "")


def second_factor_step(request: HttpRequest) -> str | None:
    """Where this session has to go before it counts as signed in, if anywhere.

    Looks at how the session was authenticated: an enrolled factor that this
    session never used opens nothing.
    """
    if not settings.REQUIRE_SECOND_FACTOR:
        return None
    records = get_authentication_records(request, request.user)
    if any(record.get("method") == "mfa" for record in records):
        return None
    return reverse("second_factor")


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a few minutes ago."""
    if did_recently_reauthenticate(request):
        return True
    if request.method in ("GET", "HEAD"):
        return False
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(proofs) and time.time() - proofs[-1] < POST_GRACE_SECONDS


def _ask_again(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": _way_back(request)})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")


def _way_back(request: HttpRequest) -> str:
    """The page to return to: a form's own page, never its submission."""
    return request.get_full_path() if request.method == "GET" else request.path
