"""What a page asks about its own sign-in, and the language it is read in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from practice import sessions
from practice.access import entrance, public
from practice.gate import is_half_signed_in
from practice.views.pages import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest

A_YEAR = 365 * 24 * 3600


@entrance
@require_safe
def session_status(request: HttpRequest) -> HttpResponse:
    """Whose sign-in this is and how long it lasts; asking does not extend it.

    The answer never takes a cookie away: it may cross a sign-in in another tab.
    """
    answer = _status(request)
    if request.session.is_empty():
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    return answer


@entrance
@require_POST
def session_extend(request: HttpRequest) -> HttpResponse:
    """Say that a person is at work; the sign-in is extended on the way here."""
    return _status(request)


@public
@csrf_exempt  # pages of links send no origin, and a language harms nobody
@require_POST
def set_language_choice(request: HttpRequest) -> HttpResponse:
    """Keep the language a visitor chose, and go back to their page."""
    code = request.POST.get("language", "")
    usual = reverse(settings.LOGIN_REDIRECT_URL)
    response = HttpResponseRedirect(way_back(request, usual))
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _status(request: HttpRequest) -> JsonResponse:
    is_in = request.user.is_authenticated and not is_half_signed_in(request)
    return JsonResponse(
        {
            "signed_in": is_in,
            "staff": request.user.pk if is_in else None,
            "seconds_left": sessions.seconds_left(request.session) if is_in else 0,
            "csrf": get_token(request),
        }
    )
