"""Lawful erasure: the one way by which words leave the records and the trail.

Rows and their history go; the trail keeps its lines without their words, each
with its seal, and a tombstone that says who erased, why and how much. So the
chain still verifies, and nobody can pass a deletion off as an erasure: its proof
is keyed. Only the role that owns the tables can do it (docs/operations.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet, URLField
from django.utils.translation import gettext as _

from practice import (
    day_sheets,
    erasures,
    findable,
    guards,
    merging,
    names,
    proofs,
    scrubbing,
    sealing,
    staging,
)
from practice.contributions import load
from practice.models import (
    Caregiver,
    Caregiving,
    ContactPoint,
    Erasure,
    Patient,
    Recorded,
    StagedFinding,
    StagedPart,
    TrailEntry,
)
from practice.rules import NotPossible
from practice.states import CAME_TO_NOTHING, PatientState
from practice.trail import Actor, keep, note

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from practice.guards import Guard

    Rows = dict[type[Recorded], Collection[int]]

T = TypeVar("T")

MAY_BE_ERASED = (PatientState.ENDED, PatientState.DECEASED)
PIECE = 500


class StillSeen(NotPossible):
    """Somebody looks after this patient: nothing of the chart may go."""


class StillOpen(NotPossible):
    """Something is to happen yet, such as a visit: it would be left with nobody."""


class FileWaits(NotPossible):
    """A file that waits to come in has a row about this patient."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took: rows, their history rows, and the words of some lines."""

    rows: int
    history: int
    lines: int
    elsewhere: Sequence[int] = ()  # charts on which they stay, as a caregiver


@dataclass(frozen=True, slots=True)
class _Text:
    """Rows of one model that stay, and the columns that lose their words."""

    model: type[Recorded]
    pks: Collection[int]
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Words:
    """By what somebody is known again in a row that may not have been understood."""

    given: frozenset[str]
    family: frozenset[str]
    phones: Collection[str]  # the digits of a number without its country

    @classmethod
    def of(cls, chart: Patient) -> Self:
        points = ContactPoint._base_manager.filter(patient=chart, kind="phone")
        return cls(
            given=frozenset(
                names.words_of(f"{chart.given_name} {chart.preferred_name}")
            ),
            family=frozenset(names.words_of(chart.family_name)),
            phones={str(one.phone.national_number) for one in points if one.phone},
        )

    def are_in(self, cells: Sequence[str]) -> bool:
        words = {*names.words_of(" ".join(cells))}
        if words & self.given and (words & self.family or not self.family):
            return True
        digits = [names.digits_of(cell) for cell in cells]
        return any(phone in cell for phone in self.phones for cell in digits)


def erase_chart(*, patient: Patient, by: Actor, reason: str) -> Erased:
    """Erase a chart, with all that was merged into it, from every table and file.

    By the number of any of them: the chart that stands for all says whether they may
    go. `reason` stays in the trail: it names the law or the wish, never the person.
    Raises StillSeen, StillOpen, FileWaits. What it wrote to the disk before is
    overwritten at the end; raises NotScrubbed if that has to be asked for again.
    """
    patient = patient.merged_into or patient
    if patient.state not in MAY_BE_ERASED and not _came_to_nothing(patient):
        raise StillSeen(_("End the care first: this chart is still in use."))
    charts = charts_of(patient)
    if still_open := _open_ends(charts):
        raise StillOpen(" ".join(still_open))
    if _waits(charts):
        words = _("A file that waits names this patient: bring it in, or abandon it.")
        raise FileWaits(words)
    sealing.seal_new(everywhere=True)
    day_sheets.forget_naming(charts)
    erased = _erase(patient, by=by, reason=reason)
    erasures.remember(charts)
    scrubbing.scrub()
    return erased


