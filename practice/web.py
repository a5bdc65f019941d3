"""What every request and every answer passes on its way to and from a view."""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from practice import here, logs, looks, wording
from practice.access import Door
from practice.gate import access_of
from practice.models import StaffMember
from practice.modes import Mode, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from practice.access import View

    Answer = Callable[[HttpRequest], HttpResponse]

requests = logging.getLogger("practice.requests")


class RequestId:
    """Numbers every request, and writes its one line in the log."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.current.set(logs.Request(uuid.uuid4().hex))
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id()
            _write_line(
                request, response, ms=round((time.perf_counter() - began) * 1e3)
            )
        finally:
            logs.current.reset(token)
        return response


class LoopbackOnly:
    """Refuses visitors from other machines in every mode but production.

    A server on a socket of this machine sees no address.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if settings.MODE is Mode.PRODUCTION or not address or is_loopback(address):
            return self.get_response(request)
        return HttpResponse("This site serves its own machine only.", status=403)


class WholeCookies:
    """Forgets cookies that hold NUL: PostgreSQL takes no such text.

    No server lets it through as it is, but a cookie in quotes may spell it.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if "\x00" in value:
                del request.COOKIES[name]
        return self.get_response(request)


class PrivateByDefault:
    """Keeps pages out of caches, of search engines and of other sites."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        if _door(request) is Door.LINK:
            response["Referrer-Policy"] = "no-referrer"
        if request.method == "POST" and _route(request) == "account_logout":
            # Cookies are left out: they would take other sites of this host along.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class VisitorLanguage:
    """Speaks the language the visitor chose.

    Patients who chose none get the one their browser asks for; staff get the
    site's own.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        choice = _chosen(request) or settings.LANGUAGE_CODE
        with translation.override(choice), wording.speaking(wording.USUAL):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> None:
        if _route(request) == "healthz":
            return  # it answers without a database
        access = access_of(request, view)
        if access and access.door in (Door.PUBLIC, Door.LINK):
            translation.activate(_patients_language(request))


class LookLog:
    """Writes down whom a page showed, before it leaves.

    A page that shows people and cannot be noted anywhere is not shown: 503.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        staff = request.user
        if not isinstance(staff, StaffMember) or not _shows(response):
            return response
        seen = looks.remembered(request, page=_route(request) or "", by=staff)
        try:
            looks.keep(seen)
        except OSError:
            requests.exception("A look could not be kept.")
            words = {"request_id": logs.request_id()}
            page = render_to_string("entrance/errors/unavailable.html", words)
            return HttpResponse(page, status=503)
        return response


def _shows(response: HttpResponse) -> bool:
    """Whether a page comes with the answer, be it a form that has to be mended."""
    return response.status_code in (200, 409, 422)


def _write_line(request: HttpRequest, response: HttpResponse, *, ms: int) -> None:
    level = logging.INFO
    if response.status_code in (401, 403, 429):
        level = logging.WARNING
    elif response.status_code >= 500:
        level = logging.ERROR
    facts = {"method": request.method, "route": _route(request), "ms": ms}
    requests.log(level, "answered", extra={**facts, "status": response.status_code})


def _route(request: HttpRequest) -> str | None:
    """The name of the URL, never the URL."""
    return request.resolver_match.view_name if request.resolver_match else None


def _door(request: HttpRequest) -> Door | None:
    match = request.resolver_match
    access = access_of(request, match.func) if match else None
    return access.door if access else None


def _chosen(request: HttpRequest) -> str:
    code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return code if code in dict(settings.LANGUAGES) else ""


def _patients_language(request: HttpRequest) -> str:
    """The choice, else what the browser asks for, if the practice offers it."""
    wanted = _chosen(request) or translation.get_language_from_request(request)
    practice = here.of_request(request)
    if practice and wanted not in practice.languages:
        return str(practice.languages[0]) if practice.languages else "en"
    return wanted
