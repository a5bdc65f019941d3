"""What the sections of Today ask the database; composed once, asked all day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from practice import break_glass
from practice.models import BreakGlass, Incident, Patient, StaffMember, Task, WatchFlag
from practice.models.patients import restricted
from practice.parts import counted
from practice.prepared import prepared
from practice.watching import watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

# The columns that lines are made of: this page is opened more than any other.
NAMES = [f"patient__{name}" for name in ("given_name", "family_name", "preferred_name")]
OF_PATIENTS = ["patient", *NAMES, "patient__merged_into"]
OF_TASKS = ["kind", "title", "path", "due_at", "for_person", *OF_PATIENTS]
OF_WATCHES = ["reason", "last_contact_on", *OF_PATIENTS]
OF_GLASSES = ["reason", "review_due_at", "staff__name"]


def of_roles(staff: StaffMember, charts: QuerySet[Patient]) -> Q:
    """Tasks of a person's roles, about charts that they may open, or about nobody.

    Managers see to what concerns a restricted chart: their teams may not open it.
    Its name stays hidden from them too.
    """
    theirs = Q(for_role__in=staff.roles)
    theirs &= Q(patient=None) | Q(patient__in=charts.values("pk"))
    if staff.is_manager:
        theirs |= restricted("patient") & ~Q(for_role="")
    return theirs & ~break_glass.own_reviews(staff)


@prepared
def own_tasks(most: int, apart: Sequence[str], *, staff: Any) -> QuerySet[Task]:
    """Those for a person by name, but for some kinds."""
    return counted(_tasks(apart).filter(for_person=staff))[:most]


@prepared
def team_tasks(
    most: int, apart: Sequence[str], roles: Sequence[str], *, staff: Any, now: Any
) -> QuerySet[Task]:
    """Those for a person's roles, but for some kinds."""
    who = StaffMember.with_roles(roles, pk=staff)
    charts = Patient.objects.visible_to(who, now=now)
    return counted(_tasks(apart).filter(of_roles(who, charts)))[:most]


@prepared
def open_charts(
    roles: Sequence[str], *, staff: Any, charts: Any, now: Any
) -> QuerySet[Patient, int]:
    """Those of some charts that a person may open."""
    who = StaffMember.with_roles(roles, pk=staff)
    theirs = Patient.objects.visible_to(who, now=now).order_by()
    return theirs.filter(pk__in=charts).values_list("pk", flat=True)


@prepared
def watches(most: int, *, caller: Any, today: Any) -> QuerySet[WatchFlag]:
    """Whom a person checks on, the longest not heard of first."""
    theirs = watched(today).filter(caller=caller).select_related("patient")
    rows = theirs.order_by("last_contact_on", "pk").only(*OF_WATCHES)
    return counted(rows)[:most]


@prepared
def glasses(most: int, *, but: Any) -> QuerySet[BreakGlass]:
    """What waits for a second person, but for what one person opened."""
    others = break_glass.unreviewed().exclude(staff=but)
    others = others.select_related(None).select_related("staff").only(*OF_GLASSES)
    return counted(others)[:most]


@prepared
def incidents(most: int) -> QuerySet[Incident]:
    """What went wrong and is not over."""
    return counted(Incident.objects.open().select_related("owner"))[:most]


def _tasks(apart: Sequence[str]) -> QuerySet[Task]:
    rows = Task.objects.open().exclude(kind__in=apart)
    return rows.select_related("patient").only(*OF_TASKS).order_by("due_at", "pk")