@transaction.atomic
def _erase(patient: Patient, *, by: Actor, reason: str) -> Erased:
    ids = charts_of(patient)
    elsewhere = _caring_for(ids)
    for caregiver in Caregiver.objects.filter(own_chart__in=ids):
        caregiver.own_chart = None
        keep(caregiver, by=by, kind="caregiver.own_chart_erased")
    for part_from in load("SHARED_WORDS"):
        part_from(ids)
    rows, texts = _rows_of(ids), _texts_of(ids)
    lines = _lines_about([*rows.items(), *((one.model, one.pks) for one in texts)], ids)
    tombstone = note(by=by, kind="patient.erased", about=patient, reason=reason)
    derived = _derived_of(ids)
    touched = [*rows, *(text.model for text in texts), *(model for model, _ in derived)]
    with guards.lifted(connection, which=_in_the_way_of(touched)):
        for model, pks in derived:
            _delete(model, "pk", pks)
        history = sum(_delete(model.history.model, "id", rows[model]) for model in rows)
        count = sum(_delete(model, "pk", rows[model]) for model in rows)
        for text in texts:
            _blank(text.model, "pk", text.pks, text.columns)
            _blank(text.model.history.model, "id", text.pks, text.columns)
            _forget_reasons(text.model, text.pks)
        findable.forget(ids)
        for piece in _pieces(lines):
            TrailEntry.objects.filter(pk__in=piece).update(reason="")
        # Nothing may point at what is gone; PostgreSQL alters no table before it knows.
        connection.check_constraints()
        _prove(lines, tombstone)
    return Erased(count, history, len(lines), elsewhere)


def _caring_for(ids: Collection[int]) -> Sequence[int]:
    """Other charts on which the person is a caregiver, as far as that is known.

    They are theirs by a number that both have, or because somebody said so.
    """
    points = ContactPoint._base_manager.filter(patient__in=ids, ended_at=None)
    same = Q(own_chart__in=ids)
    for column in ("phone", "email"):
        theirs = set(points.exclude(**{column: ""}).values_list(column, flat=True))
        same |= Q(**{f"contact_points__{column}__in": theirs - {None}})
    words = {
        frozenset(names.words_of(f"{one.given_name} {one.family_name}"))
        for one in Patient._base_manager.filter(pk__in=ids)
    }
    people = Caregiver._base_manager.filter(same).distinct()
    alike = [
        one.pk
        for one in people
        if one.own_chart_id in ids or frozenset(names.words_of(one.name)) in words
    ]
    rows = Caregiving._base_manager.filter(caregiver__in=alike)
    charts = rows.exclude(patient__in=ids).order_by("patient")
    return list(charts.values_list("patient", flat=True).distinct())


def _open_ends(ids: Collection[int]) -> list[str]:
    """What every floor wants settled first, as sentences."""
    return [
        words for keeper in load("PERSONAL_DATA") for words in keeper().open_ends(ids)
    ]


def _rows_of(ids: Collection[int]) -> Rows:
    """What every floor keeps about the charts, by model."""
    rows: Rows = {}
    for keeper in load("PERSONAL_DATA"):
        for queryset in keeper().records(ids):
            rows[queryset.model] = list(queryset.values_list("pk", flat=True))
    return rows


def _derived_of(
    ids: Collection[int],
) -> Sequence[tuple[type[Model], Collection[int]]]:
    """What has no history, while the records still say whose it is."""
    return [
        (rows.model, list(rows.values_list("pk", flat=True)))
        for keeper in load("PERSONAL_DATA")
        for rows in keeper().derived(ids)
    ]


def _texts_of(ids: Collection[int]) -> list[_Text]:
    """What every floor keeps of others, and may tell of the charts."""
    return [
        _Text(rows.model, list(rows.values_list("pk", flat=True)), columns)
        for keeper in load("PERSONAL_DATA")
        for rows, columns in keeper().texts(ids)
    ]


