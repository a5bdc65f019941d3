"""What each mode allows."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from runpy import run_path
from secrets import token_hex, token_urlsafe
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import get_random_string

from practice.modes import (
    DEVELOPMENT_KEY,
    Mode,
    evening_of,
    is_data_key,
    is_loopback,
    mode_of,
    production_faults,
    proxies_of,
    require_safe,
)
from tests.sources import ROOT

SAFE: dict[str, Any] = {
    "debug": False,
    "secret_key": token_urlsafe(60),
    "hosts": ["desk.example.test", "localhost"],
    "data_keys": [Fernet.generate_key().decode()],
    "trail_keys": [token_urlsafe(60)],
    "simulated_phone": False,
    "site_url": "https://desk.example.test",
    "sends_mail": True,
    "database_folder": None,
}


def test_a_safe_production_has_no_faults():
    assert production_faults(**SAFE) == []


@pytest.mark.parametrize(
    "change",
    [
        {"debug": True},
        {"secret_key": DEVELOPMENT_KEY},
        {"secret_key": token_urlsafe(60)[:49]},
        {"secret_key": ""},
        {"secret_key": "a" * 60},
        {"secret_key": "0123456789abcdef" * 4},
        {"hosts": []},
        {"hosts": ["desk.example.test", "*"]},
        {"hosts": ["localhost", "desk.example.test"]},
        {"site_url": "http://desk.example.test"},
        {"sends_mail": False},
        {"database_folder": Path("no", "such", "folder")},
        {"data_keys": []},
        {"data_keys": [*SAFE["data_keys"], "not a key"]},
        {"trail_keys": []},
        {"trail_keys": [*SAFE["trail_keys"], "short"]},
        {"simulated_phone": True},
    ],
)
def test_each_unsafe_setting_is_one_fault(change):
    assert len(production_faults(**SAFE | change)) == 1


@pytest.mark.parametrize(
    "draw",
    [lambda: token_urlsafe(60), lambda: token_hex(32), lambda: get_random_string(50)],
)
def test_a_key_that_a_machine_drew_is_random(draw):
    assert production_faults(**SAFE | {"secret_key": draw()}) == []


@pytest.mark.parametrize(
    "host", ["desk.example.org", "xn--nxasmq6b.example", "10.0.0.7", "[2001:db8::7]"]
)
def test_a_full_name_and_an_address_are_hosts(host):
    assert production_faults(**SAFE | {"hosts": [host]}) == []


HALF_NAMES = ["*", " *", ".", ".com", ".example.org", "desk", "a..b", "-a.example.org"]
HALF_NAMES += ["desk.example.org:443", "https://desk.example.org", "1.2.3", "ü.org"]


@pytest.mark.parametrize("host", HALF_NAMES)
def test_no_wildcard_and_no_half_name_is_a_host(host):
    [sentence] = production_faults(**SAFE | {"hosts": ["desk.example.org", host]})

    assert f"“{host}”" in sentence


@pytest.mark.parametrize("text", ["staging", "Production", "", " demo"])
def test_a_mode_that_does_not_exist_is_told_with_those_that_do(text):
    with pytest.raises(ImproperlyConfigured, match="development, demo, test, product"):
        mode_of(text)


@pytest.mark.parametrize("text", ["-1", "one", "", "10", "1.0", "٣"])
def test_a_number_of_proxies_that_is_none_is_told(text):
    with pytest.raises(ImproperlyConfigured, match="a number from 0 to 9"):
        proxies_of(text)


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("1", 1), (" 2 ", 2)])
def test_a_number_of_proxies(text, count):
    assert proxies_of(text) == count


@pytest.mark.parametrize("text", ["seven", "25:00", "", "19:00+01:00"])
def test_an_evening_that_is_none_is_told(text):
    with pytest.raises(ImproperlyConfigured, match="a time such as 19:00"):
        evening_of(text)


def test_an_evening():
    assert evening_of(" 18:30 ") == time(18, 30)


def test_every_fault_is_told_at_once():
    faults = ["DEBUG is on", "the simulated phone is on"]

    with pytest.raises(ImproperlyConfigured, match="DEBUG is on; the simulated phone"):
        require_safe(Mode.PRODUCTION, faults, ["desk.example.test"])


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.PRODUCTION])
def test_only_production_answers_to_hosts_of_the_network(mode):
    require_safe(mode, [], ["localhost", "127.0.0.1", "[::1]"])

    with pytest.raises(ImproperlyConfigured, match=r"desk\.example\.test"):
        require_safe(mode, [], ["localhost", "desk.example.test"])


def test_faults_of_production_do_not_stop_the_other_modes():
    require_safe(Mode.DEVELOPMENT, ["DEBUG is on"], ["localhost"])


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "demo.localhost",
        "127.0.0.1",
        "127.8.8.8",
        "[::1]",
        "::1",
    ],
)
def test_names_of_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "*", ".example.test", "192.168.1.2", "8.8.8.8", "localhost.evil.test"]
)
def test_names_of_other_machines(host):
    assert not is_loopback(host)


@pytest.mark.parametrize("key", ["", "not a key", "a" * 44 + "!", "YWJj", "ключ"])
def test_what_is_no_key(key):
    assert not is_data_key(key)


def names_of_site():
    """The names of the site's own addresses, as they are now."""
    namespace = run_path(str(ROOT / "practice/urls.py"))
    return {getattr(pattern, "name", None) for pattern in namespace["urlpatterns"]}


@pytest.mark.parametrize("debug", [True, False])
def test_the_style_page_is_there_while_debugging_only(settings, debug):
    settings.DEBUG = debug

    assert ("style" in names_of_site()) is debug
