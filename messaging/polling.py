"""What became of a message whose last word never came: the vendor is asked again."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from consent.states import Channel
from messaging import channels, settling
from messaging.channels import NoCarrier
from messaging.models import Delivery
from messaging.states import Status
from practice import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

AFTER = timedelta(minutes=15)
# Some carriers tell nothing more: it is asked each hour, and not for ever.
EVERY, LONGEST = timedelta(hours=1), timedelta(days=2)
MOST_AT_ONCE = 20
PATIENCE_SECONDS = 5.0  # as of looks (messaging.uncertain)


def poll(*, now: datetime) -> int:
    """Ask for what left a while ago and has no last word; answers for how many."""
    asked, ends = 0, time.monotonic() + PATIENCE_SECONDS
    for row in _silent(now=now):
        if time.monotonic() > ends:
            break
        asked += _is_ours_to_ask(row) and _ask(row, now=now)
    return asked


def _silent(*, now: datetime) -> Sequence[Delivery]:
    asked_before = clock.real_now() - EVERY
    rows = Delivery.objects.filter(
        Q(looked_at__isnull=True) | Q(looked_at__lte=asked_before),
        status__in=[Status.ACCEPTED, Status.SENT],
        channel__in=[Channel.TEXT, Channel.CALL],  # of mails nobody knows more
        left_at__lte=now - AFTER,
        left_at__gt=now - LONGEST,
        vendor_id__isnull=False,
    )
    return list(rows.order_by("left_at")[:MOST_AT_ONCE])


def _is_ours_to_ask(row: Delivery) -> bool:
    rows = Delivery.objects.filter(pk=row.pk, looked_at=row.looked_at)
    return bool(rows.update(looked_at=clock.real_now()))


def _ask(row: Delivery, *, now: datetime) -> bool:
    try:
        seen = channels.carrier_of(row.channel).fetch(row.vendor_id or "")
    except NoCarrier:
        return False
    if seen is None:
        return False
    settling.hear(
        delivery_id=row.pk,
        vendor_id=seen.vendor_id,
        word=seen.word,
        code=seen.code,
        at=now,
    )
    return True
