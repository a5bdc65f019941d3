"""What every request and answer passes before and after the views."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from practice.modes import Mode, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    Answer = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Gives every request an id that its log lines and its answer carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["X-Request-ID"] = uuid.uuid4().hex
        return response


class LoopbackOnly:
    """Refuses visitors from other machines in every mode but production."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if settings.MODE is not Mode.PRODUCTION and address:
            if not is_loopback(address):
                return HttpResponse("This machine only.", status=403)
        return self.get_response(request)


class PrivateByDefault:
    """Keeps every page out of caches, search engines and other sites."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class VisitorLanguage:
    """Speaks the language the visitor chose, else one their browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            return self.get_response(request)
