"""What a step of a call says once it is stored: a key as a message, a recording as one.

Both go the way of every message (messaging.receiving): rules read them, then people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent import opt_outs
from consent.states import Channel, Source
from messaging import receiving
from messaging.hook_store import CALLER, END_KEY, STEP
from messaging.models import IncomingCall
from messaging.receiving import Media

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import HookCall, Message
    from messaging.models.calls import CallOutcome

INBOUND = "inbound"  # a call's direction, in the vendor's words
OPENING, VISIT = "opening", "visit"  # of a call of ours
NEXT, RECORDED = "next", "recorded"  # of one that came in
CONFIRM, ANSWERS = "1", ("1", "2", "3")
LONGEST_ID = 64
# What the vendor says in place of a number: anonymous, restricted, blocked, unknown
# and unavailable, by the letters of a keypad.
WITHHELD = frozenset(
    {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
)


def number_of(row: HookCall) -> str:
    """Whose phone it is; empty where the number was withheld."""
    is_number = row.address.startswith("+") and row.address not in WITHHELD
    return row.address if is_number else ""


def message_id(row: HookCall) -> str:
    """The id of the message that a stored step is, once per call and step."""
    return f"{row.vendor_id}.{row.word}"[:LONGEST_ID]


def pressed(row: HookCall) -> receiving.Inbound | None:
    """What a key that was stored says, as a message; None where it says nothing."""
    step = _step(row)
    digits = str(row.form.get("Digits", ""))
    if row.delivery_id is None or not number_of(row):
        return None
    is_answer = step == VISIT and digits in ANSWERS
    is_end = step in (OPENING, VISIT) and digits == END_KEY
    if not (is_answer or is_end):
        return None
    return receiving.Inbound(
        vendor_id=message_id(row),
        channel=Channel.CALL,
        sender=row.address,
        body=digits,
        sent_at=row.came_at,
        ids={"delivery": row.delivery_id},
    )


def said(row: HookCall) -> receiving.Inbound | None:
    """What a stored step of a call says, as a message: a recording, or “confirmed”."""
    step = _step(row)
    if not number_of(row):
        return None
    if step == RECORDED and (url := str(row.form.get("RecordingUrl", ""))):
        return receiving.Inbound(
            vendor_id=str(row.form.get("RecordingSid") or row.vendor_id)[:LONGEST_ID],
            channel=Channel.CALL,
            sender=row.address,
            body="",
            sent_at=row.came_at,
            media=[Media(f"{url}.mp3", "audio/mpeg")],
        )
    attendee = row.form.get("Attendee", "")
    if step == NEXT and row.form.get("Digits") == CONFIRM and attendee:
        return receiving.Inbound(
            vendor_id=message_id(row),
            channel=Channel.CALL,
            sender=row.address,
            body=CONFIRM,
            sent_at=row.came_at,
            ids={"attendee": int(attendee)},
        )
    return None


def came_of(vendor_id: str, outcome: CallOutcome) -> None:
    """Something came of a call; the first that did stays."""
    rows = IncomingCall.objects.filter(vendor_id=vendor_id, outcome="")
    rows.update(outcome=outcome)


def read(message: Message, *, now: datetime) -> bool:
    """INBOUND_HANDLERS: the key that ends our calls, for everybody with the number."""
    where = message.conversation
    is_key = where.channel == Channel.CALL and "delivery" in message.ids
    if not is_key or message.body != END_KEY:
        return False
    opt_outs.stop(
        address=where.address,
        channel=Channel.CALL,
        source=Source.KEYPAD,
        by=CALLER,
        now=now,
    )
    receiving.say(message, _("Wants no more calls by a machine."))
    return True


def _step(row: HookCall) -> str:
    return str(row.form.get(STEP, "")).partition(".")[0]
