"""When clinicians are busy elsewhere, as their own calendars say: times, no titles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scheduling.models import ExternalBusy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from scheduling.booking import Plan

Stretch = tuple["datetime", "datetime"]  # from, until


def elsewhere(
    clinicians: Collection[int], *, begins: datetime, ends: datetime
) -> Mapping[int, Sequence[Stretch]]:
    """The busy time of some clinicians that touches a stretch; one query.

    By clinician, in order; the times of two calendars may overlap.
    """
    rows = ExternalBusy.objects.filter(
        clinician__in=clinicians, starts_at__lt=ends, ends_at__gt=begins
    )
    found: dict[int, list[Stretch]] = defaultdict(list)
    told = rows.order_by("starts_at", "ends_at")
    for whose, starts_at, ends_at in told.values_list(
        "clinician_id", "starts_at", "ends_at"
    ):
        found[whose].append((starts_at, ends_at))
    return found


def is_elsewhere(plan: Plan) -> bool:
    """Whether the clinician is busy elsewhere while a plan takes their time."""
    return ExternalBusy.objects.filter(
        clinician=plan.clinician,
        starts_at__lt=plan.taken_until,
        ends_at__gt=plan.taken_from,
    ).exists()
