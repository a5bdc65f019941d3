"""Somebody calls us: what they can do by keys, and what becomes of the call.

A visit is spoken of only to a number on file and after the patient's own phone PIN,
by its day and time; never for minors, nor where anything special was asked for at
that number. Whether a PIN is wrong, locked or never was, or nothing is booked, sounds
the same. Everybody may leave a message, or be put through where there is a desk; who
presses nothing, or has no keys to press, comes there as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings

from consent import addresses, grounds
from messaging import answers, calling, filing, phone_pins, spoken, twiml
from messaging.key_presses import CONFIRM, NEXT, RECORDED, came_of, number_of
from messaging.models import HookCall, IncomingCall
from messaging.models.calls import CallOutcome
from messaging.occasions import Occasion
from practice.models import Patient
from practice.patience import patiently

if TYPE_CHECKING:
    from datetime import datetime

    from messaging.calling import Turn
    from messaging.spoken import Voice

MENU, PIN, DIALLED = "menu", "pin", "dialled"
HEAR, LEAVE, TALK, SPANISH = "1", "2", "3", "8"
IN_SPANISH = twiml.Spoken("Para español, presione 8.", "es")
PROVED = "Proved"  # in what is stored of a step: the chart whose PIN it was, if any
TALKED = ("completed", "answered")  # of the desk's own call


def answer(turn: Turn, *, now: datetime) -> str:
    """What the vendor does next with a call that came in."""
    number = number_of(turn.row)
    voice = spoken.voice(
        language=turn.language or _language_of(number),
        may_name_practice=True,  # they called it
        now=now,
    )
    if not turn.step:
        begin(turn.row, now=now)
        return _menu(voice, number)
    if turn.step == MENU:
        return _chosen(turn, voice, number)
    if turn.step == PIN:
        return _proved(turn, voice, number, now=now)
    if turn.step == NEXT:
        return _confirmed(turn, voice, now=now)
    if turn.step == DIALLED:
        return _after_desk(turn, voice, number, now=now)
    if turn.step == RECORDED:
        calling.outcome_of(turn, now=now)
        return twiml.say(voice.of(Occasion.CALL_THANKS))
    return twiml.hang_up()


def begin(row: HookCall, *, now: datetime) -> IncomingCall:
    """A call came in: the desk sees it from now on; the same again is the same."""
    found, _is_new = IncomingCall.objects.get_or_create(
        vendor_id=row.vendor_id,
        defaults={"address": number_of(row), "came_at": now},
    )
    return found


def eligible(number: str, *, now: datetime) -> list[Patient]:
    """Who may hear of their visits from a number: adults who have it, where everybody
    who has it may know that it is us, at any hour, and nobody barred has it.
    """
    if not number or not spoken.manners(number).is_free:
        return []
    points = addresses.points_at({number}).exclude(patient=None)
    charts = Patient.objects.filter(pk__in=points.values("patient"))
    heads = {one.pk: one for one in (c.merged_into or c for c in charts)}
    known = grounds.of(list(heads.values()), [number], now=now).barred_addresses
    return [
        one
        for pk, one in heads.items()
        if phone_pins.may_have(one, now=now) and number not in known.get(pk, ())
    ]


# The parts --------------------------------------------------------------------------
def _menu(voice: Voice, number: str, *, turn: int = 1) -> str:
    """What can be done; who has no number is put through, or told whom to call."""
    if not number:
        return _to_people(voice, number)
    parts = [voice.of(Occasion.CALL_MENU)]
    if _desk():
        parts.append(voice.of(Occasion.CALL_MENU_DESK))
    if voice.language == "en":
        parts.append(IN_SPANISH)
    return twiml.ask(*parts, action=_to(MENU, voice, turn))


def _chosen(turn: Turn, voice: Voice, number: str) -> str:
    if turn.digits == SPANISH and voice.language != "es":
        return _menu(replace(voice, language="es"), number)
    if turn.digits == HEAR:
        words = voice.of(Occasion.CALL_PIN)
        return twiml.ask(words, action=_to(PIN, voice), digits=phone_pins.DIGITS)
    if turn.digits == LEAVE:
        return _record(voice)
    if turn.digits == TALK and (desk := _desk()):
        return twiml.dial(desk, action=_to(DIALLED, voice))
    if turn.is_last:
        return _to_people(voice, number)
    return _menu(voice, number, turn=turn.round + 1)


def _proved(turn: Turn, voice: Voice, number: str, *, now: datetime) -> str:
    """The digits are never stored: the row has that some were pressed."""
    chart = patiently(lambda: _proven(turn, number, now=now))
    visit = chart and spoken.next_of(chart, language=voice.language, now=now)
    if visit:
        came_of(turn.row.vendor_id, CallOutcome.SERVED)
        words = voice.of(Occasion.CALL_NEXT, visit.values)
        action = _to(NEXT, voice, a=visit.ids.get("attendee"))
        return twiml.ask(words, action=action)
    if chart is None and turn.secret and not turn.is_last:
        words = voice.of(Occasion.CALL_PIN)
        action = _to(PIN, voice, turn.round + 1)
        return twiml.ask(words, action=action, digits=phone_pins.DIGITS)
    return twiml.say(voice.of(Occasion.CALL_NOTHING))


def _proven(turn: Turn, number: str, *, now: datetime) -> Patient | None:
    """Whose PIN was pressed. The same step again is the vendor's, not the caller's: it
    is answered as it was, and takes no other try.
    """
    row = HookCall.objects.select_for_update().get(pk=turn.row.pk)
    among = eligible(number, now=now)
    if PROVED in row.form:
        return next((one for one in among if one.pk == row.form[PROVED]), None)
    chart = phone_pins.whose(turn.secret, among=among, now=now)
    row.form[PROVED] = chart.pk if chart else None
    HookCall.objects.filter(pk=row.pk).update(form=row.form)
    return chart


def _confirmed(turn: Turn, voice: Voice, *, now: datetime) -> str:
    if turn.digits != CONFIRM:
        return twiml.hang_up()
    is_done = calling.outcome_of(turn, now=now)
    visit = spoken.by_id(turn.attendee_id, language=voice.language, now=now)
    if is_done and visit is not None:
        return twiml.say(voice.of(Occasion.CALL_CONFIRMED, visit.values))
    return twiml.say(voice.of(Occasion.CALL_HANDED_ON))


def _after_desk(turn: Turn, voice: Voice, number: str, *, now: datetime) -> str:
    """Nobody took it there: a message may be left."""
    if turn.row.form.get("DialCallStatus") in TALKED:
        came_of(turn.row.vendor_id, CallOutcome.TALKED)
        return twiml.hang_up()
    return _take_message(voice, number)


def _to_people(voice: Voice, number: str) -> str:
    """To the desk, where there is one; else a message may be left."""
    if desk := _desk():
        return twiml.dial(desk, action=_to(DIALLED, voice))
    return _take_message(voice, number)


def _take_message(voice: Voice, number: str) -> str:
    """Of whom nobody could call back, none: they hear whom to call."""
    return _record(voice) if number else twiml.say(voice.of(Occasion.VOICEMAIL))


def _record(voice: Voice) -> str:
    words = voice.of(Occasion.CALL_RECORD)
    return twiml.record(words, action=_to(RECORDED, voice))


def _to(step: str, voice: Voice, turn: int = 1, **ids: int | None) -> str:
    return calling.address(step, turn, l=voice.language, **ids)


def _desk() -> str:
    return str(settings.TWILIO_DESK_NUMBER)


def _language_of(number: str) -> str:
    """What whoever has the number reads, where one chart has it."""
    return answers.read_by(filing.only_chart_at(number) if number else None)
