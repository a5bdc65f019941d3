"""Which hours bind which purpose, as the practice's own setting has them.

QUIET_HOURS, such as “20:00-09:00”, takes the place of the usual quiet hours for all
purposes that obey any; “off” has none. Safe hours of a patient bind all the same.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from consent.purposes import Obeys, Purpose, rule_of
from messaging.quiet import CAMPAIGNS, USUAL, Hours, Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from messaging.models import Delivery
    from messaging.quiet import Clock

ALWAYS = Window(time(), time())
# What is of use without an end is given up after that.
LONGEST_USE = timedelta(days=7)
# What may go earlier than it was planned where hours are in the way: the others
# follow something that has to have happened.
MAY_GO_EARLIER = frozenset({Purpose.BOOKING, Purpose.REMINDER, Purpose.CHANGE})
_QUIET = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


class NotHours(ValueError):
    """The setting QUIET_HOURS cannot be read."""


def window_of(purpose: str) -> Window:
    """When messages of a purpose may leave, by the clock of whoever gets them."""
    if Obeys.QUIET_HOURS not in rule_of(purpose).obeys:
        return ALWAYS
    if own := override(settings.QUIET_HOURS):
        return own
    return CAMPAIGNS if purpose == Purpose.CAMPAIGN else USUAL


def hours_of(delivery: Delivery, *, safe: Sequence[Clock] = ()) -> Hours:
    """The hours of one message: its purpose's and, where given, the address's."""
    return Hours(delivery.zone, window_of(delivery.purpose), safe)


def useful_until(delivery: Delivery) -> datetime:
    """When a message is of no more use; of one that always is, when it is given up."""
    is_bound = Obeys.NOT_TOO_LATE in rule_of(delivery.purpose).obeys
    if is_bound and delivery.until_at is not None:
        return delivery.until_at
    return delivery.planned_at + LONGEST_USE


def override(said: str) -> Window | None:
    """The hours that are left by quiet ones, “20:00-09:00”. Raises NotHours."""
    if not said:
        return None
    if said == "off":
        return ALWAYS
    if match := _QUIET.fullmatch(said):
        first, second, third, fourth = map(int, match.groups())
        try:
            return Window(time(third, fourth), time(first, second))
        except ValueError:
            pass
    raise NotHours(f"QUIET_HOURS has to be “20:00-09:00” or “off”: “{said}”.")
