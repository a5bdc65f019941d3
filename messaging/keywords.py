"""INBOUND_HANDLERS: STOP, START, HELP and VISITS, in keywords and in free words.

Nothing that may end the reading of a message stands before this one. A keyword alone
is done with; with other words beside it, and for HELP, people read it too. Where the
vendor itself answers keywords (TWILIO_HANDLES_STOP), we do not answer beside it.
What VISITS can mean: docs/adr/0024-conversations.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consent import opt_outs, words
from consent.purposes import Purpose
from consent.states import Channel, Source
from consent.words import Heard
from messaging import answers, meant_the_visit, receiving, visits_only
from messaging.occasions import Occasion
from practice.trail import Automation

if TYPE_CHECKING:
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from consent.models import OptOut
    from messaging.models import Message

BY_TEXT = Automation("the patient, by text")
VISITS = frozenset({"visits", "visit", "citas", "cita"})
# Stops that the vendor knows nothing of: they end by a word of the patient's own.
OURS = frozenset({Source.WORDS, Source.LINK, Source.SPOKEN})


def read(message: Message, *, now: datetime) -> bool:
    """Act on what a text asks for; True where nobody has to read it."""
    if message.conversation.channel != Channel.TEXT:
        return False
    try:
        with transaction.atomic():
            return _heeded(message, now=now)
    except opt_outs.Overtaken:
        receiving.say(message, _("Came late: they said the opposite since."))
        return False


def _heeded(message: Message, *, now: datetime) -> bool:
    stopped = _standing(message)
    if words.plain(message.body) in VISITS:
        return _visits(message, stopped, now=now)
    match heard(message, is_stopped=stopped is not None):
        case Heard.STOP:
            return _stop(message, stopped, now=now)
        case Heard.START:
            return _start(message, stopped, now=now)
        case Heard.HELP:
            return _help(message, now=now)
    return False


def heard(message: Message, *, is_stopped: bool) -> Heard:
    """What a text asks for; the vendor's own word wins, since it acts on it."""
    vendors = message.opt_out.lower()
    if vendors in (Heard.STOP, Heard.START, Heard.HELP):
        return Heard(vendors)
    return words.hear(message.body, is_stopped=is_stopped)


def is_bare(message: Message) -> bool:
    """Whether a text is one known word and nothing else: no picture, and no sign."""
    said = words.plain(message.body)
    known = words.SPANISH_STOPS | words.START_IF_STOPPED | VISITS
    is_word = words.bare(message.body) is not Heard.NOTHING or said in known
    is_seen = words.stands_alone(message.body) and not message.attachments.exists()
    return is_word and is_seen


def _standing(message: Message) -> OptOut | None:
    address = message.conversation.address
    return opt_outs.standing([address]).get((address, Channel.TEXT))


def _stop(message: Message, stopped: OptOut | None, *, now: datetime) -> bool:
    """Send nothing more; the one answer goes where nobody else gives it."""
    is_vendors = _is_vendors(message)
    row = opt_outs.stop(
        address=message.conversation.address,
        channel=Channel.TEXT,
        source=Source.KEYWORD if is_vendors else Source.WORDS,
        words=message.body,
        happened_at=message.sent_at,
        by=BY_TEXT,
        now=now,
    )
    visits_only.end(message, by=BY_TEXT, now=now)
    if not (is_vendors and settings.TWILIO_HANDLES_STOP):
        answers.give(
            message,
            Occasion.OPTED_OUT,
            purpose=Purpose.OPT_OUT_CONFIRMATION,
            meaning=f"stopped:{row.pk}",
            now=now,
        )
    if words.may_mean_the_visit(message.body):
        is_new = stopped is None or _is_of(stopped, message)
        meant_the_visit.ask(message, is_new=is_new, by=BY_TEXT, now=now)
    return _done(message, _("Stopped texts to this number."))


def _start(message: Message, stopped: OptOut | None, *, now: datetime) -> bool:
    """Texts may go again; whoever said VISITS since the stop gets those."""
    row = _start_again(message, now=now)
    said = words.plain(message.body)
    if row is None and said in words.START_IF_STOPPED:
        return False  # nothing was stopped: it answers something else
    if row is None:
        widened = visits_only.end(message, by=BY_TEXT, now=now)
        told = _("All texts may go to this number again.")
        usual = _("Texted START; nothing was stopped.")
        return _done(message, told if widened else usual)
    if not _vendor_answers(message):
        answers.give(message, Occasion.OPTED_IN, meaning=f"started:{row.pk}", now=now)
    return _done(message, _("Texts may go to this number again."))


def _start_again(message: Message, *, now: datetime) -> OptOut | None:
    return opt_outs.start_again(
        address=message.conversation.address,
        words=message.body,
        happened_at=message.sent_at,
        by=BY_TEXT,
        now=now,
    )


def _help(message: Message, *, now: datetime) -> bool:
    """Say who we are and whom to call; a cry for help reads the same, so people
    read it as well. Two machines do not answer each other for ever.
    """
    if not _vendor_answers(message):
        hour = f"{now:%Y%m%d%H}"
        meaning = f"help:{message.conversation_id}:{hour}"
        answers.give(message, Occasion.HELP, meaning=meaning, now=now)
    receiving.say(message, _("Texted HELP: told how to reach us."))
    return False


def _visits(message: Message, stopped: OptOut | None, *, now: datetime) -> bool:
    """Texts about visits only, where the stop is ours to narrow."""
    if stopped is None:
        return False  # an answer to something else, or a question
    visits_only.ask_for(message, by=BY_TEXT, now=now)
    if not is_ours(stopped):
        receiving.say(
            message,
            _(
                "Wants texts about visits; the phone company blocks all until they "
                "text START: call them."
            ),
        )
        return False
    row = _start_again(message, now=now)
    if row is not None:
        answers.give(message, Occasion.VISITS_ONLY, meaning=f"visits:{row.pk}", now=now)
    return _done(message, _("Gets texts about visits, and no others."))


def _is_of(stopped: OptOut, message: Message) -> bool:
    """Whether a stop is by this very message: it counts from when it was stored."""
    at, words_of_it = stopped.happened_at, stopped.words
    is_as_late = message.sent_at <= at <= message.came_at
    return is_as_late and stopped.recorder is None and words_of_it == message.body


def is_ours(stopped: OptOut) -> bool:
    """Whether a stop is ours alone: the vendor blocks at a keyword it handles."""
    if stopped.source == Source.KEYWORD:
        return not settings.TWILIO_HANDLES_STOP
    return stopped.source in OURS


def _done(message: Message, told: StrOrPromise) -> bool:
    receiving.say(message, told)
    return is_bare(message)


def _is_vendors(message: Message) -> bool:
    """Whether the vendor blocks at this message by itself."""
    return bool(message.opt_out) or words.bare(message.body) is Heard.STOP


def _vendor_answers(message: Message) -> bool:
    """Whether the vendor answers this by itself: it knows its own words only."""
    is_known = bool(message.opt_out) or words.bare(message.body) is not Heard.NOTHING
    is_yes = words.plain(message.body) in words.START_IF_STOPPED
    return settings.TWILIO_HANDLES_STOP and (is_known or is_yes)
