"""The gate every request passes: closed unless the view's declaration opens it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit, urlunsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

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

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails

    from practice.models import StaffMember

OPEN_DOORS = (Door.PUBLIC, Door.ENTRANCE, Door.LINK)
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
    """Whether the second factor is still open in this session.

    Looks at how the session was authenticated: an enrolled factor that this
    session never used opens nothing.
    """
    return settings.REQUIRE_SECOND_FACTOR and not any(
        record.get("method") == "mfa" for record in _records(request)
    )


def has_factor(staff: StaffMember) -> bool:
    """Whether somebody enrolled a second factor; recovery codes alone are none."""
    factors = Authenticator.objects.filter(user=staff)
    return bool(factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a few minutes ago."""
    proofs = [record["at"] for record in _records(request) if "at" in record]
    asks = request.method in ("GET", "HEAD")
    limit = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT if asks else POST_GRACE_SECONDS
    return bool(proofs) and time.time() - max(proofs) < limit


def way_back(request: HttpRequest) -> str:
    """The page to return to: the one a form or a fragment sits on, never its address.

    Empty when the browser does not say, or names another site.
    """
    htmx = cast("HtmxDetails", request.htmx)  # type: ignore[attr-defined]
    if htmx:
        return htmx.current_url_abs_path or ""
    if request.method == "GET":
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    return urlunsplit(urlsplit(page)._replace(scheme="", netloc=""))


def _opens_half(staff: StaffMember, access: Access) -> bool:
    if access.door is Door.ENROLLING:
        return not has_factor(staff)
    return access.door is Door.HALF


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    """How this session was authenticated: method, time and more, oldest first."""
    return list(get_authentication_records(request, request.user))


def _send(request: HttpRequest, url_name: str) -> HttpResponse:
    """Send the browser to a page of the entrance, and from there back.

    A page that polls is left alone: going elsewhere would lose what was typed.
    """
    if "X-Background-Poll" in request.headers:
        return HttpResponse(status=401)
    back = way_back(request)
    url = reverse(url_name) + (f"?{urlencode({'next': back})}" if back else "")
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return redirect(url)
