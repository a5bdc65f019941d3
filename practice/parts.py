"""Some of many rows, and how many there are: one question, however many."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Count, Model, Window
from django.db.models.functions import RowNumber

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)


def part_of(rows: QuerySet[M], *, most: int, start: int = 0) -> tuple[list[M], int]:
    """At most so many of some rows, and the count of them all.

    A part that begins past the end has no rows and counts none.
    """
    counted = rows.annotate(in_all=Window(Count("pk")))
    found = list(counted[start : start + most])
    count: int = getattr(found[0], "in_all", 0) if found else 0
    return found, count


def part_of_each(
    rows: QuerySet[M], column: str, *, order: Sequence[str], most: int
) -> dict[Any, tuple[list[M], int]]:
    """The same for each value of a column, each part in an order."""
    counted = rows.annotate(
        in_all=Window(Count("pk"), partition_by=column),
        place=Window(RowNumber(), partition_by=column, order_by=[*order]),
    )
    parts: dict[Any, list[M]] = defaultdict(list)
    for row in counted.filter(place__lte=most).order_by(*order):
        parts[row.serializable_value(column)].append(row)
    return {key: (part, getattr(part[0], "in_all", 0)) for key, part in parts.items()}
