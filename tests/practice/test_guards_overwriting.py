"""Nor does the database overwrite what is append-only by statements that seldom are
written.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import DataError, IntegrityError, transaction

from practice import locations, sealing, trail
from practice.models import Location, Seal, TrailEntry
from tests.cast import FOUNDER, MONDAY
from tests.practice.guarded import ON_SQLITE, TRAIL
from tests.practice.test_guards import is_allowed

OVERWRITING = [
    (
        "INSERT INTO {table} SELECT * FROM {table} WHERE true "
        "ON CONFLICT ({key}) DO UPDATE SET {column} = {table}.{column}"
    ),
]
OVERWRITING += (
    [
        "UPDATE OR REPLACE {table} SET {column} = {column}",
        "UPDATE OR IGNORE {table} SET {column} = {column}",
        "REPLACE INTO {table} SELECT * FROM {table}",
        (
            "WITH gone AS (SELECT {key} FROM {table}) "
            "DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM gone)"
        ),
    ]
    if ON_SQLITE
    else [
        (
            "MERGE INTO {table} AS t USING {table} AS s ON t.{key} = s.{key} "
            "WHEN MATCHED THEN UPDATE SET {column} = s.{column}"
        ),
        (
            "MERGE INTO {table} AS t USING {table} AS s ON t.{key} = s.{key} "
            "WHEN MATCHED THEN DELETE"
        ),
        "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
    ]
)


@pytest.mark.parametrize("sql", OVERWRITING)
@pytest.mark.parametrize(
    ("table", "key", "column"),
    [(TRAIL, "id", "kind"), ("practice_seal", "position", "mac")],
)
def test_no_other_way_of_writing_overwrites_a_line_or_a_seal(
    owner,
    location,
    sql,
    table,
    key,
    column,
):
    sealing.seal_new()

    assert not is_allowed(sql, table=table, key=key, column=column)


def test_no_seal_takes_the_last_number_there_is(owner, location):
    sealing.seal_new()
    last = {"entry_id": 10**9, "sealed_at": MONDAY, "key": "k"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(position=2**63 - 1, digest="d", mac="m", **last)

    trail.note(by=FOUNDER, kind="location.seen", about=Location.objects.first())
    assert sealing.seal_new()


LAST = 2**63 - 1


@pytest.mark.parametrize(
    "row",
    [
        TrailEntry(pk=LAST, at=MONDAY, actor="Eve", kind="x", record="location"),
        Location.history.model(
            history_id=LAST, id=1, history_date=MONDAY, history_type="+"
        ),
    ],
    ids=["line", "history"],
)
def test_who_takes_the_last_number_stops_nobody(owner, location, row):
    with suppress(IntegrityError, DataError), transaction.atomic():
        row.save(force_insert=True)

    trail.note(by=FOUNDER, kind="location.seen", about=location)
    locations.change(location=location, by=FOUNDER, now=MONDAY, name="Elsewhere")

    assert Location.objects.get(pk=location.pk).name == "Elsewhere"
