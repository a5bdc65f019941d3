"""How long the database's transactions take: on SQLite, each of them writes."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def transactions() -> Iterator[list[float]]:
    """The seconds of each transaction in the block."""
    kind, began, took = type(connection._connections["default"]), [0.0], [0.0]  # type: ignore[attr-defined]
    plain = kind.set_autocommit

    def set_autocommit(self: Any, autocommit: bool, *rest: Any, **more: Any) -> None:  # noqa: FBT001 - Django's own
        plain(self, autocommit, *rest, **more)
        if autocommit:
            took.append(time.perf_counter() - began[0])
        else:
            began[0] = time.perf_counter()

    with mock.patch.object(kind, "set_autocommit", set_autocommit):
        yield took
