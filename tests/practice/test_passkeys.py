"""Answers that no passkey gives: any script can send them, to every door."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice.forms.passkeys import PasskeyAnswer
from tests.cast import sign_in
from tests.practice.doors import knock
from tests.practice.hostile import taken_back

pytestmark = pytest.mark.django_db
PASSKEY_DOORS = ["mfa_login_webauthn", "mfa_authenticate"]
PASSKEY_DOORS += ["mfa_reauthenticate_webauthn", "mfa_add_webauthn"]


def coded(said):
    """In the letters that passkeys use for bytes."""
    said = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def answer(*, challenge="AAAA", authData=b"", **said):  # noqa: N803 - its own name
    """What a passkey could say, but for what is said otherwise."""
    client = {"type": "webauthn.get", "challenge": challenge, "origin": "x"}
    attested = {"fmt": "none", "attStmt": {}, "authData": authData}
    response = {
        "clientDataJSON": coded(client),
        "authenticatorData": coded(bytes(37)),
        "signature": "AAAA",
        "attestationObject": coded(cbor.encode(attested)),
    }
    return {
        "id": "YQ",
        "rawId": "YQ",
        "type": "public-key",
        "response": response | said,
    }


# So many bytes has no machine; a library that makes them says so at once.
HUGE = 10**17
EMPTY: list[Any] = [[], {}, None, 1]
BROKEN = ["[" * 3000, '{"a":' * 3000, "9" * 5000, "null", "1e999", "[]", "{}", '"x"']
BROKEN += ['{"id": 1}', '{"id": "\\u0000", "rawId": "\\u0000", "response": {}}']
BROKEN += [json.dumps(answer() | {"response": said}) for said in EMPTY]
BROKEN += [json.dumps(answer() | {"id": HUGE, "rawId": HUGE})]
BROKEN += [json.dumps(answer(userHandle=HUGE)), json.dumps(answer(signature=HUGE))]
BROKEN += [json.dumps(answer(challenge=HUGE)), json.dumps(answer(authData=HUGE))]
BROKEN += [json.dumps(answer(userHandle="\ud800")), json.dumps(answer(userHandle="MQ"))]
BROKEN += [json.dumps(answer(authenticatorData=coded(bytes(32) + b"\xc0" + bytes(9))))]
LONG = bytes(32) + b"\x81" + bytes(4) + b"\x9a\x00\x10\x00\x00" + bytes(1_000_000)
WORDS = st.sampled_from(["", "YQ", "AAAA", "oA", "pA", "e30", "!", "\x00", "é"])
ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.sampled_from([0, 9, -1, HUGE]) | WORDS
)
ODD |= st.lists(WORDS) | st.binary(max_size=80).map(coded)
NAMES = ["clientDataJSON", "authenticatorData", "signature", "userHandle"]
NAMES += ["attestationObject", "transports", "challenge"]
INNER = st.dictionaries(st.sampled_from(NAMES), ODD, max_size=2)
PARTS = ["id", "rawId", "type", "clientExtensionResults", "authenticatorAttachment"]
OUTER = st.dictionaries(st.sampled_from([*PARTS, "response"]), ODD, max_size=1)


def knocked(client, name, credential):
    """What a door answers to a credential, the ceremony once begun."""
    client.get(reverse(name))
    with taken_back(client):
        return client.post(reverse(name), {"credential": credential, "name": "Key"})


@pytest.fixture(params=["nobody", "half", "wholly"])
def visitor(request, front_desk, settings):
    """A browser of nobody, of somebody after the password, or wholly signed in."""
    settings.ACCOUNT_RATE_LIMITS = False
    if request.param == "wholly":
        return sign_in(front_desk)
    client = Client()
    if request.param == "half":
        front_desk.authenticator_set.create(type="totp", data={"secret": "x"})
        knock(client, front_desk)
    client.get(
        reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    return client


@pytest.mark.parametrize("name", PASSKEY_DOORS)
def test_no_door_breaks_on_an_answer_that_no_passkey_gives(visitor, name):
    visitor.raise_request_exception = False

    said = {one[:60]: knocked(visitor, name, one).status_code for one in BROKEN}

    assert set(said.values()) <= {200, 302}, said


@pytest.mark.parametrize("name", PASSKEY_DOORS)
def test_whatever_a_script_makes_up_is_wrong_and_no_more(visitor, name):
    @settings(suppress_health_check=list(HealthCheck), max_examples=25)
    @given(INNER, OUTER)
    def try_it(inner, outer):
        credential = json.dumps(answer(**inner) | outer)
        assert knocked(visitor, name, credential).status_code in (200, 302)

    try_it()


def test_a_broken_answer_says_that_it_was_wrong():
    client = Client()

    client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": 1}'})

    page = client.get(reverse("account_login")).content.decode()
    assert "That is not what a passkey says." in page


def test_what_is_longer_than_any_answer_is_not_read(monkeypatch):
    long = json.dumps(answer(authenticatorData=coded(LONG)))
    read = []
    monkeypatch.setattr("json.loads", lambda text, **_how: read.append(text))

    with pytest.raises(ValidationError):
        PasskeyAnswer().clean(long)

    assert read == []


def test_what_a_passkey_could_say_is_read():
    said = answer(userHandle="MQ", authData=bytes(37))

    assert PasskeyAnswer().clean(json.dumps(said)) == said
