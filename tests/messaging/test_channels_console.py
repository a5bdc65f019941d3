"""A developer reads texts in the terminal."""

from __future__ import annotations

from datetime import timedelta

from messaging.channels import Outcome, Parcel, carrier_of
from tests.cast import MONDAY
from tests.messaging.hooking import PHONE


def test_a_text_is_shown_and_has_arrived(settings, capsys):
    settings.SMS_BACKEND = "console"
    parcel = Parcel(1, "text", PHONE, "", "Hello", "en", timedelta(hours=1), MONDAY)
    handed = carrier_of("text").hand_over(parcel)

    assert (handed.outcome, handed.word) == (Outcome.TAKEN, "delivered")
    assert f"Text to {PHONE}:\nHello\n" in capsys.readouterr().out
    assert carrier_of("text").look_up(parcel) == []
    assert carrier_of("text").fetch(handed.vendor_id) is None
