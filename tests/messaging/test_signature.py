"""Signatures of webhooks, against vectors that were computed apart from the code."""

from __future__ import annotations

import base64
import hashlib

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from messaging.signature import address, is_genuine, sign

TOKEN, OTHER_TOKEN = "a-token-of-tests", "the-next-token"
ACCOUNT = "AC" + "0" * 32
URL = "https://wellhouse.example/hooks/twilio/inbound"
FORM = f"AccountSid={ACCOUNT}&From=%2B12125550123&Body=C&MediaUrl0="
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def fields(text=FORM):
    return QueryDict(text)


def by_hand(url, form, token):
    """RFC 2104 written out, over what the vendor's page says to join."""
    pairs = {name: sorted(set(form.getlist(name))) for name in form}
    said = url + "".join(name + one for name in sorted(pairs) for one in pairs[name])
    key = token.encode().ljust(64, b"\0")
    inner = sha1(bytes(b ^ 0x36 for b in key) + said.encode())
    outer = sha1(bytes(b ^ 0x5C for b in key) + inner)
    return base64.b64encode(outer).decode()


def sha1(content):
    return hashlib.new("sha1", content, usedforsecurity=False).digest()


def check(signature, *, form=None, url=URL, account=ACCOUNT, tokens=(TOKEN,)):
    form = fields() if form is None else form
    return is_genuine(
        signature=signature, address=url, fields=form, account=account, tokens=tokens
    )


GENUINE = by_hand(URL, QueryDict(FORM), TOKEN)


def test_a_vector_that_the_vendor_publishes_comes_out():
    form = fields(
        "CallSid=CA1234567890ABCDE&From=%2B12349013030&To=%2B18005551212"
        "&Caller=%2B12349013030&Digits=1234"
    )
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert sign(address=url, fields=form, token="12345") == (
        "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
    )


def test_a_genuine_request_is_believed():
    assert check(GENUINE)


@pytest.mark.parametrize(
    "signature",
    [None, "", "wrong", GENUINE[:-1], GENUINE + "=", "ñ" * 28, " " + GENUINE],
)
def test_another_signature_is_not(signature):
    assert not check(signature)


@pytest.mark.parametrize(
    "form",
    [
        FORM.replace("Body=C", "Body=X"),
        FORM.replace("Body=C", "Body=C+"),
        FORM + "&Added=1",
        FORM + "&Added=",
        FORM + "&Body=D",
        FORM.replace("&Body=C", ""),
    ],
)
def test_changed_fields_are_not_believed(form):
    assert not check(GENUINE, form=fields(form))


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("https", "http"),
        URL + "?m=1",
        URL + "/",
        URL.replace("example", "test"),
        URL.replace(".example", ".example:8443"),
    ],
)
def test_another_address_is_not_believed(url):
    assert not check(GENUINE, url=url)


def test_blank_fields_and_white_space_count():
    form = fields(f"AccountSid={ACCOUNT}&Body=+C%0A&Blank=&Added+lately=1")

    assert check(by_hand(URL, form, TOKEN), form=form)


def test_while_tokens_rotate_either_is_believed():
    newer = by_hand(URL, fields(), OTHER_TOKEN)

    assert check(GENUINE, tokens=[OTHER_TOKEN, TOKEN])
    assert check(newer, tokens=[TOKEN, OTHER_TOKEN])
    assert not check(newer)


def test_without_a_token_nothing_is_believed():
    by_nobody = by_hand(URL, fields(), "")

    assert not check(by_nobody, tokens=[""])
    assert not check(by_nobody, tokens=[])


@pytest.mark.parametrize("account", ["AC" + "1" * 32, ""])
def test_an_account_that_is_not_ours_is_not_believed(account):
    assert not check(GENUINE, account=account)


def test_two_accounts_in_one_form_are_not_believed():
    form = fields(f"{FORM}&AccountSid=AC{'1' * 32}")

    assert not check(by_hand(URL, form, TOKEN), form=form)


def test_a_form_without_an_account_is_not_believed():
    form = fields("Body=C")

    assert not check(by_hand(URL, form, TOKEN), form=form, account="")


@pytest.mark.parametrize(
    ("called", "signed"),
    [
        (URL, URL.replace(".example", ".example:443")),
        (URL.replace(".example", ".example:443"), URL),
        ("http://[::1]/x", "http://[::1]:80/x"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    ],
)
def test_the_port_that_a_scheme_implies_may_be_left_out(called, signed):
    assert check(by_hand(signed, fields(), TOKEN), url=called)


@pytest.mark.parametrize(
    "base", ["https://wellhouse.example", "https://wellhouse.example/"]
)
def test_the_address_is_that_of_the_settings_and_the_path_of_the_request(base):
    assert address(base, "/hooks/status?m=7") == (
        "https://wellhouse.example/hooks/status?m=7"
    )


@given(st.dictionaries(TEXT, st.lists(TEXT, min_size=1, max_size=3), max_size=5))
def test_any_form_is_signed_as_by_hand(pairs):
    form = QueryDict(mutable=True)
    for name, values in pairs.items():
        form.setlist(name, values)

    assert sign(address=URL, fields=form, token=TOKEN) == by_hand(URL, form, TOKEN)
