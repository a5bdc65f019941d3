"""Some of many rows, and how many there are: one question, however many."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Count, Model, Window

if TYPE_CHECKING:
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
