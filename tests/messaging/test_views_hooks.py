"""The webhooks' doors: only what the vendor signed for our account comes in."""

from __future__ import annotations

from urllib.parse import urlencode

import hypothesis
import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from messaging import hook_store
from messaging.models import HookCall
from practice.patience import Busy
from tests.messaging.hooking import (
    ACCOUNT,
    FORM_TYPE,
    INBOUND,
    PUBLIC,
    STATUS,
    TOKEN,
    VOICE,
    call,
    report,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account", "location")]
DOORS = [INBOUND, STATUS, VOICE]
# Characters that a form can carry; a lone surrogate is none.
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize("path", DOORS)
def test_what_nobody_signed_is_refused_and_leaves_nothing(path, taken):
    body = urlencode(text("STOP"))
    for headers in ({}, {"X-Twilio-Signature": "x"}, {"X-Twilio-Signature": "ñ"}):
        answer = Client().post(path, body, content_type=FORM_TYPE, headers=headers)
        assert answer.status_code == 403

    assert not HookCall.objects.exists()


@pytest.mark.parametrize("path", DOORS)
def test_what_is_signed_for_another_account_is_refused(path, taken):
    assert call(path, text(AccountSid=f"AC{'1' * 32}")).status_code == 403


@pytest.mark.parametrize("path", DOORS)
def test_a_signature_of_another_address_is_refused(path, taken):
    signed = call(path, text())  # what is signed for the path alone
    head = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    body = urlencode(text())
    other = Client().post(
        f"{path}?m=7", body, content_type=FORM_TYPE, headers={"X-Twilio-Signature": ""}
    )

    assert signed.status_code < 300
    assert other.status_code == 403
    assert call(path, text(number=2), **head).status_code < 300


@pytest.mark.parametrize("token", [TOKEN, "the-next-token"])
def test_while_tokens_rotate_either_signs(settings, taken, token):
    settings.TWILIO_AUTH_TOKENS = ["the-next-token", TOKEN]

    assert call(INBOUND, text(), token=token).status_code == 200


@pytest.mark.parametrize("backend", ["none", "console", "simulated"])
def test_where_no_vendor_is_set_up_nobody_is_believed(settings, taken, backend):
    settings.SMS_BACKEND = backend

    assert call(INBOUND, text()).status_code == 403
    assert call(INBOUND, text(), token="").status_code == 403


@pytest.mark.parametrize("path", DOORS)
def test_only_a_post_is_answered_and_nothing_is_sent_elsewhere(path):
    client = Client()

    assert [client.get(path).status_code, client.put(path).status_code] == [405, 405]
    assert client.post(f"{path}/").status_code == 404


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", ""])
def test_nothing_but_a_form_is_read(kind, taken):
    answer = Client().post(INBOUND, b"{}", content_type=kind)

    assert answer.status_code in (400, 403)


def test_a_form_that_is_too_large_is_not_read(taken):
    assert call(INBOUND, text("x" * 70_000)).status_code == 413
    assert not HookCall.objects.exists()


@pytest.mark.parametrize(
    "body", ["a\x00b", "\x00", "x" * 10_000, "é" * 5_000, "👩‍👧‍👦" * 50, "", " \n"]
)
def test_whatever_somebody_texts_is_taken_in(taken, body):
    assert call(INBOUND, text(body)).status_code == 200

    assert taken.messages[0].body == body.replace("\x00", "")


@pytest.mark.parametrize("name", sorted(set(text()) - {"AccountSid"}))
@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_a_form_that_lacks_a_field_is_kept(taken, path, name):
    form = text()
    del form[name]

    assert call(path, form).status_code < 300
    assert HookCall.objects.count() == 1


@hypothesis.settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(WORDS, WORDS, max_size=6))
def test_no_form_is_too_strange(more):
    form = {name: words for name, words in more.items() if name != "AccountSid"}
    for path in (INBOUND, STATUS):
        answer = call(path, form | {"AccountSid": ACCOUNT})
        assert answer.status_code < 300


def test_two_values_of_one_field_are_signed_both(taken):
    body = urlencode([*text().items(), ("Body", "other")])
    answer = Client().post(INBOUND, body, content_type=FORM_TYPE)

    assert answer.status_code == 403


def test_the_signature_is_over_the_public_address_whatever_the_host_says(taken):
    answer = call(INBOUND, text(), Host="localhost")

    assert answer.status_code == 200
    assert PUBLIC.startswith("https")


def test_where_others_hold_the_database_the_vendor_is_told_to_come_again(
    taken, monkeypatch
):
    def busy(*said, **more):
        raise Busy("Later.")

    monkeypatch.setattr(hook_store, "store", busy)

    assert call(INBOUND, text()).status_code == 503
    assert call(STATUS, report()).status_code == 503


def test_a_fault_after_the_answer_is_nobodys_trouble(taken, monkeypatch):
    monkeypatch.setattr("messaging.hooks.work", lambda **said: 1 / 0)

    assert call(INBOUND, text()).status_code == 200
    assert HookCall.objects.filter(worked_at=None).count() == 1


def test_storing_and_answering_takes_few_queries(taken, django_assert_max_num_queries):
    call(INBOUND, text())
    with django_assert_max_num_queries(20):
        call(INBOUND, text(number=2))
