"""Whose words a stop's are: a number has several people, and each spoke for one.

The stop holds for all who share the number. What was said with it is told with the
chart on which it was put down; what was texted, where one chart has the number.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from consent import addresses
from consent.models import OptOut
from practice.models import Caregiver, Caregiving, ContactKind, ContactPoint, Patient

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

TOLD = ("address", "channel", "event", "source", "words", "happened_at")
FOREVER = datetime.max.replace(tzinfo=UTC)


def words_for(stop: OptOut, chart: Patient) -> str:
    """What was said with a stop, as far as it is told with a chart."""
    charts = Patient.objects.chart_set(chart).order_by()
    theirs = set(charts.values_list("pk", flat=True))
    if stop.patient_id is None:
        return stop.words if _around(stop.address) <= theirs else ""
    return stop.words if stop.patient_id in theirs else ""


def of_charts(patient_ids: Collection[int]) -> QuerySet[OptOut]:
    """The stops on some charts, and those that came by a number that they ever had."""
    about = Q(patient__in=patient_ids)
    about |= Q(patient=None, address__in=_had_until(patient_ids))
    return OptOut._base_manager.filter(about)


def told_to(patient_ids: Collection[int]) -> list[dict[str, Any]]:
    """The stops at the numbers of some charts, with the words that are theirs alone.

    At a number that they no longer have, those from when they had it.
    """
    until = _had_until(patient_ids)
    about = Q(patient__in=patient_ids) | Q(address__in=until)
    rows = OptOut.objects.filter(about).order_by("pk")
    others = _shared(until, patient_ids)
    return [
        {name: getattr(row, name) for name in TOLD}
        | ({} if _is_theirs(row, patient_ids, others) else {"words": ""})
        for row in rows
        if row.patient_id in patient_ids or row.happened_at <= until[row.address]
    ]


def _is_theirs(
    row: OptOut, patient_ids: Collection[int], others: Collection[str]
) -> bool:
    if row.patient_id is None:
        return row.address not in others
    return row.patient_id in patient_ids


def _shared(where: Collection[str], patient_ids: Collection[int]) -> set[str]:
    """Those of some addresses that anybody else has, or ever had."""
    own = Caregiver._base_manager.filter(own_chart__in=patient_ids)
    others = addresses.ever_at(where).exclude(patient__in=patient_ids)
    others = others.exclude(caregiver__in=own)
    return {addresses.of_point(point) for point in others}


def _had_until(patient_ids: Collection[int]) -> dict[str, datetime]:
    """The addresses that charts have or had, and until when."""
    found: dict[str, datetime] = {}
    points = ContactPoint._base_manager.filter(patient__in=patient_ids)
    for point in points.exclude(kind=ContactKind.POST):
        where, until = addresses.of_point(point), point.ended_at or FOREVER
        found[where] = max(until, found.get(where, until))
    return found


def _around(address: str) -> set[int]:
    """The charts that have a number, themselves or by family; the dead as well."""
    points = addresses.points_at([address])
    own = points.exclude(patient=None).values_list("patient", flat=True)
    carers = points.exclude(caregiver=None).values("caregiver")
    family = Caregiving.objects.filter(caregiver__in=carers, is_withdrawn=False)
    return {*own, *family.values_list("patient", flat=True)}
