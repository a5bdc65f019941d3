"""A patient who can be texted, and a carrier that takes everything."""

from __future__ import annotations

from typing import Any

import pytest

from practice.models import Patient
from tests.messaging import posting


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
