"""Taking what is due: in one short transaction, so that nobody else takes the same.

The row of the channel's sender is locked first: claims take turns on PostgreSQL as
they do on SQLite, and the rate holds for all processes together. To one address no
second message is under way, or uncertain a moment ago, unless it waits for no morning:
so the vendor's record tells for certain which of ours it has.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from messaging import changing, senders
from messaging.changing import OUTBOX, Change
from messaging.models import Delivery, Sender
from messaging.states import UNDER_WAY, Status
from practice import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

BATCH = 50
# Longer than it takes to look, to wait for a thread and to be answered or cut off.
LEASE = timedelta(seconds=90)
# As long as something uncertain may yet be found at the vendor by its looks.
FRESH = timedelta(minutes=15)
_PEOPLE = ("patient", "caregiver")


def claim(channel: str, *, most: int, now: datetime) -> Sequence[Delivery]:
    """Take some of what is due on a channel, urgent ones first, under a lease.

    Fewer than `most` where the rate allows fewer; none where the channel is stopped.
    """
    if not _due(channel, now=now).exists():
        return []
    return _claimed(channel, most=most, now=now)


def is_any_free(channel: str, *, now: datetime) -> bool:
    """Whether something is due that only the rate holds back."""
    if Sender.objects.filter(channel=channel, stopped_at__isnull=False).exists():
        return False
    due = _due(channel, now=now)
    free = Q(is_urgent=True) | ~Exists(_beside(clock.real_now()))
    return due.filter(free).exists()


@transaction.atomic
def _claimed(channel: str, *, most: int, now: datetime) -> Sequence[Delivery]:
    real = clock.real_now()
    sender = senders.locked(channel)
    room = min(most, BATCH, senders.allowance(sender, real=real))
    rows = _next(channel, room, now=now, real=real) if room > 0 else []
    senders.spend(sender, len(rows), real=real)
    lease = {"claimed_at": real, "lease_until_at": real + LEASE}
    changes = [
        Change(
            row=row,
            to=Status.SENDING,
            kind="claimed",
            columns=lease | {"tries": row.tries + 1, "looks": 0, "looked_at": None},
        )
        for row in rows
    ]
    changing.change_held(changes, by=OUTBOX, at=now)
    return rows


def _next(
    channel: str, room: int, *, now: datetime, real: datetime
) -> Sequence[Delivery]:
    urgent = _taken(_due(channel, now=now).filter(is_urgent=True), room)
    rest = room - len(urgent)
    if rest <= 0:
        return urgent
    others = _due(channel, now=now).filter(is_urgent=False)
    free = others.filter(~Exists(_beside(real)))
    taken = {row.address for row in urgent}
    # Some more, since several may be for one address.
    return urgent + _one_each(_taken(free, rest * 2), taken)[:rest]


def _due(channel: str, *, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(status=Status.DUE, channel=channel, due_at__lte=now)


def _taken(rows: QuerySet[Delivery], most: int) -> list[Delivery]:
    """What somebody is changing at this moment is left for the next turn."""
    free = rows.select_for_update(skip_locked=True, of=("self",))
    return list(free.select_related(*_PEOPLE).order_by("due_at", "pk")[:most])


def _beside(real: datetime) -> QuerySet[Delivery]:
    """What is under way to the same address."""
    is_fresh = Q(status=Status.SENDING) | Q(claimed_at__gt=real - FRESH)
    return Delivery.objects.filter(
        is_fresh,
        status__in=sorted(UNDER_WAY),
        address=OuterRef("address"),
        channel=OuterRef("channel"),
    )


def _one_each(rows: Iterable[Delivery], taken: set[str]) -> list[Delivery]:
    found = []
    for row in rows:
        if row.address not in taken:
            taken.add(row.address)
            found.append(row)
    return found
