"""Many threads at one line, each with a database connection of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")
# `make test-all` runs each race this often; parametrise with it.
ROUNDS = range(int(os.environ.get("RACE_ROUNDS", "2")))
LINE_UP_SECONDS = 30


@dataclass(slots=True)
class Outcome(Generic[T]):
    """What the runners brought back: results of some, exceptions of the others."""

    results: list[T] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


def run_together(count: int, act: Callable[[int], T]) -> Outcome[T]:
    """Call `act(0)` … `act(count - 1)` at the same moment, each in its own thread.

    Needs `transactional_db`: the threads see committed rows only.
    """
    line = Barrier(count)
    outcome: Outcome[T] = Outcome()

    def run(number: int) -> None:
        line.wait(LINE_UP_SECONDS)
        try:
            outcome.results.append(act(number))
        except Exception as error:  # the test judges it
            outcome.errors.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as runners:
        list(runners.map(run, range(count)))
    return outcome
