"""Where the vendor asks what to do with a phone call, step by step.

Who signs, and that nothing unsigned leaves a trace, is by_vendor's affair. A step is
stored before anything else; then the answer is made at once, since somebody waits on
the line. A step that cannot be answered is answered with whom to call.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from messaging import (
    calling,
    hook_store,
    incoming_calls,
    key_presses,
    spoken,
    twiml,
)
from messaging.calling import ROUNDS, Turn
from messaging.models.vendors import HookKind
from messaging.occasions import Occasion
from messaging.variables import LANGUAGES
from messaging.views.hooks import XML, Answered, by_vendor, number_of
from practice import clock
from practice.patience import Busy

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

STEPS = frozenset(
    {
        *(key_presses.OPENING, key_presses.VISIT, incoming_calls.MENU),
        *(incoming_calls.PIN, incoming_calls.DIALLED),
        *(key_presses.NEXT, key_presses.RECORDED),
    }
)
FIRST = "begun"
HIDDEN = "******"  # in place of the digits of a PIN
logger = logging.getLogger(__name__)


@by_vendor
def voice(request: HttpRequest) -> HttpResponse:
    """A call began, somebody took it, or something was pressed or said."""
    now = clock.now()
    turn = _stored(request, now=now)
    try:
        said = _answer(turn, now=now)
    except Busy:
        raise
    except Exception:
        facts = {"subject_id": turn.row.pk}
        logger.exception("A call could not go on.", extra=facts)
        said = _whom_to_call(turn, now=now)
    return Answered(said, content_type=XML)


def _stored(request: HttpRequest, *, now: datetime) -> Turn:
    """Keep the step; of a PIN, that one was pressed and not which."""
    asked, form = request.GET, request.POST.dict()
    step = asked.get("s", "") if asked.get("s", "") in STEPS else ""
    count = min(max(number_of(asked.get("n", "")) or 1, 1), ROUNDS)
    delivery = number_of(asked.get("m", ""))
    attendee = number_of(asked.get("a", ""))
    secret = str(form.get("Digits", "")) if step == incoming_calls.PIN else ""
    if secret:
        form["Digits"] = HIDDEN
    form.pop(incoming_calls.PROVED, None)  # nobody but us says so
    if delivery is None:
        form.setdefault("Direction", key_presses.INBOUND)
    if attendee is not None:
        form["Attendee"] = str(attendee)
    language = asked.get("l", "") if asked.get("l", "") in LANGUAGES else ""
    row = hook_store.store(
        HookKind.VOICE,
        form,
        delivery_id=delivery,
        step=_question(step, count, language),
        now=now,
    )
    return Turn(row, step, count, delivery, attendee, language, secret)


def _question(step: str, count: int, language: str) -> str:
    """What tells one question of a call from every other: it is asked anew in
    another language, and the key pressed there is another key.
    """
    return ".".join(one for one in (step or FIRST, str(count), language) if one)


def _answer(turn: Turn, *, now: datetime) -> str:
    if turn.delivery_id is not None:
        return calling.answer(turn, now=now)
    if turn.row.form.get("Direction") != key_presses.INBOUND:
        return twiml.hang_up()  # a call that is none of ours
    return incoming_calls.answer(turn, now=now)


def _whom_to_call(turn: Turn, *, now: datetime) -> str:
    """Something broke: what was pressed is stored, and people see to it.

    What may be a machine hears it only where voicemail may be left.
    """
    try:
        is_theirs = turn.delivery_id is None
        manners = spoken.manners(turn.row.address)
        if not (is_theirs or turn.is_heard or manners.may_leave_voicemail):
            return twiml.hang_up()
        may_name = is_theirs or manners.may_name_practice
        said = spoken.voice(language=turn.language, may_name_practice=may_name, now=now)
        return twiml.say(said.of(Occasion.VOICEMAIL))
    except Exception:
        logger.exception("Not even a number could be said.")
        return twiml.hang_up()
