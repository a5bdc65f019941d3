"""The demo's phones: calls in the browser, key by key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging.channels import simulated, simulated_calls
from messaging.models import IncomingCall, Message, SimulatedCall
from practice import clock
from practice.models import DemoMark
from practice.modes import Mode
from tests import cast

pytestmark = pytest.mark.django_db
PHONE = "+12125550187"


@pytest.fixture
def path(settings, practice, location, patient, monkeypatch):
    settings.MODE, settings.SMS_BACKEND = Mode.DEMO, "simulated"
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    monkeypatch.setattr(clock, "_kept", (-clock._SECONDS_KEPT, timedelta(0)))
    DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())
    cast.make_contact(patient, value=PHONE)
    return f"/demo/phone/{simulated.phone_of(PHONE).pk}/"


def press(client, path, **said):
    answer = client.post(f"{path}call/", said)
    assert answer["Location"] == path
    return client.get(path).content.decode()


def test_a_phone_calls_and_leaves_a_message(client, path):
    assert "To leave a message, press 2" in press(client, path, act="ring")
    assert "Say something after the tone" in press(client, path, keys="2")
    assert "Somebody will listen" in press(client, path, act="speak")

    assert Message.objects.get().attachments.count() == 1
    assert IncomingCall.objects.get().outcome == "message"


def test_a_phone_hangs_up(client, path):
    press(client, path, act="ring")
    assert "Call the practice" in press(client, path, act="hang_up")

    assert IncomingCall.objects.get().outcome == "missed"


def test_a_pin_is_typed_and_not_kept(client, path):
    press(client, path, act="ring")
    page = press(client, path, keys="1")
    assert 'name="keys"' in page
    assert "phone PIN" in press(client, path, keys="123456")


@pytest.mark.parametrize(
    "said", [{}, {"act": "x"}, {"keys": "#"}, {"act": "answer"}, {"keys": "\0" * 50}]
)
def test_nothing_that_is_pressed_breaks_it(client, path, said):
    press(client, path, **said)
    press(client, path, act="ring")
    press(client, path, **said)

    assert SimulatedCall.objects.count() == 1


def test_the_page_is_told_anew_as_a_call_goes_on(client, path):
    call = simulated_calls.ring(PHONE, now=clock.now())
    before = simulated_calls.stamp_of(call)
    press(client, path, keys="2")
    call.refresh_from_db()

    assert simulated_calls.stamp_of(call) != before
    assert simulated_calls.stamp_of(None) == ""


def test_a_call_that_rang_long_enough_rings_no_more(path, now):
    SimulatedCall.objects.create(
        vendor_id="CA1", way="out", address=PHONE, word="ringing", made_at=now
    )
    later = now + timedelta(minutes=3)

    assert simulated_calls.give_up(now=now, real=now) == 0
    assert simulated_calls.give_up(now=now, real=later) == 1
    assert SimulatedCall.objects.get().word == "no-answer"
