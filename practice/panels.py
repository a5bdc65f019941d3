"""This floor's panels on the patient page."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, ExpressionWrapper, F
from django.urls import reverse
from django.utils.translation import gettext as _

from practice import ages, barring, break_glass, contact_frames, contacts, reaching
from practice.access import Capability, may
from practice.contributions import OpenChart, Panel
from practice.models import (
    Caregiving,
    CareTeamMember,
    ContactKind,
    ContactPoint,
    ExternalId,
    HomeLocation,
    Role,
    Task,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from practice.contacts import Key

# What lines are made of: charts are opened all day.
OF_TEAM = ("is_lead", "staff__name", *(f"staff__is_{role}" for role in Role))
OF_TASKS = ["kind", "title", "words", "for_role", "due_at", "once_key"]
OF_TASKS += ["for_person__name"]


def contact(chart: OpenChart) -> Panel:
    """Phones, e-mails and addresses, with what is safe at each.

    Where merged charts have the same one, each shows what all of them allow.
    """
    current = ContactPoint.objects.filter(patient__in=chart.ids, ended_at=None)
    points = {point: contacts.key_of(point) for point in sorted(current, key=_by_use)}
    kinds = Counter(point.kind for point in points)
    shared = _shared_values(points)
    lines = contact_frames.lines_of(list(points))
    safe = {(one.kind, one.value): one for one in contacts.addresses_of(points)}
    return Panel(
        title=_("How to reach them"),
        template="panels/contact.html",
        context={
            "rows": [
                {
                    "point": point,
                    "safe": safe[key],
                    "lines": lines.get(point.pk, ()),
                    "is_shared": key in shared,
                    "is_first_of_several": point.is_first and kinds[point.kind] > 1,
                    "is_safe_now": reaching.is_safe_now(
                        chart.patient, safe[key], now=chart.now
                    ),
                }
                for point, key in points.items()
            ],
            "can_edit": may(chart.staff, Capability.EDIT_PATIENTS),
            "needs_no_calls": chart.patient.needs_no_calls,
        },
        is_for_emergencies=True,
    )


def needs(chart: OpenChart) -> Panel:
    """Languages, interpreter, access needs, home locations, outside numbers."""
    homes = HomeLocation.objects.filter(patient__in=chart.ids, is_current=True)
    homes = homes.select_related("location").only("patient", "location__name")
    places = {home.location_id: home for home in homes}
    return Panel(
        title=_("Language and needs"),
        template="panels/needs.html",
        context={
            "homes": list(places.values()),
            "external_ids": list(
                ExternalId.objects.filter(patient__in=chart.ids, is_current=True)
            ),
        },
        act_label=_("Edit"),
        act_url=_edit(chart, "patient_needs"),
    )


def families(chart: OpenChart) -> Panel:
    """Guardians, family and helpers: who may do and know what, the barred first."""
    rows = _family(chart)
    of_age = ages.majority_age(chart.practice)
    may_agree_at = ages.minor_consent_age(chart.practice)
    phones = _phones_of(row.caregiver_id for row in rows)
    never = barring.barred_people(rows)
    lines = [
        {
            "row": row,
            "is_current": (is_current := row.is_current(chart.today, of_age=of_age))
            or row.must_not_be_told,
            "is_barred": row.caregiver_id in never,
            "phones": phones[row.caregiver_id],
            "rights": _rights(row)
            if is_current and row.caregiver_id not in never
            else [],
        }
        for row in sorted(rows, key=lambda row: (row.caregiver_id not in never, row.pk))
    ]
    age = chart.patient.age_on(chart.today)
    return Panel(
        title=_("Family and helpers"),
        template="panels/caregivers.html",
        context={
            "lines": lines,
            "can_edit": may(chart.staff, Capability.EDIT_PATIENTS),
            "is_minor": age < of_age,
            "may_agree_alone": age >= may_agree_at,
            "minor_consent_age": may_agree_at,
        },
        act_label=_("Add"),
        act_url=_edit(chart, "caregiver_new"),
    )


def _family(chart: OpenChart) -> list[Caregiving]:
    """The caregivings of a chart, each with the chart that is open already."""
    rows = Caregiving.objects.filter(patient__in=chart.ids, is_withdrawn=False)
    found = list(rows.select_related("caregiver"))
    known = {one.pk: one for one in (chart.patient, *chart.merged)}
    for row in found:
        row.patient = known[row.patient_id]
    return found


def care_team(chart: OpenChart) -> Panel:
    """Who looks after the patient, the own clinician first."""
    rows = CareTeamMember.objects.filter(patient__in=chart.ids, ended_at=None)
    rows = rows.select_related("staff").only(*OF_TEAM)
    first = {row.staff_id: row for row in reversed(rows)}  # nobody is shown twice
    can_set = may(chart.staff, Capability.SET_CARE_TEAM)
    return Panel(
        title=_("Care team"),
        template="panels/care_team.html",
        context={
            "rows": [row for row in rows if row is first[row.staff_id]],
            "can_set": can_set,
        },
        act_label=_("Add"),
        act_url=reverse("care_team_new", args=[chart.patient.pk]) if can_set else "",
    )


def tasks(chart: OpenChart) -> Panel:
    """Open tasks about the patient; to review who opened the chart is no desk's."""
    rows = Task.objects.open().filter(patient__in=chart.ids)
    if not may(chart.staff, Capability.REVIEW_BREAK_GLASS):
        rows = rows.exclude(kind=Task.REVIEW)
    found = list(rows.select_related("for_person").only(*OF_TASKS))
    is_own = any(row.kind == Task.REVIEW for row in found)
    own = break_glass.own_keys(chart.staff) if is_own else set()
    can_do = may(chart.staff, Capability.DO_TASKS)
    return Panel(
        title=_("Open tasks"),
        template="panels/tasks.html",
        context={
            "rows": [row for row in found if row.once_key not in own],
            "now": chart.now,
            "can_do": can_do,
        },
        act_label=_("Add"),
        act_url=reverse("task_new", args=[chart.patient.pk]) if can_do else "",
    )


def _by_use(point: ContactPoint) -> tuple[int, bool, int]:
    """Phones, then e-mails, then addresses; of each the one used first."""
    return ContactKind.values.index(point.kind), not point.is_first, point.pk


def _edit(chart: OpenChart, url_name: str) -> str:
    if not may(chart.staff, Capability.EDIT_PATIENTS):
        return ""
    return reverse(url_name, args=[chart.patient.pk])


def _shared_values(points: Mapping[ContactPoint, Key]) -> set[Key]:
    """The numbers among `points` that other people have too."""
    phone = ContactKind.PHONE
    numbers = [value for kind, value in points.values() if kind == phone]
    # As text: each number that is asked for, and each answer, would be checked anew.
    written = ExpressionWrapper(F("phone"), output_field=CharField())
    others = ContactPoint.objects.annotate(number=written).filter(number__in=numbers)
    others = others.filter(ended_at=None).exclude(pk__in=[one.pk for one in points])
    found = others.order_by().values_list("number", flat=True).distinct()
    return {(phone, number) for number in found}


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
