"""What vendors call to say is stored before anything else happens with it.

Each message that came in is stored once, a status once for each of its words.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction

from consent import addresses, opt_outs, words
from consent.states import Channel, Source
from messaging.models import HookCall
from messaging.models.vendors import HookKind
from practice.patience import patiently
from practice.trail import Automation

if TYPE_CHECKING:
    from collections.abc import Mapping

PHONE = Automation("a text that came in")
CALLER = Automation("a key during a call")
STEP = "Step"  # where in a phone call the form comes from
ENDING, END_KEY = ("opening", "visit"), "9"  # where the key that ends calls is named
LONGEST_ID, LONGEST_WORD, LONGEST_ADDRESS = 64, 20, 254
logger = logging.getLogger(__name__)


def store(
    kind: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
    delivery_id: int | None = None,
    was_listed: bool = False,
    step: str = "",
) -> HookCall:
    """Keep a call of a vendor; the same one again is the one that is here.

    `step` is of a phone call: where in it we are. A bare STOP, and the key that ends
    calls, count from this moment on, in the same transaction. Raises Busy: then
    nothing is kept, and the vendor's list has it.
    """
    clean = {_clean(name): _clean(value) for name, value in fields.items()}
    if step:
        clean[STEP] = step
    return patiently(
        lambda: _stored(kind, clean, now, delivery_id, was_listed=was_listed)
    )


def _stored(
    kind: str,
    fields: Mapping[str, str],
    now: datetime,
    delivery_id: int | None,
    *,
    was_listed: bool,
) -> HookCall:
    is_inbound = kind == HookKind.INBOUND
    is_theirs = is_inbound or fields.get("Direction") == "inbound"
    row, is_new = HookCall.objects.get_or_create(
        kind=kind,
        vendor_id=_id_of(fields),
        word="" if is_inbound else _word_of(fields),
        defaults={
            "address": _address_of(fields.get("From" if is_theirs else "To", "")),
            "delivery_id": delivery_id,
            "form": dict(fields),
            "was_listed": was_listed,
            "came_at": now,
            "due_at": now,
        },
    )
    if is_new and is_inbound:
        _stop_at_once(row, now=now)
    if is_new and kind == HookKind.VOICE:
        _stop_calls_at_once(row, now=now)
    return row


def said_at(row: HookCall) -> datetime:
    """When it was said: for what only the vendor's list told us, when it was sent."""
    listed = row.form.get("DateSent", "") if row.was_listed else ""
    return datetime.fromisoformat(listed) if listed else row.came_at


def _stop_at_once(row: HookCall, *, now: datetime) -> None:
    """A carrier's stop word alone counts before anybody has read it.

    Whatever goes wrong here goes right, or is told, when the row is worked.
    """
    body = row.form.get("Body", "")
    is_stop = words.bare(body) == words.Heard.STOP
    if is_stop or row.form.get("OptOutType") == "STOP":
        _stop(row, Channel.TEXT, Source.KEYWORD, body, now=now)


def _stop_calls_at_once(row: HookCall, *, now: datetime) -> None:
    """The key that ends our calls counts before anybody has acted on it."""
    step = row.form.get(STEP, "").partition(".")[0]
    if step in ENDING and row.form.get("Digits") == END_KEY:
        _stop(row, Channel.CALL, Source.KEYPAD, "", now=now)


def _stop(
    row: HookCall, channel: Channel, source: Source, body: str, *, now: datetime
) -> None:
    try:
        with transaction.atomic():
            opt_outs.stop(
                address=row.address,
                channel=channel,
                source=source,
                words=body,
                by=PHONE if channel == Channel.TEXT else CALLER,
                now=now,
                happened_at=said_at(row),
            )
    except DatabaseError:
        raise
    except opt_outs.Overtaken:  # they said otherwise since: people will read it
        return
    except Exception:
        logger.exception("A stop has to wait.", extra={"subject_id": row.pk})


def _clean(text: str) -> str:
    """Without NUL, which PostgreSQL keeps in no text."""
    return text.replace("\x00", "")


def _id_of(fields: Mapping[str, str]) -> str:
    """The message's id at the vendor; of a form that has none, its digest."""
    given = fields.get("MessageSid") or fields.get("SmsSid") or ""
    given = given or fields.get("CallSid") or ""
    if given.isascii() and given.isalnum() and len(given) <= LONGEST_ID:
        return given
    said = json.dumps(fields, sort_keys=True).encode()
    return f"none-{hashlib.sha256(said).hexdigest()[:56]}"


def _word_of(fields: Mapping[str, str]) -> str:
    if step := fields.get(STEP):
        return step[:LONGEST_WORD]
    word = fields.get("MessageStatus") or fields.get("SmsStatus") or ""
    word = word or fields.get("CallStatus") or ""
    return word.lower()[:LONGEST_WORD]


def _address_of(text: str) -> str:
    """The other phone's number, as the outbox and the stops have it."""
    return addresses.normal(text)[:LONGEST_ADDRESS]
