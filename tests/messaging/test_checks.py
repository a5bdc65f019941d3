"""What is missing for texts is said before anything starts."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError


def test_nothing_is_missing_here():
    call_command("check")


def test_each_lack_is_an_error_of_its_own(settings):
    settings.VENDOR_FAULTS = ["TWILIO_FROM is missing", "it rains"]

    with pytest.raises(SystemCheckError) as refused:
        call_command("check")
    assert "messaging.E001) TWILIO_FROM is missing." in str(refused.value)
    assert "it rains." in str(refused.value)
