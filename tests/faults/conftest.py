"""One site for all tests that hurt its worker: it has to survive each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.machine import Machine


@pytest.fixture
def machine(transactional_db: None, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.stop()


@pytest.fixture(scope="module")
def shared_machine(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Machine]:
    with django_db_blocker.unblock():
        machine = Machine(tmp_path_factory.mktemp("machine"))
    yield machine
    with django_db_blocker.unblock():
        machine.stop()
