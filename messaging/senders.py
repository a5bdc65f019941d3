"""How fast each channel sends, and whether it does: shared by all processes, in a row.

A token bucket holds what may leave within a second. Where the vendor refuses our
account the channel stops, and what waits goes on waiting; one message is let out now
and then to see whether the account was mended, and the first that is taken ends it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.states import Channel
from messaging.changing import OUTBOX
from messaging.models import Sender
from practice import clock, work
from practice.models import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

PROBE_AFTER = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
# A vendor's voice takes one call a second; mails have no limit worth the name.
_CALLS, _MAILS = 1.0, 20.0
_STOPPED: Mapping[str, StrOrPromise] = {
    Channel.TEXT: gettext_lazy("No texts leave: the text service refuses our account"),
    Channel.CALL: gettext_lazy("No calls leave: the service refuses our account"),
    Channel.MAIL: gettext_lazy("No e-mails leave: the service refuses our account"),
}


def locked(channel: str) -> Sender:
    """The row of a channel, locked until the transaction ends: claims take turns."""
    rows = Sender.objects.select_for_update().filter(channel=channel)
    if (row := rows.first()) is None:
        Sender.objects.bulk_create([Sender(channel=channel)], ignore_conflicts=True)
        row = rows.get()
    return row


def allowance(sender: Sender, *, real: datetime) -> int:
    """How many may leave now; fills the bucket up."""
    rate = rate_of(sender.channel)
    most = max(rate, 1.0)
    if sender.filled_at is None:
        sender.tokens = most
    else:
        elapsed = max(real - sender.filled_at, timedelta()) / SECOND
        sender.tokens = min(most, sender.tokens + elapsed * rate)
    sender.filled_at = real
    whole = int(sender.tokens)
    return (
        min(whole, 1 if _may_probe(sender, real) else 0)
        if is_stopped(sender)
        else whole
    )


def spend(sender: Sender, count: int, *, real: datetime) -> None:
    """So many leave; the row was locked, and `allowance` was asked."""
    probed_at = real if is_stopped(sender) and count else sender.probed_at
    Sender.objects.filter(pk=sender.pk).update(
        tokens=sender.tokens - count, filled_at=sender.filled_at, probed_at=probed_at
    )


def is_stopped(sender: Sender) -> bool:
    return sender.stopped_at is not None


@transaction.atomic
def stop(channel: str, *, why: str, now: datetime) -> None:
    """Let nothing out on a channel, and ask the managers to mend the account."""
    sender, real = locked(channel), clock.real_now()
    if is_stopped(sender):
        return
    Sender.objects.filter(pk=sender.pk).update(
        stopped_at=real, stopped_why=why[:300], probed_at=None
    )
    work.raise_task(
        kind="messaging.stopped",
        title=_STOPPED[channel],
        words=why,
        to=Role.MANAGER,
        due_at=now,
        once_key=f"messaging.stopped:{channel}:{real.isoformat()}",
        by=OUTBOX,
        now=now,
    )


def taken(channel: str, *, claimed_at: datetime) -> None:
    """The vendor took what was claimed then: if it was stopped before, it no longer is.

    What was under way at the moment of the stop proves nothing.
    """
    Sender.objects.filter(channel=channel, stopped_at__lt=claimed_at).update(
        stopped_at=None, stopped_why=None, probed_at=None
    )


def open_again(channel: str) -> None:
    """Somebody looked after the account: try at once."""
    Sender.objects.filter(channel=channel).update(
        stopped_at=None, stopped_why=None, probed_at=None
    )


def stopped() -> Sequence[str]:
    """For each stopped channel a sentence with what the vendor said."""
    rows = Sender.objects.filter(stopped_at__isnull=False).order_by("channel")
    words = _("%(what)s (%(why)s).")
    return [
        words
        % {"what": _STOPPED[row.channel], "why": (row.stopped_why or "").rstrip(".")}
        for row in rows
    ]


def rate_of(channel: str) -> float:
    """How many a second."""
    if channel == Channel.TEXT:
        return float(settings.SMS_RATE_PER_SECOND)
    return _CALLS if channel == Channel.CALL else _MAILS


def _may_probe(sender: Sender, real: datetime) -> bool:
    last = sender.probed_at or sender.stopped_at
    return last is not None and last + PROBE_AFTER <= real
