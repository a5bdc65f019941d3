"""HEALTH: is the sender at work, and does nothing wait or hang in the outbox?

Counts stop at a bound: the outbox may hold a million rows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from messaging import sender, senders
from messaging.models import Delivery
from messaging.states import UNDER_WAY, Status
from practice import clock
from practice import health as machine
from practice.contributions import HealthLine

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

MOST = 1000
LATE_AFTER = timedelta(minutes=10)
# As long as looks at the vendor go on; then a person has to say how it was.
DOUBTFUL_AFTER = timedelta(minutes=15)


def at_work(now: datetime) -> HealthLine:
    """HEALTH: has the sender shown in the last minute that it works?"""
    name, beat_at = _("Sender of messages"), machine.last_beat(sender.NAME)
    if beat_at is None:
        return HealthLine(name, is_well=False, words=_("It has not started yet."))
    silence = clock.real_now() - beat_at
    if silence > machine.STALE_AFTER:
        words = _("No sign of life for %(minutes)d min: no message leaves.")
        words %= {"minutes": silence // timedelta(minutes=1)}
        return HealthLine(name, is_well=False, words=words)
    return HealthLine(name, is_well=True, words=_("At work."))


def outbox(now: datetime) -> HealthLine:
    """HEALTH: is a channel stopped, or does something wait that should have gone?"""
    said = list(senders.stopped())
    if count := bounded(late(now=now)):
        words = ngettext(
            "%(count)d message is late.", "%(count)d messages are late.", count
        )
        said.append(words % {"count": count})
    if count := bounded(doubtful(doubtful_before())):
        words = ngettext(
            "Of %(count)d message nobody is sure whether it went.",
            "Of %(count)d messages nobody is sure whether they went.",
            count,
        )
        said.append(words % {"count": count})
    words = " ".join(said) or _("Nothing waits, and nothing is uncertain.")
    return HealthLine(_("Outbox"), not said, words)


def late(*, now: datetime) -> QuerySet[Delivery]:
    """What was due a while ago, and that no other message to the address holds back."""
    beside = Delivery.objects.filter(
        status__in=sorted(UNDER_WAY), address=OuterRef("address")
    )
    rows = Delivery.objects.filter(status=Status.DUE, due_at__lte=now - LATE_AFTER)
    return rows.filter(~Exists(beside))


def doubtful_before() -> datetime:
    """When the vendor was asked for the last time about what is doubtful now."""
    return clock.real_now() - DOUBTFUL_AFTER


def doubtful(before: Any) -> QuerySet[Delivery]:
    """What stayed uncertain although the vendor was asked."""
    return Delivery.objects.filter(status=Status.UNCERTAIN, claimed_at__lte=before)


def bounded(rows: QuerySet[Delivery]) -> int:
    """How many, up to a bound."""
    return len(up_to_a_bound(rows))


def up_to_a_bound(rows: QuerySet[Delivery]) -> QuerySet[Delivery, tuple[int]]:
    return rows.order_by().values_list("pk")[:MOST]
