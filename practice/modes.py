"""What each WELLHOUSE_MODE allows: read by the settings, so it imports none."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Sequence

DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
LOOPBACK_NAMES = ("localhost", "testserver")


class Mode(StrEnum):
    DEVELOPMENT = "development"
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


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


def production_faults(
    *,
    debug: bool,
    secret_key: str,
    hosts: Sequence[str],
    data_keys: Sequence[str],
    simulated_phone: bool,
) -> list[str]:
    """Every reason, as a sentence, why production must not start."""
    faults = {
        "DEBUG is on": debug,
        "SECRET_KEY is missing, short or the development one": (
            secret_key == DEVELOPMENT_KEY or len(secret_key) < 50
        ),
        "WELLHOUSE_HOSTS names no host, or every host": not hosts or "*" in hosts,
        "WELLHOUSE_DATA_KEYS is missing": not data_keys,
        "WELLHOUSE_DATA_KEYS holds something that is not a key": not all(
            map(is_data_key, data_keys)
        ),
        "the simulated phone is on": simulated_phone,
    }
    return [sentence for sentence, is_wrong in faults.items() if is_wrong]


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
