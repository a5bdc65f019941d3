"""The conversations that wait for an answer: asked on every page, by the rail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messaging import listing, sight
from messaging.models import Conversation
from practice.models import StaffMember
from practice.prepared import HowMany, prepared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from messaging.listing import Row
    from messaging.sight import Sight


def longest(
    staff: StaffMember, *, most: int, now: datetime
) -> tuple[Sequence[Row], int]:
    """Those that wait for the longest, and how many there are, that they may read."""
    found = _longest(most, tuple(staff.roles), staff=staff.pk, now=now)
    count = len(found) if len(found) < most else how_many(staff, now=now)
    return listing.told(found, sight.of(staff, now=now), now=now), count


def how_many(staff: StaffMember, *, now: datetime) -> int:
    """How many wait that somebody may read."""
    return _how_many.first(tuple(staff.roles), staff=staff.pk, now=now) or 0


@prepared
def _longest(
    most: int, roles: Sequence[str], *, staff: Any, now: Any
) -> QuerySet[Conversation]:
    rows = listing.counted(_eyes(roles, staff, now))
    return _open(rows).order_by("open_since_at", "pk")[:most]


@prepared
def _how_many(
    roles: Sequence[str], *, staff: Any, now: Any
) -> QuerySet[Conversation, int]:
    rows = _open(_eyes(roles, staff, now).conversations())
    return rows.order_by().values_list(HowMany(), flat=True)


def _eyes(roles: Sequence[str], staff: Any, now: Any) -> Sight:
    return sight.of(StaffMember.with_roles(roles, pk=staff), now=now)


def _open(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.filter(state=Conversation.State.OPEN)
