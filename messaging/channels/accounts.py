"""Whose webhooks are believed: the account of the settings, or the demo's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Keys:
    """An account and the tokens that sign for it; without them nobody is believed."""

    account: str
    tokens: Sequence[str]

    def __repr__(self) -> str:
        return "Keys()"


def keys() -> Keys:
    """The real account's; of the simulated phone, its own in each installation."""
    if settings.SMS_BACKEND == "twilio":
        return Keys(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKENS)
    if settings.SMS_BACKEND == "simulated":
        return Keys(f"AC{_of_this_site('account')}", [_of_this_site("token")])
    return Keys("", [])


def _of_this_site(what: str) -> str:
    return salted_hmac("messaging.simulated", what).hexdigest()[:32]
