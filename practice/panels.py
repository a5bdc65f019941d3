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
from practice.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from practice.contacts import Key

# What lines are made of: charts are opened all day.
OF_TEAM = ("is_lead", "staff__name", *(f"staff__is_{role}" for role in Role))
OF_TASKS = ["kind", "title", "words", "for_role", "due_at", "once_key"]
OF_TASKS += ["for_person__name"]


def contact(chart: OpenChart) -> Panel:
    """Phones, e-mails and addresses, with what is safe at each.

    Where merged charts have the same one, each shows what all of them allow.
    """
    current = sorted(_contacts(charts=chart.ids), key=_by_use)
    points = {point: contacts.key_of(point) for point in current}
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
    places = {home.location_id: home for home in _homes(charts=chart.ids)}
    return Panel(
        title=_("Language and needs"),
        template="panels/needs.html",
        context={
            "homes": list(places.values()),
            "external_ids": _numbers_outside(charts=chart.ids),
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
    found = _caregivings(charts=chart.ids)
    known = {one.pk: one for one in (chart.patient, *chart.merged)}
    for row in found:
        row.patient = known[row.patient_id]
    return found


def care_team(chart: OpenChart) -> Panel:
    """Who looks after the patient, the own clinician first."""
    rows = _team(charts=chart.ids)
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
    reviews = may(chart.staff, Capability.REVIEW_BREAK_GLASS)
    found = [
        row
        for row in _open_tasks(charts=chart.ids)
        if reviews or row.kind != Task.REVIEW
    ]
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


# What the panels ask, of the charts that are open -------------------------------------
@prepared
def _contacts(charts: Any) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(patient__in=charts, ended_at=None)


@prepared
def _homes(charts: Any) -> QuerySet[HomeLocation]:
    rows = HomeLocation.objects.filter(patient__in=charts, is_current=True)
    return rows.select_related("location").only("patient", "location__name")


@prepared
def _numbers_outside(charts: Any) -> QuerySet[ExternalId]:
    return ExternalId.objects.filter(patient__in=charts, is_current=True)


@prepared
def _caregivings(charts: Any) -> QuerySet[Caregiving]:
    rows = Caregiving.objects.filter(patient__in=charts, is_withdrawn=False)
    return rows.select_related("caregiver")


@prepared
def _team(charts: Any) -> QuerySet[CareTeamMember]:
    rows = CareTeamMember.objects.filter(patient__in=charts, ended_at=None)
    return rows.select_related("staff").only(*OF_TEAM)


@prepared
def _open_tasks(charts: Any) -> QuerySet[Task]:
    rows = Task.objects.open().filter(patient__in=charts)
    return rows.select_related("for_person").only(*OF_TASKS)


@prepared
def _at_others(numbers: Any, points: Any) -> QuerySet[ContactPoint, str]:
    # As text: each number that is asked for, and each answer, would be checked anew.
    written = ExpressionWrapper(F("phone"), output_field=CharField())
    others = ContactPoint.objects.annotate(number=written).filter(number__in=numbers)
    others = others.filter(ended_at=None).exclude(pk__in=points).order_by()
    return others.values_list("number", flat=True).distinct()


@prepared
def _of_carers(carers: Any) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(
        caregiver__in=carers, kind=ContactKind.PHONE, ended_at=None
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
    found = _at_others(numbers=numbers, points=[one.pk for one in points])
    return {(phone, number) for number in found}


def _phones_of(caregiver_ids: Iterable[int]) -> dict[int, list[str]]:
    phones: dict[int, list[str]] = defaultdict(list)
    for point in _of_carers(carers=list(caregiver_ids)):
        phones[point.caregiver_id or 0].append(point.value)
    return phones


def _rights(row: Caregiving) -> list[Any]:
    names = ("may_consent", "may_book", "may_be_told")
    return [
        row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        for name in names
        if getattr(row, name)
    ]
