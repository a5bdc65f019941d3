"""The demo's calls: a phone rings in this database only, and keys are pressed on it.

It asks the site what to say by the same signed webhook as the vendor does, reads the
answer, and waits for the next key. `listed`, `answer`, `to_voicemail`, `press`,
`leave_message`, `hang_up` and `ring` are what a page of phones needs.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from hashlib import blake2s
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from django.conf import settings
from django.utils.translation import gettext as _

from consent import addresses
from messaging import errors
from messaging.channels import Handed, NoCarrier, Outcome, Seen, in_process, voice
from messaging.channels.simulated import number
from messaging.channels.twilio import SKEW, VERSION
from messaging.models import SimulatedCall
from messaging.models.vendors import Way
from practice.modes import Mode
from practice.rules import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from messaging.channels import Parcel

RINGING, TAKEN, OVER = "ringing", "in-progress", "completed"
REFUSED, UNANSWERED = "busy", "no-answer"
OPEN = (RINGING, TAKEN)
RINGS = timedelta(minutes=3)  # so that whoever plays with it finds the phone
AT_ONCE = 50
KEYS = frozenset("0123456789")


class NoSuchCall(NotPossible):
    """The call is over, or waits for nothing of the kind."""


class SimulatedVoice:
    """A Carrier of calls that ring nowhere."""

    def hand_over(self, parcel: Parcel) -> Handed:
        row = SimulatedCall.objects.create(
            vendor_id=new_id(),
            way=Way.OUT,
            address=parcel.address,
            delivery_id=parcel.delivery_id,
            word=RINGING,
            made_at=parcel.claimed_at,
        )
        return Handed(Outcome.TAKEN, vendor_id=row.vendor_id, word="queued")

    def look_up(self, parcel: Parcel) -> Sequence[Seen]:
        rows = SimulatedCall.objects.filter(way=Way.OUT, address=parcel.address)
        rows = rows.filter(made_at__gte=parcel.claimed_at - SKEW)
        return [_seen(row) for row in rows.order_by("-pk")]

    def fetch(self, vendor_id: str) -> Seen | None:
        row = SimulatedCall.objects.filter(vendor_id=vendor_id).first()
        return _seen(row) if row else None


def carrier() -> SimulatedVoice:
    """Raises NoCarrier in production, which does not even start with it."""
    if settings.MODE is Mode.PRODUCTION:
        raise NoCarrier(_("Nobody is called by a simulated phone."))
    return SimulatedVoice()


# What the page of the phones does ---------------------------------------------
def listed(address: str, *, most: int = 20) -> Sequence[SimulatedCall]:
    """The calls of a phone, the newest first."""
    rows = SimulatedCall.objects.filter(address=addresses.normal(address))
    return list(rows.order_by("-pk")[:most])


def stamp_of(call: SimulatedCall | None) -> str:
    """The same as long as nothing happened in a call."""
    if call is None:
        return ""
    said = f"{call.word} {call.action} {call.said}"
    return f"-{call.pk}-{blake2s(said.encode(), digest_size=6).hexdigest()}"


def answer(call: SimulatedCall, *, now: datetime) -> SimulatedCall:
    """Somebody takes a call that rings. Raises NoSuchCall."""
    return _taken(call, "human", now=now)


def to_voicemail(call: SimulatedCall, *, now: datetime) -> SimulatedCall:
    """A machine takes it. Raises NoSuchCall."""
    return _taken(call, "machine_end_beep", now=now)


def press(call: SimulatedCall, digits: str, *, now: datetime) -> SimulatedCall:
    """Press a key, or as many as are waited for; none is waiting in vain.

    Raises NoSuchCall.
    """
    call = _held(call, TAKEN)
    if not call.action or call.is_recording or not KEYS.issuperset(digits):
        raise NoSuchCall(_("The call does not wait for a key."))
    return _ask(call, call.action, {"Digits": digits[: call.digits]}, now=now)


def leave_message(call: SimulatedCall, *, now: datetime) -> SimulatedCall:
    """Say something after the tone. Raises NoSuchCall."""
    call = _held(call, TAKEN)
    if not call.is_recording:
        raise NoSuchCall(_("The call takes no message."))
    sid = f"RE{uuid.uuid4().hex}"
    url = f"{settings.TWILIO_BASE_URL}/{VERSION}/Accounts/-/Recordings/{sid}"
    fields = {"RecordingSid": sid, "RecordingUrl": url, "RecordingDuration": "7"}
    return _ask(call, call.action, fields, now=now)


def hang_up(call: SimulatedCall, *, now: datetime) -> SimulatedCall:
    """End a call, or do not take it; over is over."""
    call.refresh_from_db()
    if call.word in OPEN:
        word = OVER if call.word == TAKEN else UNANSWERED
        _end(call, word, now=now)
    return call


def refuse(call: SimulatedCall, *, now: datetime) -> SimulatedCall:
    """The line is busy. Raises NoSuchCall."""
    call = _held(call, RINGING)
    _end(call, REFUSED, now=now)
    return call


def ring(address: str, *, now: datetime) -> SimulatedCall:
    """Somebody calls the practice from a phone."""
    row = SimulatedCall.objects.create(
        vendor_id=new_id(),
        way=Way.IN,
        address=addresses.normal(address),
        word=TAKEN,
        made_at=now,
    )
    return _ask(row, voice.begun(), {}, now=now)


def give_up(*, now: datetime, real: datetime) -> int:
    """Calls that rang for long enough ring no more; answers how many."""
    rows = SimulatedCall.objects.filter(
        way=Way.OUT, word=RINGING, made_at__lte=real - RINGS
    )
    found = list(rows.order_by("pk")[:AT_ONCE])
    for call in found:
        _end(call, UNANSWERED, now=now)
    return len(found)


def forget(*, before: datetime) -> None:
    SimulatedCall.objects.filter(made_at__lt=before).exclude(word__in=OPEN).delete()


def new_id() -> str:
    return f"CA{uuid.uuid4().hex}"


# The vendor's part ------------------------------------------------------------
def _taken(call: SimulatedCall, by: str, *, now: datetime) -> SimulatedCall:
    call = _held(call, RINGING)
    _set(call, word=TAKEN)
    path = voice.taken_up(call.delivery_id or 0)
    return _ask(call, path, {"AnsweredBy": by}, now=now)


def _held(call: SimulatedCall, word: str) -> SimulatedCall:
    """The call as it is now. Raises NoSuchCall where it stands otherwise."""
    call.refresh_from_db()
    if call.word != word:
        raise NoSuchCall(_("The call is over, or somebody took it meanwhile."))
    return call


def _ask(
    call: SimulatedCall, path: str, fields: Mapping[str, str], *, now: datetime
) -> SimulatedCall:
    """Ask what to do next, and do as told; where nothing is waited for, hang up."""
    _status, said = in_process.ask(path, {**_form(call), **fields}, now=now)
    # Our own site wrote it a moment ago.
    told = ElementTree.fromstring(said or "<Response/>")  # noqa: S314
    waits = next((one for one in told if one.tag in ("Gather", "Record")), None)
    _set(
        call,
        said="\n".join(one.text or "" for one in told.iter("Say")),
        action=waits.get("action", "") if waits is not None else "",
        is_recording=waits is not None and waits.tag == "Record",
        digits=int(waits.get("numDigits", "0")) if waits is not None else 0,
    )
    if waits is None:
        _end(call, OVER, now=now)
    return call


def _end(call: SimulatedCall, word: str, *, now: datetime) -> None:
    """It is over, and the site is told; where that goes wrong, it asks."""
    _set(call, word=word, action="", digits=0, is_recording=False)
    path = voice.told(call.delivery_id)
    in_process.post(path, _form(call) | {"CallStatus": word}, now=now)


def _set(call: SimulatedCall, **columns: object) -> None:
    SimulatedCall.objects.filter(pk=call.pk).update(**columns)
    for name, value in columns.items():
        setattr(call, name, value)


def _form(call: SimulatedCall) -> dict[str, str]:
    is_in = call.way == Way.IN
    ours = settings.TWILIO_VOICE_FROM or number()
    sender, to = (call.address, ours) if is_in else (ours, call.address)
    return {
        "CallSid": call.vendor_id,
        "From": sender,
        "To": to,
        "CallStatus": call.word,
        "Direction": "inbound" if is_in else "outbound-api",
        "ApiVersion": VERSION,
    }


def _seen(row: SimulatedCall) -> Seen:
    code = errors.code_of_call(row.word)
    return Seen(row.vendor_id, row.word, code, "", row.made_at)
