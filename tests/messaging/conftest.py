"""What tests of messaging ask for: an account at the vendor, and who takes it."""

from __future__ import annotations

from typing import Any

import pytest

from messaging import receiving, settling
from tests.messaging import hooking


@pytest.fixture
def account(settings: Any) -> None:
    hooking.set_up(settings)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> hooking.Taken:
    """In place of conversations and the outbox; it breaks at what is `bad`."""
    stand_in = hooking.Taken()
    monkeypatch.setattr(receiving, "receive", stand_in.receive)
    monkeypatch.setattr(settling, "hear", stand_in.hear)
    return stand_in
