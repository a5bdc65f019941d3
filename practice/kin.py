"""Caregivers as people: whose charts they are on, and whether they are known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from practice import names
from practice.models import Caregiver, Caregiving, ContactPoint, Patient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from practice.models import StaffMember

MOST = 8


@dataclass(frozen=True, slots=True)
class Around:
    """The charts that a caregiver is on, as far as one reader may know of them."""

    charts: Sequence[Patient]
    is_elsewhere: bool  # and on charts that are closed to the reader


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may be the person that is about to be added."""

    caregiver: Caregiver
    rows: Sequence[Caregiving]  # what they are, on charts open to the reader


def around(caregiver: Caregiver, *, reader: StaffMember) -> Around:
    """The charts of the people somebody cares for, and their own."""
    rows = Caregiving.objects.filter(caregiver=caregiver, is_withdrawn=False)
    charts = Patient.objects.filter(
        Q(pk__in=rows.values("patient")) | Q(pk=caregiver.own_chart_id)
    )
    ours = list(charts.usual_to(reader))
    return Around(ours, is_elsewhere=len(ours) < charts.count())


def known(*, name: str, phone: str, email: str, reader: StaffMember) -> Sequence[Known]:
    """Who has that name on a chart open to the reader, or that number anywhere.

    Whoever types a number has it from the person; a name alone tells nothing of
    charts elsewhere.
    """
    open_rows = Caregiving.objects.filter(
        is_withdrawn=False, patient__in=Patient.objects.usual_to(reader).values("pk")
    )
    people = Caregiver.objects.filter(
        Q(pk__in=_with_number(phone=phone, email=email))
        | Q(pk__in=_called(name, open_rows))
    )
    found = list(people.order_by("name", "pk")[:MOST])
    rows: dict[int, list[Caregiving]] = defaultdict(list)
    theirs = open_rows.filter(caregiver__in=found).select_related("patient")
    for row in theirs.order_by("pk"):
        rows[row.caregiver_id].append(row)
    return [Known(person, rows[person.pk]) for person in found]


def may_be_charts_of(caregiver: Caregiver, *, reader: StaffMember) -> QuerySet[Patient]:
    """Charts that may be a caregiver's own: of their name, or with their number.

    Nobody cares for themselves: the charts they are a caregiver on are left out.
    """
    numbers = caregiver.contact_points.filter(kind="phone", ended_at=None)
    points = ContactPoint.objects.filter(
        patient=OuterRef("pk"), phone__in=numbers.values("phone"), ended_at=None
    )
    called = Q()
    for word in names.words_of(caregiver.name):
        called &= Q(search_text__contains=f" {word} ")
    cared_for = caregiver.caregivings.filter(is_withdrawn=False).values("patient")
    alike = Exists(points) | Q(pk=caregiver.own_chart_id)
    charts = Patient.objects.usual_to(reader).unmerged().exclude(pk__in=cared_for)
    return charts.filter(alike | called if called else alike)


def _with_number(*, phone: str, email: str) -> QuerySet[ContactPoint, int | None]:
    same = Q(pk__in=[])
    if phone:
        same |= Q(phone=phone)
    if email:
        same |= Q(email__iexact=email)
    points = ContactPoint.objects.filter(same, caregiver__isnull=False, ended_at=None)
    return points.values_list("caregiver", flat=True)


def _called(name: str, rows: QuerySet[Caregiving]) -> Sequence[int]:
    """The caregivers of some rows by that name, with or without its accents."""
    wanted = names.words_of(name)
    people = rows.order_by().values_list("caregiver", "caregiver__name").distinct()
    return [pk for pk, other in people if names.words_of(other) == wanted][:MOST]
