"""The demo's phones in the browser, and nowhere but in the demo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from messaging.channels import simulated
from messaging.models import HookCall, Message, SimulatedPhone, SimulatedText
from practice import clock
from practice.models import DemoMark
from practice.modes import Mode
from tests import cast

pytestmark = pytest.mark.django_db
LIST, PHONE = "/demo/phone/", "+12125550187"


@pytest.fixture
def demo(settings, practice, monkeypatch):
    settings.MODE, settings.SMS_BACKEND = Mode.DEMO, "simulated"
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    monkeypatch.setattr(clock, "_kept", (-clock._SECONDS_KEPT, timedelta(0)))
    return DemoMark.objects.create(pk=1, digest="0" * 64, seeded_at=clock.real_now())


@pytest.fixture
def phone(demo, patient):
    cast.make_contact(patient, value=PHONE)
    return simulated.phone_of(PHONE)


@pytest.fixture
def path(phone):
    return f"{LIST}{phone.pk}/"


def test_a_search_finds_a_phone_of_a_moment_ago_and_is_no_address(
    client, demo, patient
):
    cast.make_contact(patient, value=PHONE)

    page = client.post(LIST, {"q": patient.family_name}).content.decode()

    assert f"{LIST}{SimulatedPhone.objects.get().pk}/" in page
    assert "(212) 555-0187" in page


def test_what_is_searched_for_may_be_anything(client, demo):
    for words in ("", " ", "%", "\0", "'\"<", "9" * 300):
        assert client.post(LIST, {"q": words}).status_code == 200


def test_a_reply_reaches_the_site_by_its_signed_webhook(client, path):
    answer = client.post(f"{path}say/", {"body": "May I bring my dog?"})

    assert answer["Location"] == path
    assert HookCall.objects.get().form["Body"] == "May I bring my dog?"
    assert Message.objects.get().conversation.address == PHONE
    assert "May I bring my dog?" in client.get(path).content.decode()


@pytest.mark.parametrize(("body", "words"), [("", "Write something"), ("x" * 1601, "")])
def test_a_wrong_text_is_said_beside_the_field_and_kept(client, path, body, words):
    answer = client.post(f"{path}say/", {"body": body})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert body in answer.content.decode()
    assert not SimulatedText.objects.exists()


def test_stop_is_answered_by_the_phone_company_and_shown(client, path):
    client.post(f"{path}say/", {"body": "STOP"})

    page = client.get(path).content.decode()

    assert "successfully been unsubscribed" in page
    assert "This phone said STOP" in page


def test_the_carrier_is_switched(client, path, phone):
    client.post(f"{path}carrier/", {"fate": "filtered"})
    client.post(f"{path}carrier/", {"fate": "nonsense"})

    phone.refresh_from_db()
    assert phone.fate == "filtered"


def test_only_what_is_new_is_sent(client, path, phone):
    stamp = client.get(path).context["stamp"]
    asked = {"part": "1", "seen": stamp}
    assert client.get(path, asked).status_code == 204

    simulated.reply(PHONE, "Hello", now=clock.now())

    answer = client.get(path, asked)
    assert answer.status_code == 200
    assert answer.context["stamp"] != stamp


def test_a_phone_takes_the_same_number_of_queries(
    client, path, django_assert_max_num_queries
):
    for line in range(20):
        simulated.reply(PHONE, f"Text {line}", now=clock.now())

    with django_assert_max_num_queries(45):
        client.get(path)


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.DEMO])
def test_no_other_site_has_phones(client, path, settings, mode):
    settings.MODE = mode

    assert client.get(LIST).status_code == 404
    assert client.get(path).status_code == 404
    assert client.post(f"{path}say/", {"body": "C"}).status_code == 404
    assert client.post(f"{path}carrier/", {"fate": "lost"}).status_code == 404


@pytest.mark.parametrize("backend", ["twilio", "console", "none"])
def test_a_demo_that_texts_otherwise_has_none(client, path, settings, backend):
    settings.SMS_BACKEND = backend

    assert client.get(LIST).status_code == 404


def test_a_database_of_real_people_has_none(client, path, demo):
    DemoMark.objects.all().delete()

    assert client.get(path).status_code == 404
