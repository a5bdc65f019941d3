"""What each WELLHOUSE_MODE allows: read by the settings, so it imports none."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
LOOPBACK_NAMES = ("localhost", "testserver")
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 12  # a random key has many different ones
MOST_PROXIES = 9
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FULL_NAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)+(?!\d+$){_LABEL}", re.I)


class Mode(StrEnum):
    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


def mode_of(text: str) -> Mode:
    """The mode of that name. Raises ImproperlyConfigured."""
    if text in list(Mode):
        return Mode(text)
    raise ImproperlyConfigured(
        f"WELLHOUSE_MODE is “{text}”; it has to be one of: {', '.join(Mode)}."
    )


def proxies_of(text: str) -> int:
    """How many proxies may be believed. Raises ImproperlyConfigured."""
    if re.fullmatch("[0-9]", text.strip()):
        return int(text)
    raise ImproperlyConfigured(
        f"WELLHOUSE_PROXIES is “{text}”; it has to be a number from 0 to "
        f"{MOST_PROXIES}: how many proxies stand in front of the site."
    )


def evening_of(text: str) -> time:
    """When the evening's sheets are due, by each location's own clock.

    Raises ImproperlyConfigured.
    """
    try:
        at = time.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or at.tzinfo:
        raise ImproperlyConfigured(
            f"WELLHOUSE_SHEETS_AT is “{text}”; it has to be a time such as 19:00."
        )
    return at


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached from this machine."""
    name = host.strip("[]").lower()
    if name in LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_data_key(key: str) -> bool:
    """Whether a text is a Fernet key: 32 bytes in URL-safe base 64."""
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except (binascii.Error, ValueError):
        return False


def is_host(name: str) -> bool:
    """Whether a text is one full host name or one address; wildcards are neither."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return bool(_FULL_NAME.fullmatch(name)) or is_loopback(name)
    return True


def is_random(key: str) -> bool:
    """Whether a text may be a key that a machine drew: long, mixed, not a pattern."""
    repeats = key in (key + key)[1:-1]
    is_mixed = len(set(key)) >= FEWEST_CHARACTERS
    return len(key) >= SHORTEST_KEY and is_mixed and not repeats


def production_faults(
    *,
    debug: bool,
    secret_key: str,
    hosts: Sequence[str],
    data_keys: Sequence[str],
    trail_keys: Sequence[str],
    simulated_phone: bool,
    site_url: str,
    sends_mail: bool,
    database_folder: Path | None,
) -> list[str]:
    """Every reason, as a sentence, why production must not start."""
    is_secret = secret_key != DEVELOPMENT_KEY and is_random(secret_key)
    folder_is_there = database_folder is None or database_folder.is_dir()
    faults = {
        "DEBUG is on": debug,
        "SECRET_KEY is missing, short, no secret or not random": not is_secret,
        "WELLHOUSE_URL does not begin with https://": not site_url.startswith("https:"),
        "WELLHOUSE_DATA_KEYS is missing": not data_keys,
        "WELLHOUSE_DATA_KEYS holds something that is not a key": not all(
            map(is_data_key, data_keys)
        ),
        "WELLHOUSE_TRAIL_KEYS is missing": not trail_keys,
        "WELLHOUSE_TRAIL_KEYS holds a key that is short or not random": not all(
            map(is_random, trail_keys)
        ),
        "EMAIL_URL has to begin with smtp, or MAIL_VENDOR to be set": not sends_mail,
        "the simulated phone is on": simulated_phone,
        f"the database's directory {database_folder} does not exist: create it, or "
        "set WELLHOUSE_VAR or DATABASE_URL": not folder_is_there,
    }
    found = [sentence for sentence, is_wrong in faults.items() if is_wrong]
    return found + _faults_of_hosts(hosts)


def _faults_of_hosts(hosts: Sequence[str]) -> list[str]:
    if not hosts:
        return ["WELLHOUSE_HOSTS names no host"]
    faults = [
        f"WELLHOUSE_HOSTS holds “{host}”, which is no full name such as "
        "desk.example.org, and no address"
        for host in hosts
        if not is_host(host)
    ]
    if is_loopback(hosts[0]):
        faults.append("WELLHOUSE_HOSTS begins with a name that only this machine knows")
    return faults


def require_safe(mode: Mode, faults: Sequence[str], hosts: Sequence[str]) -> None:
    """Refuse to start an unsafe production, or anything else off the loopback.

    Raises ImproperlyConfigured with every fault at once.
    """
    if mode is Mode.PRODUCTION and faults:
        raise ImproperlyConfigured(f"Production will not start: {'; '.join(faults)}.")
    strangers = [host for host in hosts if not is_loopback(host)]
    if mode is not Mode.PRODUCTION and strangers:
        raise ImproperlyConfigured(
            f"WELLHOUSE_MODE={mode} serves this machine only; "
            f"WELLHOUSE_HOSTS names {', '.join(strangers)}."
        )
