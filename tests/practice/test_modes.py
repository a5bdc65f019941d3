"""What each mode allows."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from practice.modes import (
    DEVELOPMENT_KEY,
    Mode,
    is_data_key,
    is_loopback,
    production_faults,
    require_safe,
)

SAFE: dict[str, Any] = {
    "debug": False,
    "secret_key": "k" * 50,
    "hosts": ["desk.example.test"],
    "data_keys": [Fernet.generate_key().decode()],
    "simulated_phone": False,
}


def test_a_safe_production_has_no_faults():
    assert production_faults(**SAFE) == []


@pytest.mark.parametrize(
    "change",
    [
        {"debug": True},
        {"secret_key": DEVELOPMENT_KEY},
        {"secret_key": "k" * 49},
        {"secret_key": ""},
        {"hosts": []},
        {"hosts": ["desk.example.test", "*"]},
        {"data_keys": []},
        {"data_keys": [*SAFE["data_keys"], "not a key"]},
        {"simulated_phone": True},
    ],
)
def test_each_unsafe_setting_is_one_fault(change):
    assert len(production_faults(**SAFE | change)) == 1


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
