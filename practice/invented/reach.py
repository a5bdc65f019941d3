"""How an invented person can be reached, and what is safe there."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from practice.models import ContactKind

if TYPE_CHECKING:
    from random import Random

Details = dict[str, Any]  # as practice.contacts.add takes them
SAFE_HOURS = (
    (time(9), time(15)),
    (time(10), time(14)),
    (time(8, 30), time(11, 30)),
    (time(17), time(20)),
)


def mobile(rng: Random, number: str, **details: Any) -> Details:
    """A mobile with the answers most people give, and some that are careful."""
    may_call = rng.random() < 0.88
    usual: Details = {
        "kind": ContactKind.PHONE,
        "value": number,
        "label": "mobile",
        "may_text": rng.random() < 0.9,
        "may_call": may_call,
        "may_leave_voicemail": may_call and rng.random() < 0.66,
        "may_name_practice": rng.random() < 0.46,
    }
    if rng.random() < 0.05:
        usual["safe_from"], usual["safe_until"] = rng.choice(SAFE_HOURS)
        usual["may_name_practice"] = False
    return usual | details


def landline(rng: Random, number: str, **details: Any) -> Details:
    """A telephone that others answer too."""
    usual: Details = {
        "kind": ContactKind.PHONE,
        "value": number,
        "label": "home",
        "may_call": True,
        "may_leave_voicemail": rng.random() < 0.35,
    }
    return usual | details


def email(rng: Random, address: str, **details: Any) -> Details:
    usual: Details = {
        "kind": ContactKind.EMAIL,
        "value": address,
        "label": "personal",
        "is_first": True,
        "may_write": rng.random() < 0.86,
        "may_name_practice": rng.random() < 0.4,
    }
    return usual | details


def post(rng: Random, lines: str, **details: Any) -> Details:
    usual: Details = {
        "kind": ContactKind.POST,
        "value": lines,
        "label": "home",
        "is_first": True,
        "may_write": rng.random() < 0.9,
        "may_name_practice": rng.random() < 0.5,
    }
    return usual | details


def guarded(number: str) -> list[Details]:
    """Somebody at home reads along: one number, some hours, and never a text."""
    starts, ends = SAFE_HOURS[1]
    return [
        {
            "kind": ContactKind.PHONE,
            "value": number,
            "label": "work, ask for them only",
            "is_first": True,
            "may_call": True,
            "safe_from": starts,
            "safe_until": ends,
        }
    ]
