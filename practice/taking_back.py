"""What somebody did a moment ago, and may still take back.

Also where the act itself closed the record to them: who restricts the wrong chart, or
leaves the wrong team, has lost it otherwise.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from practice.models import StaffMember, TrailEntry

if TYPE_CHECKING:
    from datetime import datetime

    from practice.models import Recorded

LASTS = timedelta(seconds=75)  # the button stands for a minute, and is then pressed


def is_own_last_act(
    record: Recorded, *, kind: str, by: StaffMember, now: datetime
) -> bool:
    """Whether `by` just did this to a record, and nobody anything since.

    `now` is real time.
    """
    lines = TrailEntry.objects.filter(
        record=record._meta.model_name, record_id=record.pk, history_id__isnull=False
    )
    last = lines.order_by("-pk").first()
    return (
        last is not None
        and (last.kind, last.actor_id) == (kind, by.pk)
        and last.at > now - LASTS
    )