def _waits(ids: Collection[int]) -> bool:
    """Whether a file that waits has a row about one of these charts.

    Also one that nobody has checked, or that was misread: their names in any of its
    cells are enough, or a phone of theirs. Somebody of the same name has to wait too.
    """
    if StagedFinding.objects.filter(chart_id__in=ids).exists():
        return True
    people = [_Words.of(one) for one in Patient._base_manager.filter(pk__in=ids)]
    return any(
        person.are_in(record.cells)
        for part in StagedPart.objects.all()
        for record in staging.records_of(part)
        for person in people
    )


def _came_to_nothing(patient: Patient) -> bool:
    """Whether a chart came with an import that nobody sees any more, or ever saw."""
    arrived = patient.arrived_with
    return arrived is not None and arrived.state in CAME_TO_NOTHING


def charts_of(patient: Patient) -> list[int]:
    """A chart, those merged into it, and those of the same person that nobody sees."""
    ids = {patient.pk, *merging.ids_of(patient)}
    ghosts = Patient._base_manager.filter(arrived_with__state__in=CAME_TO_NOTHING)
    for chart in Patient._base_manager.filter(pk__in=ids):
        same = ghosts.filter(
            given_name__iexact=chart.given_name,
            family_name__iexact=chart.family_name,
            born_on=chart.born_on,
        )
        ids |= set(same.values_list("pk", flat=True))
    return sorted(ids)


def _lines_about(
    rows: Iterable[tuple[type[Recorded], Collection[int]]], ids: Collection[int]
) -> list[int]:
    """The lines of the trail about those rows and charts; they have to be sealed."""
    found = set(
        TrailEntry.objects.filter(patient_id__in=ids).values_list("pk", flat=True)
    )
    for model, pks in rows:
        for piece in _pieces(pks):
            about = Q(record=model._meta.model_name, record_id__in=piece)
            found |= set(TrailEntry.objects.filter(about).values_list("pk", flat=True))
    return sorted(found)


def _in_the_way_of(models: Iterable[type[Model]]) -> Callable[[Guard], bool]:
    tables = {TrailEntry._meta.db_table, Erasure._meta.db_table}
    for model in models:
        tables.add(model._meta.db_table)
        if issubclass(model, Recorded):
            tables.add(model.history.model._meta.db_table)
    return lambda guard: guard.table in tables


def _delete(model: type[Model], key: str, pks: Collection[int]) -> int:
    """Delete rows as they are: foreign keys are checked when everything is gone."""
    # The queryset of recorded models refuses; this is the one place that may.
    return sum(
        QuerySet(model).filter(**{f"{key}__in": piece})._raw_delete("default")
        for piece in _pieces(pks)
    )


def _blank(
    model: type[Model], key: str, pks: Collection[int], columns: Sequence[str]
) -> None:
    """Put a word for the words of some columns, where there are any.

    An address is left empty, since nothing else is one; so is what points to a row.
    """
    # The queryset of recorded models refuses; this is the one place that may.
    for name in columns:
        column = model._meta.get_field(name)
        empty = None if column.is_relation else ""
        is_bare = column.is_relation or isinstance(column, URLField)
        word = empty if is_bare else _("(erased)")
        for piece in _pieces(pks):
            QuerySet(model).filter(~Q(**{name: empty}), **{f"{key}__in": piece}).update(
                **{name: word}
            )


def _forget_reasons(model: type[Recorded], pks: Collection[int]) -> None:
    """The history's reasons; all models share that one field, so no queryset."""
    table = model.history.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{table}" SET history_change_reason = %s WHERE id = %s',  # noqa: S608 - names of our own tables
            [("", pk) for pk in pks],
        )


def _prove(lines: Collection[int], tombstone: TrailEntry) -> None:
    """What was erased before, such as a shared mistake, is proved anew."""
    for piece in _pieces(lines):
        Erasure.objects.filter(entry_id__in=piece).delete()
        Erasure.objects.bulk_create(proofs.erasures(piece, tombstone.pk))


def _pieces(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while piece := list(islice(rest, PIECE)):
        yield piece
