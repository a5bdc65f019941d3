"""CHORES: messages that no rule has read to the end, since a process died over them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from messaging import receiving
from messaging.models import Message
from practice.chores import Chore

if TYPE_CHECKING:
    from datetime import datetime

FEW = 50


def work_left(*, now: datetime) -> int:
    """Read what waits for longer than anybody takes; how many were read."""
    rows = Message.objects.filter(
        worked_at=None, came_at__lte=now - receiving.INTERRUPTED
    )
    left = list(rows.select_related("conversation").order_by("pk")[:FEW])
    for message in left:
        receiving.work(message, now=now)
    return len(left)


CHORES = (
    Chore(
        "messages nobody read",
        timedelta(minutes=1),
        "messaging.left_over.work_left",
        why=_("A rule had not read this to the end"),
    ),
)
