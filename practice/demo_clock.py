"""Moving the demo's clock, so that a reminder of next week can be seen today.

Only the practice's time moves: sign-ins, leases, signs of life and the trail stay on
the machine's (practice/clock.py). It moves ahead, and back to the machine's time: what
was done meanwhile keeps the time at which it was done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from practice import clock
from practice.rules import NotPossible

if TYPE_CHECKING:
    from datetime import datetime

FURTHEST = timedelta(days=90)


class NotAhead(NotPossible):
    """The clock shows that moment, or a later one."""

    field = "at"


class TooFarAhead(NotPossible):
    """Nobody has planned so far."""

    field = "at"


def move_to(at: datetime, *, now: datetime) -> None:
    """Let the demo's clock show a moment ahead. Raises NotAhead, TooFarAhead."""
    if at <= now:
        raise NotAhead(_("The clock is there already: choose a moment ahead."))
    ahead = at - clock.real_now()
    if ahead > FURTHEST:
        words = _("The clock moves %(days)d days ahead at most.")
        raise TooFarAhead(words % {"days": FURTHEST.days})
    clock.shift(offset=ahead)


def set_back() -> None:
    """Let it show the machine's time again."""
    clock.shift(offset=timedelta(0))
