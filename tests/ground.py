"""The ground of a test: what the test before it stood on too is not made anew.

To make the cast is half the work of most tests, and most tests of a file ask for the
same. So it is made in layers, each in a savepoint of one transaction that stays open
from test to test: the next test keeps the layers that it asks for as well and rolls
the others back. Whatever a test does itself is rolled back to the ground, as ever.

A test finds the rows that its fixtures ask for, and no others. Tests that commit
stand on nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from pytest_django import DjangoDbBlocker


CLOCK = "now"  # the fixture that stops the clock


Maker = Callable[..., object]
Key = tuple[int, bool]  # which maker; whether the clock stood


@dataclass(frozen=True, slots=True)
class Layer:
    """What a fixture answers, made once for a row of tests."""

    key: Key
    name: str
    value: object
    atomic: transaction.Atomic


class Ground:
    """The layers that lie there at the moment, in the order of their makers."""

    def __init__(self) -> None:
        self.item: pytest.Item | None = None  # the test that is next, or at work
        self.clock: datetime | None = None  # where it stands, in tests that stop it
        self.blocker: DjangoDbBlocker | None = None
        self._makers: list[Maker] = []
        self._layers: list[Layer] = []
        self._outer: transaction.Atomic | None = None

    def remember(self, maker: Maker) -> Maker:
        """What a fixture of that name does: answer a copy, or make it."""
        number = len(self._makers)
        self._makers.append(maker)

        def fixture(**needed: object) -> object:
            for one in self._layers:
                if one.key[0] == number:
                    return copy.deepcopy(one.value)
            return maker(**needed)

        fixture.__name__, fixture.__doc__ = maker.__name__, maker.__doc__
        fixture.__signature__ = signature(maker)  # type: ignore[attr-defined]
        fixture.layer = number  # type: ignore[attr-defined]
        return fixture

    def reach(self, item: pytest.Item) -> None:
        """A test is next: nothing lies there from file to file."""
        if self.item is None or item.path != self.item.path:
            self.clear()
        self.item = item

    def lay(self) -> None:
        """Make what the test asks for, as far as it does not lie there."""
        if self.item is None:
            return
        there, wanted = [one.key for one in self._layers], self.under(self.item)
        while tuple(there) != wanted[: len(there)]:
            there.pop()
            _take_back(self._layers.pop().atomic)
        for key in wanted[len(there) :]:
            self._add(key)

    def under(self, item: pytest.Item) -> Sequence[Key]:
        """The keys of the layers under a test, in order: none without what it needs."""
        fixtures = _fixtures(item)
        found: dict[str, int] = {}
        for number in sorted(_numbers(fixtures)):
            maker = self._makers[number]
            if _needs(maker) <= found.keys():
                found[maker.__name__] = number
        return tuple((number, CLOCK in fixtures) for number in found.values())

    def clear(self) -> None:
        """Take back everything."""
        if self._outer is None or self.blocker is None:
            return
        with self.blocker.unblock():
            while self._layers:
                _take_back(self._layers.pop().atomic)
            _take_back(self._outer)
        self._outer = None

    def _add(self, key: Key) -> None:
        if self._outer is None:
            self._outer = _begin()
        number, is_stopped = key
        maker = self._makers[number]
        known = {one.name: one.value for one in self._layers}
        known |= {"db": None, CLOCK: self.clock}
        atomic = _begin()
        with _stopped(self.clock if is_stopped else None):
            value = maker(**{name: known[name] for name in signature(maker).parameters})
        self._layers.append(Layer(key, maker.__name__, value, atomic))


GROUND = Ground()


def layer(maker: Maker) -> Maker:
    """A fixture that is a layer: its arguments are layers too, `db` or `now`.

    It must not depend on anything else, such as settings that a test changes.
    """
    return pytest.fixture(GROUND.remember(maker))


def _fixtures(item: pytest.Item) -> Mapping[str, Sequence[Any]]:
    """The fixtures that a test asks for, by name; it gets the last of each."""
    info = item._fixtureinfo  # type: ignore[attr-defined]
    return {
        name: found
        for name, found in info.name2fixturedefs.items()
        if name in info.names_closure
    }


def _numbers(fixtures: Mapping[str, Sequence[Any]]) -> Iterator[int]:
    for found in fixtures.values():
        number = getattr(found[-1].func, "layer", None)
        if number is not None:
            yield number


def _needs(maker: Maker) -> set[str]:
    return set(signature(maker).parameters) - {"db", CLOCK}


def _stopped(clock: datetime | None) -> AbstractContextManager[object]:
    return time_machine.travel(clock, tick=False) if clock else nullcontext()


def _begin() -> transaction.Atomic:
    atomic = transaction.atomic()
    atomic._from_testcase = True  # so that what is durable may begin inside
    atomic.__enter__()
    return atomic


def _take_back(atomic: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    atomic.__exit__(None, None, None)
