"""What stood on a chart and was moved to the right one, and still names who it was.

It is about somebody else: so it keeps its words after an erasure, unless they say a
given and a family name of whoever is erased. One word of a name is many other things:
“They will come on 3 May” names neither Will de la Cruz nor May Park, and a cousin may
be called the same. Why it was moved tells of nobody's care: there one word is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from practice.models import Patient, Recorded
from practice.names import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from django.db.models import QuerySet

PARTICLE = 3  # letters: de, la, van, del
R = TypeVar("R", bound=Recorded)

GIVEN = ("given_name", "preferred_name", "name_in_room")


class _Name:
    """One name that somebody had, in words; “de la” tells nobody apart."""

    def __init__(self, given: str, family: str) -> None:
        self.given, self.all_family = set(words_of(given)), set(words_of(family))
        long = {word for word in self.all_family if len(word) > PARTICLE}
        self.family = long or self.all_family

    def is_in(self, words: Collection[str]) -> bool:
        """Whether both parts are among some words, as far as they have both."""
        parts = [part for part in (self.given, self.family) if part]
        return bool(parts) and not any(part.isdisjoint(words) for part in parts)

    def is_hinted_at(self, words: Collection[str]) -> bool:
        return not (self.given | self.all_family).isdisjoint(words)


def texts(
    rows: QuerySet[R], columns: Sequence[str], *, patient_ids: Collection[int]
) -> Iterator[tuple[QuerySet[R], Sequence[str]]]:
    """Of some rows those that name one of the charts, and what they lose.

    Now or in their history: in some columns, or in why something was done to them.
    """
    theirs = [_Name(*cells) for cells in _names_of(patient_ids)]
    yield _naming(rows, columns, theirs, _Name.is_in), columns
    yield _naming(rows, ("history_change_reason",), theirs, _Name.is_hinted_at), ()


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
    rows: QuerySet[R],
    columns: Sequence[str],
    theirs: Collection[_Name],
    tells: Callable[[_Name, Collection[str]], bool],
) -> QuerySet[R]:
    ids = set(rows.order_by().values_list("pk", flat=True))
    past = rows.model.history.filter(id__in=ids).order_by()
    said = (
        (pk, set(words_of(" ".join(cells))))
        for pk, *cells in past.values_list("id", *columns)
    )
    found = {pk for pk, words in said if any(tells(name, words) for name in theirs)}
    return rows.model._base_manager.filter(pk__in=found)


def _names_of(patient_ids: Collection[int]) -> set[tuple[str, str]]:
    """All names that charts ever had: what they are called, and the family name."""
    rows = Patient.history.filter(id__in=patient_ids).order_by()
    return {
        (" ".join(given), family)
        for family, *given in rows.values_list("family_name", *GIVEN)
    }
