"""A call of ours goes on: somebody took it, pressed a key, or a machine did.

Before a key is pressed nobody knows who listens: the practice is named, or its number,
and “an appointment”; of the visit nothing is said. A machine hears the practice and
its number, where voicemail may be left at all, and so does whoever may be one.
Whatever is pressed was stored before; what it does goes the way of every answer
(INBOUND_HANDLERS). Each step comes back by an address that holds our ids alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

from consent.states import Channel
from messaging import hooks, key_presses, spoken, twiml
from messaging.hook_store import END_KEY
from messaging.key_presses import ANSWERS, CONFIRM, OPENING, VISIT
from messaging.models import Delivery, Message
from messaging.occasions import Occasion

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.models import HookCall
    from messaging.spoken import Voice

ROUNDS = 3  # that a question is asked
# Of who took a call, in the vendor's words; empty where it was not asked to find out.
# All others, “unknown” too, may be a machine that keeps what it hears.
SOMEBODY, FAX = ("", "human"), "fax"


@dataclass(frozen=True, slots=True)
class Turn:
    """Where in a call we are, what was stored of it, and what was pressed."""

    row: HookCall
    step: str
    round: int
    delivery_id: int | None = None
    attendee_id: int | None = None
    language: str = ""
    secret: str = ""  # digits of a PIN, which are stored nowhere

    @property
    def digits(self) -> str:
        """Of the form that came first: the same again is no second key."""
        return str(self.row.form.get("Digits", ""))

    @property
    def answered_by(self) -> str:
        """Who took a call of ours, as far as the vendor can tell."""
        return str(self.row.form.get("AnsweredBy", ""))

    @property
    def is_heard(self) -> bool:
        """Whether a person listens: a key was pressed, or the vendor says so."""
        return bool(self.digits) or self.answered_by == "human"

    @property
    def is_last(self) -> bool:
        return self.round >= ROUNDS


def answer(turn: Turn, *, now: datetime) -> str:
    """What the vendor does next with a call that we made."""
    calls = Delivery.objects.filter(channel=Channel.CALL)
    delivery = calls.filter(pk=turn.delivery_id or 0).first()
    if delivery is None:
        return twiml.hang_up()
    manners = spoken.manners(delivery.address)
    voice = spoken.voice(
        language=delivery.language,
        may_name_practice=manners.may_name_practice,
        now=now,
    )
    if not turn.step:
        if turn.answered_by in SOMEBODY:
            return _open(voice, delivery, number=1, now=now)
        may_speak = manners.may_leave_voicemail and turn.answered_by != FAX
        return _leave_number(voice) if may_speak else twiml.hang_up()
    if turn.digits == END_KEY:
        _done_at_once(turn, now=now)
        return twiml.say(voice.of(Occasion.CALL_OPTED_OUT))
    if turn.step == VISIT:
        return _of_visit(turn, voice, delivery, now=now)
    if turn.digits == CONFIRM:
        return _tell(voice, delivery, number=1, now=now)
    if turn.is_last:
        return twiml.say(voice.of(Occasion.CALL_GOODBYE))
    return _open(voice, delivery, number=turn.round + 1, now=now)


def address(step: str, number: int, **ids: int | str | None) -> str:
    """Where a key goes: the step, how often it was asked, and ids of ours."""
    known = {name: value for name, value in ids.items() if value not in (None, "")}
    return f"{reverse('twilio_voice')}?{urlencode({**known, 's': step, 'n': number})}"


def outcome_of(turn: Turn, *, now: datetime) -> bool:
    """Act on a key at once; whether a rule did it, so that nobody has to.

    What cannot be done now waits, stored, and is done later.
    """
    _done_at_once(turn, now=now)
    vendor_id = key_presses.message_id(turn.row)
    done = Message.objects.filter(vendor_id=vendor_id, is_handled=True)
    return done.exists()


def _done_at_once(turn: Turn, *, now: datetime) -> None:
    hooks.work_one(turn.row, now=now)


def _of_visit(turn: Turn, voice: Voice, delivery: Delivery, *, now: datetime) -> str:
    if turn.digits not in ANSWERS:
        if turn.is_last:
            return twiml.say(voice.of(Occasion.CALL_GOODBYE))
        return _tell(voice, delivery, number=turn.round + 1, now=now)
    is_done = outcome_of(turn, now=now)
    visit = spoken.of_call(delivery, now=now)
    if is_done and turn.digits == CONFIRM and visit is not None:
        return twiml.say(voice.of(Occasion.CALL_CONFIRMED, visit.values))
    return twiml.say(voice.of(Occasion.CALL_HANDED_ON))


def _open(voice: Voice, delivery: Delivery, *, number: int, now: datetime) -> str:
    """Ask for a key; where there is nothing to tell any more, whom to call."""
    if _visit(delivery, now=now) is None:
        return _leave_number(voice)
    action = address(OPENING, number, m=delivery.pk)
    return twiml.ask(voice.of(Occasion.CALL_OPENING), action=action)


def _tell(voice: Voice, delivery: Delivery, *, number: int, now: datetime) -> str:
    visit = _visit(delivery, now=now)
    if visit is None:
        return _leave_number(voice)
    action = address(VISIT, number, m=delivery.pk)
    return twiml.ask(voice.of(Occasion.CALL_VISIT, visit.values), action=action)


def _visit(delivery: Delivery, *, now: datetime) -> spoken.Visit | None:
    """What it is about, if it is a call that asks for a key."""
    if delivery.occasion != Occasion.CALL_OPENING:
        return None
    return spoken.of_call(delivery, now=now)


def _leave_number(voice: Voice) -> str:
    return twiml.say(voice.of(Occasion.VOICEMAIL))
