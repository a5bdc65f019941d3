"""What stood on a chart and was moved to the right one, and still names who it was.

It is about somebody else: so it keeps its words after an erasure, unless they say a
name of whoever is erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from practice import names
from practice.models import Patient, Recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import QuerySet

R = TypeVar("R", bound=Recorded)
NAMES = ("given_name", "family_name", "preferred_name", "name_in_room")


def texts(
    rows: QuerySet[R], columns: Sequence[str], *, patient_ids: Collection[int]
) -> Iterator[tuple[QuerySet[R], Sequence[str]]]:
    """Of some rows those that name one of the charts, and what they lose.

    Now or in their history: in some columns, or in why something was done to them.
    """
    theirs = _words_of(patient_ids)
    yield _naming(rows, columns, theirs), columns
    yield _naming(rows, ("history_change_reason",), theirs), ()


def rows_of(model: type[R], *, patient_ids: Collection[int]) -> QuerySet[R]:
    """The rows of a model that stood on one of the charts, and stand on none now.

    Asked step by step, of few rows each: in one question PostgreSQL looked through
    whole tables for every row of another.
    """
    stood = model.history.filter(patient_id__in=patient_ids).order_by()
    ids = set(stood.values_list("id", flat=True))
    rows: QuerySet[R] = model._base_manager.filter(pk__in=ids)
    return rows.exclude(patient__in=patient_ids)


def _naming(
    rows: QuerySet[R], columns: Sequence[str], theirs: Collection[str]
) -> QuerySet[R]:
    ids = set(rows.order_by().values_list("pk", flat=True))
    past = rows.model.history.filter(id__in=ids).order_by()
    found = {
        pk
        for pk, *cells in past.values_list("id", *columns)
        if not {*names.words_of(" ".join(cells))}.isdisjoint(theirs)
    }
    return rows.model._base_manager.filter(pk__in=found)


def _words_of(patient_ids: Collection[int]) -> set[str]:
    """The words of every name that charts ever had."""
    rows = Patient.history.filter(id__in=patient_ids).order_by()
    return {
        word
        for cells in rows.values_list(*NAMES)
        for word in names.words_of(" ".join(cells))
    }
