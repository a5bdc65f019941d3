"""Hours at which a phone is safe, told by a file of a phone that a chart has."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from practice import contacts, safe_hours, work
from practice.arriving_family import key_of
from practice.models import ContactPoint, Patient, Role
from practice.trail import change_many

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from practice.safe_hours import Hours
    from practice.trail import Actor

    Told = Sequence[tuple[int, Sequence[Mapping[str, Any]]]]  # a chart, its contacts

USES = ("may_call", "may_text", "may_leave_voicemail", "may_join_texts")
TO_ASK = timedelta(days=2)


def narrow(told: Told, *, by: Actor, now: datetime) -> None:
    """Phones of charts are safe only when chart and file both say so.

    Where no hour is, nobody calls or texts, and the front desk asks.
    """
    for hours, ids in _by_hours(told).items():
        points = ContactPoint._base_manager.filter(pk__in=ids)
        if hours is None:
            _ask(points, by=by, now=now)
        else:
            starts, ends = hours
            safe: dict[str, Any] = {"safe_from": starts, "safe_until": ends}
            change_many(points, by=by, kind="contact.changed", **safe)


def _by_hours(told: Told) -> Mapping[Hours | None, set[int]]:
    """The phones for which narrower hours are told; None: none is safe by both."""
    told = [(chart, theirs) for chart, theirs in told if any(map(_safe, theirs))]
    points: dict[int | None, list[ContactPoint]] = defaultdict(list)
    charts = {chart for chart, _theirs in told}
    for point in ContactPoint._base_manager.filter(patient__in=charts, ended_at=None):
        points[point.patient_id].append(point)
    found: dict[int, Hours | None] = {}
    for chart, theirs in told:
        hours = {key_of(one): _safe(one) for one in theirs}
        for point in points[chart]:
            new = hours.get(contacts.key_of(point))
            old = found.get(point.pk, _safe(vars(point)))
            if new is None or (old is None and point.pk in found):
                continue
            if (both := safe_hours.in_both(new, old) if old else new) != old:
                found[point.pk] = both
    by_hours: dict[Hours | None, set[int]] = defaultdict(set)
    for pk, hours_of_it in found.items():
        by_hours[hours_of_it].add(pk)
    return by_hours


def _safe(contact: Mapping[str, Any]) -> Hours | None:
    """The hours at which a phone is safe; None is at any time."""
    starts, ends = contact.get("safe_from"), contact.get("safe_until")
    if starts is None or ends is None:
        return None
    return time.fromisoformat(str(starts)), time.fromisoformat(str(ends))


def _ask(points: QuerySet[ContactPoint], *, by: Actor, now: datetime) -> None:
    used = points.filter(Q(may_call=True) | Q(may_text=True))
    ids = set(used.values_list("patient_id", flat=True))
    for patient in Patient._base_manager.filter(pk__in=ids).order_by("pk"):
        work.raise_task(
            kind="contact.hours_differ",
            title=_("Ask at which hours a phone is safe: file and chart differ"),
            words=_("Until then nobody calls or texts it: the hours share no time."),
            to=Role.FRONT_DESK,
            due_at=now + TO_ASK,
            patient=patient,
            path=f"/patients/{patient.pk}/",
            by=by,
            now=now,
        )
    nothing: dict[str, Any] = dict.fromkeys(USES, False)
    change_many(used, by=by, kind="contact.changed", **nothing)
