"""Opening a chart outside the usual rules: a reason, an hour, a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practice import work
from practice.access import Capability, roles_that_may
from practice.models import (
    BreakGlass,
    BreakGlassReason,
    Patient,
    Role,
    StaffMember,
    Task,
)
from practice.models.patients import about_chart
from practice.prepared import prepared
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

LASTS = timedelta(minutes=60)
REVIEW_WITHIN = timedelta(hours=72)
KEY = "break_glass:"  # of the task that asks for a review, with the break-glass's id
SHORTEST_EXPLANATION = 15  # characters; a crisis needs none


class ExplanationTooShort(NotPossible):
    """Say in a sentence why the chart is needed."""

    field = "explanation"


class OwnReview(NotPossible):
    """Nobody reviews what they opened themselves."""


class AlreadyReviewed(NotPossible):
    """Another person has said what they think of it."""


@transaction.atomic
def open_chart(
    *,
    staff: StaffMember,
    patient: Patient,
    reason: str,
    explanation: str,
    by: Actor,
    now: datetime,
) -> BreakGlass:
    """Open one chart to one person for an hour, and tell the managers.

    What is open already is not opened twice. Raises ExplanationTooShort, except
    in a crisis.
    """
    text = " ".join(explanation.split())
    if reason != BreakGlassReason.CRISIS and len(text) < SHORTEST_EXPLANATION:
        raise ExplanationTooShort(_("Say in a sentence why you need this chart."))
    patient = locked(patient)
    if known := open_glass(staff=staff, patient=patient, now=now):
        return known
    glass = BreakGlass(
        staff=staff,
        patient=patient,
        reason=reason,
        explanation=text,
        started_at=now,
        expires_at=now + LASTS,
        review_due_at=now + REVIEW_WITHIN,
    )
    keep(glass, by=by, kind="break_glass.opened", reason=text)
    _tell_managers(glass, by=by, now=now)
    return glass


@transaction.atomic
def close_chart(*, glass: BreakGlass, by: Actor, now: datetime) -> BreakGlass:
    """Give the chart back before the hour is over."""
    glass = locked(glass)
    if glass.ended_at is not None:
        return glass
    glass.ended_at = now
    return keep(glass, by=by, kind="break_glass.closed")


@transaction.atomic
def review(
    *,
    glass: BreakGlass,
    was_justified: bool,
    note: str,
    by: StaffMember,
    now: datetime,
) -> BreakGlass:
    """Say whether it was justified; who said so may correct it.

    Raises OwnReview, AlreadyReviewed.
    """
    glass = locked(glass)
    if glass.staff_id == by.pk:
        raise OwnReview(why_not_reviewed(by))
    if glass.reviewed_by is not None and glass.reviewed_by_id != by.pk:
        name = glass.reviewed_by.name
        raise AlreadyReviewed(_("%(name)s already reviewed this.") % {"name": name})
    glass.was_justified, glass.review_note = was_justified, note
    glass.reviewed_at, glass.reviewed_by = now, by
    keep(glass, by=by, kind="break_glass.reviewed", reason=note)
    owed = glass.patient.tasks.open().filter(once_key=f"{KEY}{glass.pk}")
    for task in owed.select_for_update():
        work.settle(task=task, by=by, now=now)
    return glass


def is_left_alone(staff: StaffMember) -> bool:
    """Whether nobody else may review what somebody opens."""
    others = StaffMember.objects.holding(*roles_that_may(Capability.REVIEW_BREAK_GLASS))
    return not others.exclude(pk=staff.pk).exists()


def why_not_reviewed(staff: StaffMember) -> str:
    """What somebody is told who asks to review what they opened themselves."""
    if is_left_alone(staff):
        return _(
            "Somebody else has to review this, and nobody else may yet: give a "
            "colleague, or a person from outside, the role of auditor."
        )
    return _("Somebody else has to review this.")


def _tell_managers(glass: BreakGlass, *, by: Actor, now: datetime) -> None:
    work.raise_task(
        kind=Task.REVIEW,
        title=format_lazy(
            gettext_lazy("Review: {name} opened a chart by break-glass"),
            name=glass.staff.name,
        ),
        to=Role.MANAGER,
        due_at=glass.review_due_at,
        patient=glass.patient,
        path=f"/break-glass/{glass.pk}/",
        once_key=f"{KEY}{glass.pk}",
        by=by,
        now=now,
    )


def open_glass(
    *, staff: StaffMember, patient: Patient, now: datetime
) -> BreakGlass | None:
    """The break-glass under which somebody reads this chart now, if any."""
    return _open_to(staff, now=now).filter(about_chart(patient)).first()


def open_glass_of(
    charts: Collection[int], *, staff: StaffMember, now: datetime
) -> BreakGlass | None:
    """The same where the chart is known with all that were merged into it."""
    return _open_of.first(staff=staff.pk, charts=charts, now=now)


@prepared
def _open_of(staff: Any, charts: Any, now: Any) -> QuerySet[BreakGlass]:
    return _open_to(staff, now=now).filter(patient__in=charts)[:1]


def _open_to(staff: Any, *, now: Any) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.filter(
        staff=staff, ended_at__isnull=True, expires_at__gt=now
    )


def own_keys(staff: StaffMember) -> set[str]:
    """What the tasks to review that somebody opened are known by."""
    return {f"{KEY}{pk}" for pk in _opened_by(staff=staff.pk)}


@prepared
def _opened_by(staff: Any) -> QuerySet[BreakGlass, int]:
    return (
        BreakGlass.objects.filter(staff=staff).order_by().values_list("pk", flat=True)
    )


def own_reviews(staff: StaffMember) -> Q:
    """The tasks that ask others to review what `staff` opened: not theirs to do."""
    opened = BreakGlass.objects.filter(staff=staff.pk)
    keys = opened.annotate(key=Concat(Value(KEY), Cast("pk", CharField())))
    return Q(kind=Task.REVIEW, once_key__in=keys.order_by().values("key"))


def unreviewed() -> QuerySet[BreakGlass]:
    """What still waits for a second person, the oldest first."""
    rows = BreakGlass.objects.filter(reviewed_at__isnull=True)
    return rows.select_related("staff", "patient").order_by("review_due_at")
