"""Is every record what its history says? One query per model, every night.

The triggers make a difference impossible for whoever writes through them. This
finds what was done while they were lifted, or by the tables' owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from practice import findable, recording

if TYPE_CHECKING:
    from practice.recording import Table


@dataclass(frozen=True, slots=True)
class Drift:
    """How many rows of one record differ from their last history row, or lack one."""

    record: str
    changed: int
    unwritten: int
    gone: int

    def __str__(self) -> str:
        return (
            f"{self.record}: {self.changed} rows are not as their history says, "
            f"{self.unwritten} have none, {self.gone} are gone"
        )

    def __bool__(self) -> bool:
        return bool(self.changed or self.unwritten or self.gone)


@dataclass(frozen=True, slots=True)
class Lost:
    """How many charts are found by other words than their names."""

    charts: int
    record = "search"

    def __str__(self) -> str:
        return f"{self.record}: {self.charts} charts are not found by their names"

    def __bool__(self) -> bool:
        return bool(self.charts)


def found() -> list[Drift | Lost]:
    """Every record that has drifted, and what is derived for search if it has.

    That has no history: it is no act when it changes.
    """
    drifted: list[Drift | Lost] = [*map(_compare, recording.tables())]
    drifted.append(Lost(findable.lost()))
    return [one for one in drifted if one]


def _compare(table: Table) -> Drift:
    same = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    differs = " OR ".join(
        f'kept."{name}" {same} last."{name}"' for name in table.columns
    )
    newest = (
        f'SELECT "{table.key}" AS id, max(history_id) AS history_id'  # noqa: S608 - names of our own tables
        f' FROM "{table.history}" GROUP BY "{table.key}"'
    )
    query = f"""
        SELECT count(CASE WHEN last."{table.key}" IS NOT NULL AND ({differs})
                     THEN 1 END),
               count(CASE WHEN last."{table.key}" IS NULL THEN 1 END)
        FROM "{table.name}" AS kept
        LEFT JOIN ({newest}) AS newest ON newest.id = kept."{table.key}"
        LEFT JOIN "{table.history}" AS last ON last.history_id = newest.history_id
    """  # noqa: S608 - names of our own tables
    gone = f"""
        SELECT count(*) FROM ({newest}) AS newest
        WHERE NOT EXISTS (
            SELECT 1 FROM "{table.name}" AS kept WHERE kept."{table.key}" = newest.id)
    """  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(query)
        changed, unwritten = cursor.fetchone()
        cursor.execute(gone)
        return Drift(table.record, changed, unwritten, cursor.fetchone()[0])
