"""Some of many rows, and how many there are: one question, however many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Count, Model, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)


def part_of(rows: QuerySet[M], *, most: int, start: int = 0) -> tuple[Sequence[M], int]:
    """At most so many of some rows, and the count of them all.

    A part that begins past the end has no rows and counts none.
    """
    return with_count(list(counted(rows)[start : start + most]))


def counted(rows: QuerySet[M]) -> QuerySet[M]:
    """Rows each of which knows how many there are."""
    told: QuerySet[Any, Any] = rows.annotate(in_all=Window(Count("pk")))
    return told


def with_count(found: Sequence[M]) -> tuple[Sequence[M], int]:
    """Some of the rows that know it, and how many there are."""
    count: int = getattr(found[0], "in_all", 0) if found else 0
    return found, count
