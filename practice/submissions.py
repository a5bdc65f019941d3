"""A form that is sent twice is taken once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from practice.models import StaffMember, Submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

KEPT = timedelta(days=2)


def once(key: UUID, *, by: StaffMember, now: datetime, act: Callable[[], str]) -> str:
    """Run `act` unless the same form was taken before, whoever pressed then.

    `act` returns the path to go to; a second press gets the first one's path.
    On a shared desk the second press may be a colleague's. What `act` raises
    takes the claim back with it.
    """
    if path := path_of(key):
        return path
    try:
        with transaction.atomic():
            row = Submission.objects.create(key=key, staff_id=by.pk, taken_at=now)
            row.path = act()
            row.save(update_fields=["path"])
    except IntegrityError:
        if path := path_of(key):
            return path
        raise
    return row.path


def path_of(key: UUID) -> str | None:
    """Where the first press of a form led; None if nobody pressed yet."""
    return Submission.objects.filter(key=key).values_list("path", flat=True).first()


def forget_old(*, now: datetime) -> int:
    """Forget submissions that nobody can press again; returns how many."""
    return Submission.objects.filter(taken_at__lt=now - KEPT).delete()[0]
