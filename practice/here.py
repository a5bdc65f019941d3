"""Where the request is: the practice, read once, its words, and its time for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from practice.access import Door
from practice.gate import access_of
from practice.models import Practice
from practice.wording import speak, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from practice.access import View


class PracticeTime:
    """Shows staff every moment by the practice's clock, not the server's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(None):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: object, kwargs: object
    ) -> None:
        access = access_of(request, view)
        if access is None or access.door in (Door.PUBLIC, Door.LINK, Door.SIGNED):
            return
        practice = of_request(request)
        if practice is not None:
            timezone.activate(practice.time_zone)


def of_request(request: HttpRequest) -> Practice | None:
    """The practice; asked for once in a request, which then speaks its words."""
    known = getattr(request, "practice", False)
    if known is False:
        known = Practice.objects.first()
        request.practice = known  # type: ignore[attr-defined]
        speak(words_of(known))
    return known if isinstance(known, Practice) else None
