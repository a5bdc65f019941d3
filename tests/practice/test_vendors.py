"""What the environment may say of the vendors of texts and mails."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from practice.modes import Mode
from practice.vendors import (
    Account,
    backend_of,
    faults,
    is_vendors_own,
    mail_backend_of,
    quiet_hours_of,
    rate_of,
    sends_mail,
)
from tests.sources import ROOT

SET_UP: dict[str, Any] = {
    "account": "AC" + "0" * 32,
    "tokens": ["a-token"],
    "service": "",
    "sender": "+12125550100",
    "voice_sender": "",
    "base": "https://api.twilio.com",
}
EMPTY: dict[str, Any] = {**SET_UP, "account": "", "tokens": [], "sender": ""}
PUBLIC = "https://desk.example.test"


def found(backend="twilio", mode=Mode.PRODUCTION, public=PUBLIC, **change):
    usual = SET_UP if backend == "twilio" else EMPTY
    return faults(mode, Account(**usual | change), backend=backend, public=public)


def test_an_account_that_is_set_up_has_no_faults():
    assert found() == []
    assert found(service="MG" + "0" * 32, sender="") == []
    assert found(sender="24365", voice_sender="+12125550101") == []
    assert found("none") == []


@pytest.mark.parametrize(
    "change",
    [
        {"account": ""},
        {"account": "AC/../x"},
        {"tokens": []},
        {"sender": ""},
        {"sender": "Linden Street"},
        {"service": "my service"},
        {"voice_sender": "212-555-0100"},
        {"base": "https://evil.example"},
        {"base": "http://api.twilio.com"},
        {"public": "http://desk.example.test"},
        {"public": ""},
        {"backend": "simulated"},
        {"backend": "console"},
        {"backend": "none", "account": "AC" + "0" * 32},
        {"backend": "none", "tokens": ["a-token"]},
        {"mode": Mode.DEVELOPMENT, "public": "desk.example.test"},
        {"mode": Mode.DEMO},
    ],
)
def test_each_lack_is_one_sentence(change):
    [sentence] = found(**change)

    assert "a-token" not in sentence


def test_the_demo_may_text_to_this_machine():
    near = {"base": "http://127.0.0.1:8900", "public": "http://localhost:8000"}

    assert found(mode=Mode.DEMO, **near) == []
    assert found("simulated", mode=Mode.DEMO, public="http://localhost:8000") == []


@pytest.mark.parametrize(
    ("address", "is_theirs"),
    [
        ("https://api.twilio.com", True),
        ("https://api.dublin.ie1.twilio.com/", True),
        ("http://127.0.0.1:8900", True),
        ("http://localhost:8900/base", True),
        ("http://[::1]:8900", True),
        ("http://api.twilio.com", False),
        ("https://twilio.com.evil.example", False),
        ("https://eviltwilio.com", False),
        ("https://api.twilio.com@evil.example", False),
        ("https://a:b@api.twilio.com", False),
        ("https://api.twilio.com?x=1", False),
        ("ftp://127.0.0.1", False),
        ("https://[", False),
        ("https://api.twilio.com:x", False),
        ("", False),
    ],
)
def test_our_token_goes_to_the_vendor_or_stays_here(address, is_theirs):
    assert is_vendors_own(address) is is_theirs


@given(st.text())
def test_no_address_is_too_strange(address):
    assert is_vendors_own(f"https://{address}.example") in (False, True)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", None),
        ("  ", None),
        ("20:00-08:00", (time(20), time(8))),
        ("21 - 9", (time(21), time(9))),
        ("20:30\u20137:15", (time(20, 30), time(7, 15))),
        ("24-8", (time(), time(8))),
        ("none", (time(), time())),
        ("OFF", (time(), time())),
    ],
)
def test_quiet_hours_are_two_times(text, hours):
    assert quiet_hours_of(text) == hours


@pytest.mark.parametrize("text", ["20:00", "25-8", "20:60-8", "8pm-8am", "20-8-9", "-"])
def test_other_quiet_hours_are_refused_with_a_sentence(text):
    with pytest.raises(ImproperlyConfigured, match=r"two times such as 20:00-08:00"):
        quiet_hours_of(text)


@pytest.mark.parametrize(("text", "rate"), [("3", 3.0), ("0.5", 0.5), ("1000", 1000.0)])
def test_a_rate_is_a_number_above_nothing(text, rate):
    assert rate_of(text) == rate


@pytest.mark.parametrize("text", ["0", "-1", "1001", "nan", "inf", "many", ""])
def test_another_rate_is_refused(text):
    with pytest.raises(ImproperlyConfigured, match="SMS_RATE_PER_SECOND"):
        rate_of(text)


def test_backends_are_known_by_their_names():
    assert [backend_of(" Twilio "), backend_of("")] == ["twilio", "none"]

    with pytest.raises(ImproperlyConfigured, match="twilio, simulated, console, none"):
        backend_of("messagebird")


def test_vendors_of_mails_are_those_that_anymail_knows():
    assert mail_backend_of("postmark") == "anymail.backends.postmark.EmailBackend"

    for name in ("postman", "../x", "", "base requests"):
        with pytest.raises(ImproperlyConfigured, match="MAIL_VENDOR"):
            mail_backend_of(name)


@pytest.mark.parametrize(
    ("backend", "is_out"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", True),
        ("anymail.backends.postmark.EmailBackend", True),
        ("anymail.backends.test.EmailBackend", False),
        ("anymail.backends.console.EmailBackend", False),
        ("django.core.mail.backends.filebased.EmailBackend", False),
    ],
)
def test_which_backends_send(backend, is_out):
    assert sends_mail(backend) is is_out


def settings_with(*names, **environment):
    """The settings of a new process, one line each; or what it said instead."""
    shown = "; ".join(f"print(s.{name})" for name in names)
    code = f"from django.conf import settings as s; {shown or 's.MODE'}"
    usual = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "practice.settings"}
    usual |= {"WELLHOUSE_MODE": "test", "COVERAGE_PROCESS_START": ""}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=usual | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return run.stdout.splitlines() or run.stderr.splitlines()[-1:]


def test_the_environment_sets_up_the_account(tmp_path):
    secret = tmp_path / "token"
    secret.write_text("new , old\n")
    lines = settings_with(
        *("SMS_BACKEND", "TWILIO_AUTH_TOKENS", "TWILIO_BASE_URL", "QUIET_HOURS"),
        *("PUBLIC_BASE_URL", "ANYMAIL", "EMAIL_BACKEND", "VENDOR_FAULTS"),
        WELLHOUSE_VAR=str(tmp_path),
        SMS_BACKEND="twilio",
        TWILIO_ACCOUNT_SID=SET_UP["account"],
        TWILIO_AUTH_TOKEN_FILE=str(secret),
        TWILIO_FROM=SET_UP["sender"],
        TWILIO_BASE_URL="http://127.0.0.1:8900",
        QUIET_HOURS="none",
        PUBLIC_BASE_URL="http://127.0.0.1:8000/",
        MAIL_VENDOR="postmark",
        ANYMAIL_POSTMARK_SERVER_TOKEN_FILE=str(secret),
    )

    assert lines == [
        "twilio",
        "['new', 'old']",
        "http://127.0.0.1:8900",
        "(datetime.time(0, 0), datetime.time(0, 0))",
        "http://127.0.0.1:8000",
        "{'POSTMARK_SERVER_TOKEN': 'new , old', 'REQUESTS_TIMEOUT': 10}",
        "anymail.backends.postmark.EmailBackend",
        "[]",
    ]


def test_production_does_not_start_with_a_simulated_phone(tmp_path):
    environment = {"WELLHOUSE_MODE": "production", "WELLHOUSE_VAR": str(tmp_path)}
    [line] = settings_with(SMS_BACKEND="simulated", **environment)

    assert "Production will not start: SMS_BACKEND is “simulated”" in line
