"""Which hours bind which purpose, as the practice's own setting has them.

The setting QUIET_HOURS takes the place of the usual quiet hours for all purposes that
obey any. Safe hours of a patient bind all the same.
"""

from __future__ import annotations

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


def window_of(purpose: str) -> Window:
    """When messages of a purpose may leave, by the clock of whoever gets them."""
    if Obeys.QUIET_HOURS not in rule_of(purpose).obeys:
        return ALWAYS
    if settings.QUIET_HOURS is not None:
        since, until = settings.QUIET_HOURS
        return Window(until, since)
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
