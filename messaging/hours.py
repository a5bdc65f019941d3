"""Which hours bind which purpose, as the practice has them.

The setting QUIET_HOURS takes the place of the practice's own for all purposes that
obey any. Safe hours of a patient bind all the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from consent.purposes import Obeys, Purpose, rule_of
from messaging.quiet import CAMPAIGNS, USUAL, Hours, Window
from practice.models import Practice

if TYPE_CHECKING:
    from messaging.models import Delivery
    from messaging.quiet import Clock

ALWAYS = Window(time(), time())
# What is of use without an end is given up after that.
LONGEST_USE = timedelta(days=7)
URGENT_WITHIN = timedelta(hours=24)
# What may go earlier than it was planned where hours are in the way: the others
# follow something that has to have happened.
MAY_GO_EARLIER = frozenset({Purpose.BOOKING, Purpose.REMINDER, Purpose.CHANGE})


def of_practice() -> Window:
    """The hours of most messages: outside of the practice's quiet ones; one query."""
    if settings.QUIET_HOURS is not None:
        since, until = settings.QUIET_HOURS
        return Window(until, since)
    known = Practice.objects.values_list("quiet_until", "quiet_from").first()
    return Window(*known) if known else USUAL


def window_of(purpose: str, day: Window) -> Window:
    """When messages of a purpose may leave, by the clock of whoever gets them.

    `day` is when most of them may; group messages keep to the middle of it, unless the
    setting QUIET_HOURS has the last word.
    """
    if Obeys.QUIET_HOURS not in rule_of(purpose).obeys:
        return ALWAYS
    if purpose != Purpose.CAMPAIGN or settings.QUIET_HOURS is not None:
        return day
    starts, ends = max(day.starts, CAMPAIGNS.starts), min(day.ends, CAMPAIGNS.ends)
    return Window(starts, ends, CAMPAIGNS.weekdays) if starts < ends else CAMPAIGNS


def hours_of(
    delivery: Delivery,
    day: Window,
    *,
    safe: tuple[Clock, ...] = (),
    purpose: str = "",
) -> Hours:
    """The hours of one message: its purpose's and, where given, the address's."""
    return Hours(delivery.zone, window_of(purpose or delivery.purpose, day), safe)


def purpose_at(delivery: Delivery, *, at: datetime) -> Purpose:
    """By whose line of the table a message goes at an instant: news of a visit that
    is less than a day off by then is urgent, whenever it was planned.
    """
    minute = delivery.ids.get("minute")
    if delivery.purpose == Purpose.CHANGE and minute:
        starts_at = datetime.fromtimestamp(minute * 60, UTC)
        if at < starts_at <= at + URGENT_WITHIN:
            return Purpose.URGENT
    return Purpose(delivery.purpose)


def useful_until(delivery: Delivery) -> datetime:
    """When a message is of no more use; of one that always is, when it is given up."""
    is_bound = Obeys.NOT_TOO_LATE in rule_of(delivery.purpose).obeys
    if is_bound and delivery.until_at is not None:
        return delivery.until_at
    return delivery.planned_at + LONGEST_USE
