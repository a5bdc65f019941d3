"""A patient who can be texted, a carrier that takes everything, a vendor's account."""

from __future__ import annotations

from typing import Any

import pytest

from messaging import receiving, settling
from practice.models import Patient
from tests.messaging import hooking, posting


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> posting.FakeCarrier:
    carrier = posting.FakeCarrier()
    posting.carry(monkeypatch, carrier)
    return carrier


@pytest.fixture
def number(patient: Patient) -> str:
    """The patient's number, which may be texted."""
    return posting.reachable(patient)


@pytest.fixture
def fast(settings: Any) -> None:
    """No rate is in the way."""
    settings.SMS_RATE_PER_SECOND = 1000


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
