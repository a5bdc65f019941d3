"""Sessions: how long a sign-in lasts, and how somebody's sign-ins are ended.

All on real time: a demo day that runs fast signs nobody off.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _

from practice import clock, logs, trail
from practice.models import Practice, StaffMember

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)

LONGEST_SECONDS = timedelta(hours=12).total_seconds()  # of a sign-in, however busy
USUAL_IDLE_MINUTES = 15
NOTED_EVERY = 30  # seconds between two writes of a session in use
SIGNED_IN_AT, SEEN_AT, IDLE_SECONDS = "signed_in_at", "seen_at", "idle_seconds"
# A page that looks whether something changed is not a person at work.
BACKGROUND = "X-Background-Poll"
QUIET_PAGES = ("session_status",)


class IdleLogOff:
    """Signs a session off once nobody has used it for a while, or after 12 hours.

    The request that comes too late goes on as nobody's: the gate sends it to
    the entrance, and from there back to its page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            logs.name_staff(request.user.pk)
            if seconds_left(request.session) <= 0:
                _sign_off(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        match = request.resolver_match
        if BACKGROUND in request.headers or (match and match.url_name in QUIET_PAGES):
            return
        if request.user.is_authenticated:
            extend(request)


def begin(request: HttpRequest) -> None:
    """Start the clocks of a new sign-in."""
    request.session[SIGNED_IN_AT] = _seconds()
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


@transaction.atomic
def end_all(*, staff: StaffMember, by: trail.Actor, now: datetime) -> int:
    """Sign somebody off everywhere, as a manager or a lost second factor asks.

    Returns how many sign-ins ended.
    """
    rows = list(UserSession.objects.filter(user=staff))
    for row in rows:
        row.end()
    trail.note(by=by, kind="staff.sessions_ended", about=staff)
    log.info("sessions ended", extra={"subject_id": staff.pk, "count": len(rows)})
    return len(rows)


def _sign_off(request: HttpRequest) -> None:
    log.info("signed off by the clock")
    logout(request, show_message=False)
    messages.info(
        request,
        _("You were signed off because nobody used this screen for a while."),
    )


def _idle_seconds() -> int:
    minutes = Practice.objects.values_list("idle_minutes", flat=True).first()
    return (minutes or USUAL_IDLE_MINUTES) * 60


def _seconds() -> float:
    return clock.real_now().timestamp()
