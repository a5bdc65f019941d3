"""Sessions: how a sign-in was proved, how long it lasts, how it is ended.

All on real time: a demo day that runs fast signs nobody off.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import clock, logs, trail, whereabouts, workstations
from practice.models import Practice, StaffMember
from practice.workstations import SignIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

LONGEST_SECONDS = workstations.LASTS.total_seconds()  # of a sign-in, however busy
USUAL_IDLE_MINUTES = 15
NOTED_EVERY = 30  # seconds between two writes of a session in use
SIGNED_IN_AT, SEEN_AT, IDLE_SECONDS = "signed_in_at", "seen_at", "idle_seconds"
# A page that looks whether something changed is not a person at work.
BACKGROUND = "X-Background-Poll"
QUIET_PAGES = ("session_status",)
# What is kept of a proof after its session: no time, so that it is never fresh.
KEPT_OF_A_PROOF = ("method", "type", "id", "passwordless")


class IdleLogOff:
    """Signs a session off once nobody has used it for a while, or after 12 hours.

    The request that comes too late goes on as nobody's: the gate sends it to
    the entrance, and from there back to its page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        logs.name_staff(request.user.pk)
        if seconds_left(request.session) > 0:
            return self.get_response(request)
        token = _sign_off(request)
        response = self.get_response(request)
        if token:
            workstations.remember(response, token)
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        match = request.resolver_match
        if BACKGROUND in request.headers or (match and match.url_name in QUIET_PAGES):
            return
        if request.user.is_authenticated:
            extend(request)


def records_of(request: HttpRequest) -> list[dict[str, Any]]:
    """How this session was authenticated: method, time and more, oldest first."""
    return list(get_authentication_records(request, request.user))


def is_half(request: HttpRequest) -> bool:
    """Whether the second factor is still open in this session.

    Looks at how the session was authenticated: an enrolled factor that this
    session never used opens nothing.
    """
    return settings.REQUIRE_SECOND_FACTOR and not any(
        record.get("method") == "mfa" for record in records_of(request)
    )


def begin(request: HttpRequest, *, since: datetime | None = None) -> None:
    """Start the clocks of a sign-in, which may be one that was kept since then."""
    request.session[SIGNED_IN_AT] = since.timestamp() if since else _seconds()
    request.session[IDLE_SECONDS] = _idle_seconds()
    request.session[SEEN_AT] = _seconds()


def extend(request: HttpRequest) -> None:
    """Note that a person is at work; written at most every half minute."""
    session = request.session
    if _seconds() - session.get(SEEN_AT, 0) < NOTED_EVERY:
        return
    session.setdefault(SIGNED_IN_AT, _seconds())
    session[IDLE_SECONDS] = _idle_seconds()
    session[SEEN_AT] = _seconds()
    UserSession.objects.create_from_request(request)


def seconds_left(session: SessionBase) -> int:
    """How long this sign-in lasts if nobody touches it again."""
    now = _seconds()
    idle = session.get(IDLE_SECONDS, USUAL_IDLE_MINUTES * 60)
    quiet = now - session.get(SEEN_AT, now)
    lasted = now - session.get(SIGNED_IN_AT, now)
    return int(min(idle - quiet, LONGEST_SECONDS - lasted))


def leave(request: HttpRequest, *, path: str) -> str:
    """End this session, but keep its sign-in on this PC; returns the PC's token.

    Half a sign-in, and one that is over, is not kept: the token may be empty.
    """
    token, sign_in = workstations.token_of(request), _sign_in_of(request)
    logout(request, show_message=False)
    now = clock.real_now()
    if sign_in is None or sign_in.proved_at <= now - workstations.LASTS:
        return token
    return workstations.keep(sign_in, token=token, path=path, now=now)


@transaction.atomic
def end_all(*, staff: StaffMember, by: trail.Actor, now: datetime) -> int:
    """Sign somebody off everywhere, as a manager or a lost second factor asks.

    Returns how many sign-ins ended.
    """
    rows = list(UserSession.objects.filter(user=staff))
    for row in rows:
        row.end()
    workstations.forget_everywhere(staff=staff)
    trail.note(by=by, kind="staff.sessions_ended", about=staff)
    log.info("sessions ended", extra={"subject_id": staff.pk, "count": len(rows)})
    return len(rows)


def _sign_off(request: HttpRequest) -> str:
    """End a session that nobody used; its person may come back with a PIN."""
    log.info("signed off by the clock")
    token = _leave_by_itself(request)
    messages.info(
        request,
        _("You were signed off because nobody used this screen for a while."),
    )
    return token


def _leave_by_itself(request: HttpRequest) -> str:
    if request.method == "POST" and request.path == reverse("account_logout"):
        logout(request, show_message=False)  # somebody means it, if too late
        return ""
    is_poll = BACKGROUND in request.headers
    here = whereabouts.page_of if is_poll else whereabouts.way_back
    return leave(request, path=here(request))


def _sign_in_of(request: HttpRequest) -> SignIn | None:
    since = request.session.get(SIGNED_IN_AT)
    if since is None or not isinstance(request.user, StaffMember) or is_half(request):
        return None
    proofs = [
        {name: record[name] for name in KEPT_OF_A_PROOF if name in record}
        for record in records_of(request)
    ]
    return SignIn(request.user, proofs, datetime.fromtimestamp(since, UTC))


def _idle_seconds() -> int:
    minutes = Practice.objects.values_list("idle_minutes", flat=True).first()
    return (minutes or USUAL_IDLE_MINUTES) * 60


def _seconds() -> float:
    return clock.real_now().timestamp()
