"""This floor's panels on the patient page."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from practice import ages, contacts, merging
from practice.access import Capability, may
from practice.contributions import Panel
from practice.models import (
    Caregiving,
    CareTeamMember,
    ContactKind,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Patient,
    StaffMember,
    Task,
)
from practice.patients import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


def contact(patient: Patient, *, staff: StaffMember, now: datetime) -> Panel:
    """Phones, e-mails and addresses, with what is safe at each.

    Where merged charts have the same one, each shows what all of them allow.
    """
    current = ContactPoint.objects.filter(
        patient__in=merging.ids_of(patient), ended_at=None
    )
    points = sorted(current, key=_by_use)
    kinds = Counter(point.kind for point in points)
    shared = _shared_values(points)
    safe = {(one.kind, one.value): one for one in contacts.addresses_of(points)}
    return Panel(
        title=_("How to reach them"),
        template="panels/contact.html",
        context={
            "rows": [
                {
                    "point": point,
                    "safe": safe[contacts.key_of(point)],
                    "is_shared": str(point.phone) in shared,
                    "is_first_of_several": point.is_first and kinds[point.kind] > 1,
                }
                for point in points
            ],
            "can_edit": may(staff, Capability.EDIT_PATIENTS),
            "needs_no_calls": patient.needs_no_calls,
        },
        is_for_emergencies=True,
    )


def needs(patient: Patient, *, staff: StaffMember, now: datetime) -> Panel:
    """Languages, interpreter, access needs, home locations, outside numbers."""
    homes = HomeLocation.objects.filter(patient=patient, is_current=True)
    return Panel(
        title=_("Language and needs"),
        template="panels/needs.html",
        context={
            "homes": list(homes.select_related("location")),
            "external_ids": list(
                ExternalId.objects.filter(
                    patient__in=merging.ids_of(patient), is_current=True
                )
            ),
        },
        act_label=_("Edit"),
        act_url=_edit(staff, "patient_needs", patient),
    )


def families(patient: Patient, *, staff: StaffMember, now: datetime) -> Panel:
    """Guardians, family and helpers: who may do and know what, the barred first."""
    rows = Caregiving.objects.filter(
        patient__in=merging.ids_of(patient), is_withdrawn=False
    ).select_related("caregiver", "patient")
    today, of_age = local_day(now), ages.majority_age()
    phones = _phones_of(row.caregiver_id for row in rows)
    lines = [
        {
            "row": row,
            "is_current": (is_current := row.is_current(today, of_age=of_age))
            or row.must_not_be_told,
            "phones": phones[row.caregiver_id],
            "rights": _rights(row) if is_current else [],
        }
        for row in sorted(rows, key=lambda row: (not row.must_not_be_told, row.pk))
    ]
    age = patient.age_on(today)
    return Panel(
        title=_("Family and helpers"),
        template="panels/caregivers.html",
        context={
            "lines": lines,
            "can_edit": may(staff, Capability.EDIT_PATIENTS),
            "is_minor": age < of_age,
            "may_agree_alone": age >= ages.minor_consent_age(),
            "minor_consent_age": ages.minor_consent_age(),
        },
        act_label=_("Add"),
        act_url=_edit(staff, "caregiver_new", patient),
    )


def care_team(patient: Patient, *, staff: StaffMember, now: datetime) -> Panel:
    """Who looks after the patient, the own clinician first."""
    rows = CareTeamMember.objects.filter(
        patient__in=merging.ids_of(patient), ended_at=None
    ).select_related("staff")
    first = {row.staff_id: row for row in reversed(rows)}  # nobody is shown twice
    can_set = may(staff, Capability.SET_CARE_TEAM)
    return Panel(
        title=_("Care team"),
        template="panels/care_team.html",
        context={
            "rows": [row for row in rows if row is first[row.staff_id]],
            "can_set": can_set,
        },
        act_label=_("Add"),
        act_url=reverse("care_team_new", args=[patient.pk]) if can_set else "",
    )


def tasks(patient: Patient, *, staff: StaffMember, now: datetime) -> Panel:
    """Open tasks about the patient."""
    rows = Task.objects.open().filter(patient__in=merging.ids_of(patient))
    can_do = may(staff, Capability.DO_TASKS)
    return Panel(
        title=_("Open tasks"),
        template="panels/tasks.html",
        context={
            "rows": list(rows.select_related("for_person")),
            "now": now,
            "can_do": can_do,
        },
        act_label=_("Add"),
        act_url=reverse("task_new", args=[patient.pk]) if can_do else "",
    )


def _by_use(point: ContactPoint) -> tuple[int, bool, int]:
    """Phones, then e-mails, then addresses; of each the one used first."""
    return ContactKind.values.index(point.kind), not point.is_first, point.pk


def _edit(staff: StaffMember, url_name: str, patient: Patient) -> str:
    if not may(staff, Capability.EDIT_PATIENTS):
        return ""
    return reverse(url_name, args=[patient.pk])


def _shared_values(points: list[ContactPoint]) -> set[str]:
    """The numbers among `points` that other people have too."""
    numbers = [str(point.phone) for point in points if point.phone]
    others = ContactPoint.objects.filter(phone__in=numbers, ended_at=None).exclude(
        pk__in=[point.pk for point in points]
    )
    return {str(number) for number in others.values_list("phone", flat=True)}


def _phones_of(caregiver_ids: Iterable[int]) -> dict[int, list[str]]:
    phones: dict[int, list[str]] = defaultdict(list)
    for point in ContactPoint.objects.filter(
        caregiver__in=list(caregiver_ids), kind="phone", ended_at=None
    ):
        phones[point.caregiver_id or 0].append(point.value)
    return phones


def _rights(row: Caregiving) -> list[Any]:
    names = ("may_consent", "may_book", "may_be_told")
    return [
        row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        for name in names
        if getattr(row, name)
    ]
