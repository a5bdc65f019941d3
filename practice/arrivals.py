"""What came in with an import, and whether somebody has used it since."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import ForeignKey

from practice.models import (
    Arriving,
    Caregiver,
    IncidentPatient,
    Patient,
    Recorded,
    TrailEntry,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet

    from practice.models import Import

# In the order in which others lock them: people before what is theirs.
_PEOPLE: tuple[type[Arriving], ...] = (Patient, Caregiver)
# To look is no use of a chart, nor to report that the file is wrong: a reason to take
# it back. What is owed because of a mistake is.
_LOOKS = "seen."
_NO_USE = {"patient.name_revealed", "incident.patient_named"}
_NO_USE |= {"incident.patient_unnamed"}


def lock(row: Import) -> None:
    """Hold all that came in: who is at it ends first, and who comes later sees this.

    With the key: nobody hangs anything on a chart meanwhile.
    """
    for model in _models():
        rows = _of(model, row).order_by("pk")
        list(rows.select_for_update().values_list("pk", flat=True))


def used(row: Import) -> int | None:
    """A chart that somebody used since it came in."""
    lines = TrailEntry.objects.filter(pk__gt=row.shown_after or 0)
    acts = lines.exclude(kind__startswith=_LOOKS).exclude(kind__in=_NO_USE)
    charts = _of(Patient, row).values("pk")
    about = acts.filter(patient_id__in=charts).values_list("patient_id", flat=True)
    return about.first() or _linked(row) or _changed(row, acts)


def _linked(row: Import) -> int | None:
    """A chart that something which did not come with it points to."""
    for field in _pointers():
        rows = field.model._base_manager.filter(**{f"{field.name}__arrived_with": row})
        if issubclass(field.model, Arriving):
            rows = rows.exclude(arrived_with=row)
        of_family = "" if field.related_model is Patient else "__caregivings__patient"
        charts = rows.values_list(f"{field.name}{of_family}", field.attname)
        for chart, number in charts[:1]:
            return int(chart or number)
    return None


def _changed(row: Import, acts: QuerySet[TrailEntry]) -> int | None:
    """A chart of which something that came in was changed since."""
    for model in _models():
        came = _of(model, row).values("pk")
        record = model._meta.model_name
        if line := acts.filter(record=record, record_id__in=came).first():
            return line.patient_id or line.record_id
    return None


def _of(model: type[Model], row: Import) -> QuerySet[Any]:
    return model._base_manager.filter(arrived_with=row)


@cache
def _models() -> Sequence[type[Model]]:
    """Every table that an import brings something into."""
    found = {model for model in apps.get_models() if issubclass(model, Arriving)}
    return [*_PEOPLE, *sorted(found - {*_PEOPLE}, key=lambda one: one._meta.label)]


@cache
def _pointers() -> Sequence[ForeignKey[Any, Any]]:
    """Every column of a record, on any floor, that names a chart or a caregiver."""
    return [
        field
        for model in apps.get_models()
        if issubclass(model, Recorded) and model is not IncidentPatient
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model in _PEOPLE
    ]
