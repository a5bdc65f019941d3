"""A crowd in processes of their own, as a site has them, each with some threads.

The processes are forked once and rush as often as they are told to, so that a
hundred rushes cost no hundred starts.
"""

from __future__ import annotations

import multiprocessing
import os
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

PROCESSES, THREADS, EACH = 8, 5, 5  # so many attempts of each thread: 200 in all
ATTEMPTS = PROCESSES * THREADS * EACH
# `make test-all` rushes as often as RACE_ROUNDS says.
RUSHES = int(os.environ.get("RACE_ROUNDS", "1"))
PATIENCE = 120
Act = Callable[[int], Any]


@dataclass(slots=True)
class Rush:
    """What the attempts of one rush came to."""

    results: list[Any] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)  # class and words
    seconds: list[float] = field(default_factory=list)  # of each attempt


@contextmanager
def crowd(act: Act) -> Iterator[Callable[[], Rush]]:
    """`with crowd(act) as rush:` each `rush()` calls act(0) … act(199) at once.

    Needs `transactional_db`. What `act` answers must be plain: numbers, text.
    """
    connections.close_all()  # nobody may inherit one
    forks = multiprocessing.get_context("fork")
    line = forks.Barrier(PROCESSES)
    ends: list[Any] = []
    members: list[Any] = []
    for number in range(PROCESSES):
        ours, theirs = forks.Pipe()
        inherited = [*ends, ours]
        member = forks.Process(
            target=_attend, args=(number, act, line, theirs, inherited)
        )
        with warnings.catch_warnings():
            # Later Pythons warn of forks beside threads; ours sleep.
            warnings.simplefilter("ignore", DeprecationWarning)
            member.start()
        ends.append(ours)
        members.append(member)
    try:
        yield lambda: _rush(ends)
    finally:
        _send_home(ends, members)


def _send_home(ends: list[Any], members: list[Any]) -> None:
    """End them all; whoever still waits then for something is not waited for."""
    for end in ends:
        with suppress(OSError):  # whoever has died hears nothing
            end.send(None)
    deadline = time.monotonic() + PATIENCE
    for end, member in zip(ends, members, strict=True):
        member.join(max(0, deadline - time.monotonic()))
        member.kill()
        end.close()


def _rush(ends: list[Any]) -> Rush:
    for end in ends:
        end.send("now")
    found = Rush()
    for end in ends:
        assert end.poll(PATIENCE), "somebody still waits"
        for result, refusal, seconds in end.recv():
            found.seconds.append(seconds)
            if refusal:
                found.refusals.append(refusal)
            else:
                found.results.append(result)
    return found


def _attend(number: int, act: Act, line: Any, end: Any, inherited: list[Any]) -> None:
    """In a process of the crowd: wait for the word, act, say what came of it.

    The test's ends of the pipes are closed here: so a test that is cut off ends them.
    """
    for one in inherited:
        one.close()
    first = number * THREADS * EACH

    def attempt_some(thread: int) -> list[tuple[Any, tuple[str, str] | None, float]]:
        start = first + thread * EACH
        try:
            return [_attempt(act, start + turn) for turn in range(EACH)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as threads:
        while _is_called(end):
            line.wait(PATIENCE)
            done = threads.map(attempt_some, range(THREADS))
            end.send([one for some in done for one in some])


def _is_called(end: Any) -> bool:
    try:
        return end.recv() is not None
    except EOFError:
        return False


def _attempt(act: Act, number: int) -> tuple[Any, tuple[str, str] | None, float]:
    began = time.monotonic()
    try:
        return act(number), None, time.monotonic() - began
    except Exception as error:
        words = (type(error).__name__, str(error))
        return None, words, time.monotonic() - began
