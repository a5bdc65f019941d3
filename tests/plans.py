"""What a database means to do, of tables with too few rows to need an index."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet

SHORT_CUTS = ("seqscan", "bitmapscan", "sort")


def plan(rows: QuerySet[Any]) -> str:
    """The plan for reading `rows` by an index, in its order."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for name in SHORT_CUTS:
                cursor.execute(f"SET LOCAL enable_{name} = off")
    return rows.explain()
