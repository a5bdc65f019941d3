"""Where the texts' vendor calls: what came in, what became of what left.

Phone calls are in messaging.views.voice.

Nobody signs in here; the vendor's signature over our public address and every field
is what counts (messaging/signature.py). What is not signed is refused and leaves no
trace. What is signed is stored, answered, and only then worked.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from messaging import hook_store, hooks, signature
from messaging.channels import accounts
from messaging.models.vendors import HookKind
from practice import clock
from practice.access import signed
from practice.patience import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = "application/x-www-form-urlencoded"
LARGEST = 65_536  # bytes: ten pictures and 1600 characters have a tenth of it
REFUSED, TOO_LARGE, LATER = 403, 413, 503
NO_CONTENT = 204
MOST_DIGITS = 18  # of an id of ours
XML = "text/xml; charset=utf-8"
logger = logging.getLogger(__name__)


class Answered(HttpResponse):
    """An answer after which the calls that wait are worked: the vendor has gone."""

    def close(self) -> None:
        try:
            hooks.work(now=clock.now())
        except Exception:  # the chore does it
            logger.exception("What a vendor said has to wait.")
        finally:
            super().close()


def by_vendor(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let the vendor's own forms through, and nothing else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _length(request) > LARGEST:
            return HttpResponse(status=TOO_LARGE)
        if request.content_type != FORM or not _is_genuine(request):
            return HttpResponse(status=REFUSED)
        try:
            return view(request)
        except Busy:  # the vendor calls again, or its list has it
            return HttpResponse(status=LATER)

    return signed(csrf_exempt(require_POST(checked)))


@by_vendor
def inbound(request: HttpRequest) -> HttpResponse:
    """A text came in. Nothing is said back here: answers leave by the outbox."""
    hook_store.store(HookKind.INBOUND, request.POST.dict(), now=clock.now())
    return Answered("<Response/>", content_type=XML)


@by_vendor
def status(request: HttpRequest) -> HttpResponse:
    """What became of a text or a call; `m` is its delivery's id."""
    hook_store.store(
        HookKind.STATUS,
        request.POST.dict(),
        delivery_id=number_of(request.GET.get("m", "")),
        now=clock.now(),
    )
    return Answered(status=NO_CONTENT)


def _is_genuine(request: HttpRequest) -> bool:
    keys = accounts.keys()
    path = request.get_full_path()
    return signature.is_genuine(
        signature=request.headers.get(signature.HEADER),
        address=signature.address(settings.PUBLIC_BASE_URL, path),
        fields=request.POST,
        account=keys.account,
        tokens=keys.tokens,
    )


def _length(request: HttpRequest) -> int:
    """What the request says of itself; nothing else of it was read by then."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def number_of(text: str) -> int | None:
    """An id of ours, if it is one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None
