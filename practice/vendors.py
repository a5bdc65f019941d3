"""What the environment says of the vendors of texts and mails.

Read by the settings, so it imports none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from practice.modes import Mode, is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

TWILIO, SIMULATED, CONSOLE, NONE = "twilio", "simulated", "console", "none"
BACKENDS = (TWILIO, SIMULATED, CONSOLE, NONE)
VENDORS_OWN, VENDORS_ADDRESS = "twilio.com", "https://api.twilio.com"
MOST_PER_SECOND = 1000.0
_MAILS = "anymail.backends"
_ID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z]{1,62}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")  # E.164, or a short code
_TIME = r"([0-9]{1,2}(?::[0-9]{2})?)"
_HOURS = re.compile(rf"{_TIME}\s*[-\u2013]\s*{_TIME}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account at the vendor of texts, as the environment has it."""

    account: str
    tokens: Sequence[str]
    service: str
    sender: str
    voice_sender: str
    base: str
    desk: str = ""

    def __repr__(self) -> str:
        return "Account()"  # without secrets


def backend_of(text: str) -> str:
    """The way texts leave; empty is none. Raises ImproperlyConfigured."""
    name = text.strip().lower() or NONE
    if name in BACKENDS:
        return name
    raise ImproperlyConfigured(
        f"SMS_BACKEND is “{text}”; it has to be one of: {', '.join(BACKENDS)}."
    )


def rate_of(text: str) -> float:
    """How many texts may leave in a second. Raises ImproperlyConfigured."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if 0 < rate <= MOST_PER_SECOND:
        return rate
    raise ImproperlyConfigured(
        f"SMS_RATE_PER_SECOND is “{text}”; it has to be a number above 0, such as 3 "
        "or 0.5, and at most 1000."
    )


def quiet_hours_of(text: str) -> tuple[time, time] | None:
    """From when to when nothing leaves, for everybody; None where nothing is said.

    Two equal times mean no quiet hours at all, and so does “none”. Raises
    ImproperlyConfigured.
    """
    text = text.strip().lower()
    if text in ("none", "off"):
        return time(), time()
    if not text:
        return None
    if match := _HOURS.fullmatch(text):
        with suppress(ValueError):
            return _clock(match[1]), _clock(match[2])
    raise ImproperlyConfigured(
        f"QUIET_HOURS is “{text}”; it has to be two times such as 20:00-08:00, or "
        "“none”."
    )


def mail_backend_of(name: str) -> str:
    """Django's backend for a vendor of mails, by its name at django-anymail.

    Raises ImproperlyConfigured.
    """
    path = f"{_MAILS}.{name}"
    if re.fullmatch("[a-z][a-z_]*", name) and find_spec(path) is not None:
        return f"{path}.EmailBackend"
    raise ImproperlyConfigured(
        f"MAIL_VENDOR is “{name}”, which django-anymail does not know; it has to be "
        "a name such as postmark or mailgun."
    )


def sends_mail(backend: str) -> bool:
    """Whether mails of a backend leave this machine."""
    is_smtp = backend == "django.core.mail.backends.smtp.EmailBackend"
    inside = (f"{_MAILS}.console.", f"{_MAILS}.test.")
    is_vendors = backend.startswith(f"{_MAILS}.") and not backend.startswith(inside)
    return is_smtp or is_vendors


def is_vendors_own(address: str) -> bool:
    """Whether our token may go there: to the vendor by TLS, or on this machine."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or parts.query or parts.fragment:
        return False
    if parts.scheme in ("http", "https") and is_loopback(host):
        return True
    is_theirs = host == VENDORS_OWN or host.endswith(f".{VENDORS_OWN}")
    return parts.scheme == "https" and is_theirs


def faults(mode: Mode, account: Account, *, backend: str, public: str) -> list[str]:
    """Every reason, as a sentence, why texts would not leave or would go astray."""
    found = _faults_of_mode(mode, backend, public)
    if backend == TWILIO:
        return found + _faults_of_account(mode, account)
    given = {
        "TWILIO_ACCOUNT_SID": account.account,
        "TWILIO_AUTH_TOKEN": account.tokens,
        "TWILIO_MESSAGING_SERVICE_SID": account.service,
    }
    return found + [
        f"{name} is set, but SMS_BACKEND is “{backend}”: no text leaves by that account"
        for name, value in given.items()
        if value
    ]


def _faults_of_mode(mode: Mode, backend: str, public: str) -> list[str]:
    is_real = mode is Mode.PRODUCTION
    scheme = urlsplit(public).scheme
    is_address = scheme in ("http", "https")
    sentences = {
        "SMS_BACKEND is “simulated”: that is for the demo": backend == SIMULATED
        and is_real,
        "SMS_BACKEND is “console”: that is for development": backend == CONSOLE
        and is_real,
        "PUBLIC_BASE_URL does not begin with https://": is_real and scheme != "https",
        "PUBLIC_BASE_URL is no address such as https://desk.example.org": not is_address
        and not is_real,
    }
    return [sentence for sentence, is_wrong in sentences.items() if is_wrong]


def _faults_of_account(mode: Mode, account: Account) -> list[str]:
    is_near = is_loopback(urlsplit(account.base).hostname or "")
    has_sender = account.service or account.sender
    sentences = {
        "TWILIO_ACCOUNT_SID is missing": not account.account,
        "TWILIO_ACCOUNT_SID is no account's id": not _ID.fullmatch(
            account.account or "AC0"
        ),
        "TWILIO_AUTH_TOKEN is missing": not account.tokens,
        "TWILIO_MESSAGING_SERVICE_SID and TWILIO_FROM are missing: texts need one of "
        "them to leave by": not has_sender,
        "TWILIO_MESSAGING_SERVICE_SID is no service's id": not _ID.fullmatch(
            account.service or "MG0"
        ),
        "TWILIO_BASE_URL leads elsewhere than to Twilio or this machine: our token "
        "must not go there": not is_vendors_own(account.base),
        "the demo sends to no real vendor: TWILIO_BASE_URL has to be on this "
        "machine": mode is Mode.DEMO and not is_near,
    }
    numbers = {"TWILIO_FROM": account.sender, "TWILIO_VOICE_FROM": account.voice_sender}
    numbers["TWILIO_DESK_NUMBER"] = account.desk
    return [sentence for sentence, is_wrong in sentences.items() if is_wrong] + [
        f"{name} is no number such as +12125550100"
        for name, number in numbers.items()
        if not _NUMBER.fullmatch(number or "+12125550100")
    ]


def _clock(text: str) -> time:
    """Raises ValueError; 24 is midnight."""
    hour, _colon, minute = text.partition(":")
    return time(0 if hour == "24" else int(hour), int(minute or 0))
