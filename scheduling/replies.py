"""INBOUND_HANDLERS: an answer to what was written about a visit is acted on.

It is matched to what was written to that number. A bare digit counts only where
exactly one question is open there. Where it may mean one of several visits, one
question asks which, by their times and never by names; who answers that with
something else is read by people, and so is everything that is not a bare word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from consent import grounds
from consent.purposes import Purpose
from consent.states import Channel
from messaging import parts, variables, wordings
from messaging.models import Delivery
from messaging.occasions import Occasion
from messaging.sight import WHOSE
from messaging.states import MAY_HAVE_LEFT
from messaging.states import Status as Sending
from practice.rules import NotPossible
from scheduling import (
    joint_replies,
    reminders,
    reply_acts,
    reply_words,
    visit_words,
    visits,
)
from scheduling.models import Attendee
from scheduling.reply_acts import Answer
from scheduling.reply_words import Wish
from scheduling.states import AHEAD, Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from messaging.models import Message

RECENT = timedelta(days=14)
ASKED_LATELY = timedelta(hours=24)
STILL_NEWS = timedelta(minutes=30)  # since “here”, or a letter, was sent
# What asks something that a digit answers.
QUESTIONS = frozenset({Occasion.TWO_DAYS, Occasion.CALL_OPENING, Occasion.CALL_VISIT})
OTHER_QUESTIONS = (Purpose.OFFER, Purpose.SURVEY)
NEVER_ARRIVED = frozenset({Sending.FAILED, Sending.UNDELIVERED})
# Names no visit and asks nothing: whoever answers it answers what was before.
ASKS_NOTHING = (Purpose.ANSWER, Purpose.OPT_OUT_CONFIRMATION, Purpose.MISSED_CALL)
WISH = "wish"  # in the ids of a question


@dataclass(frozen=True, slots=True)
class Written:
    """What was written to a number of late, the newest first, and to whose visits."""

    deliveries: Sequence[Delivery]  # one to several as one for each of them
    attendees: Mapping[int, Attendee]
    named: Collection[int] = ()  # the attendees that the newest is about

    @property
    def newest(self) -> Delivery | None:
        return next(iter(self.deliveries), None)

    def newest_about(self, attendee: int) -> Delivery | None:
        said = (one for one in self.deliveries if one.ids.get("attendee") == attendee)
        return next(said, None)


def answer(message: Message, *, now: datetime) -> bool:
    """Whether the message was a bare answer about a visit, and has been acted on."""
    if message.attachments.exists():
        return False
    written = _written(message, now=now)
    is_late = message.sent_at < now - STILL_NEWS
    if letter := reply_words.letter_of(message.body):
        return not is_late and _chosen(message, letter, written, now=now)
    wish = reply_words.wish_of(message.body) or reply_words.digit_of(message.body)
    if wish is None or (wish is Wish.HERE and is_late):
        return False
    found = _found(message, wish, written, now=now)
    if wish is Wish.CONFIRM and {one.pk for one in found} <= set(written.named):
        found = [one for one in found if _is_as_written(one, written)]
        if len(found) > 1:
            return _confirm_all(message, found, written, now=now)
    if len(found) == 1:
        return _act(message, wish, found[0], written, now=now)
    is_asked = _question(written, now=now) is not None
    return (
        bool(found)
        and not is_asked
        and _ask_which(message, wish, found, written, now=now)
    )


def _found(
    message: Message, wish: Wish, written: Written, *, now: datetime
) -> Sequence[Attendee]:
    """Whose visits a word or a digit may be about; nobody's where people read it."""
    if wish is Wish.HERE:
        return _who_may_be_here(message, written, now=now)
    if _question(written, now=now) is not None:
        return []  # they were asked for a letter
    is_key = bool(message.ids)  # pressed in a call: the question is known
    is_digit = not is_key and reply_words.wish_of(message.body) is None
    return _meant(message, written, is_digit=is_digit, now=now)


# What is open at a number -----------------------------------------------------------
def _written(message: Message, *, now: datetime) -> Written:
    there = message.conversation
    rows = Delivery.objects.filter(
        address=there.address,
        channel=there.channel,
        status__in=MAY_HAVE_LEFT - NEVER_ARRIVED,
        planned_at__gt=now - RECENT,
        staff=None,
    )
    if message.ids:
        rows = rows.filter(pk=message.ids.get("delivery", 0))
    left = Coalesce("left_at", "planned_at")
    found = list(rows.select_related("caregiver").order_by(left.desc(), "-pk"))
    deliveries = parts.apart(found)
    newest = parts.each(found[0]) if found else ()
    said = [message.ids, *(one.ids for one in deliveries)]
    ids = {pk for one in said if (pk := one.get("attendee"))}
    ids |= {
        one.ids[letter]
        for one in deliveries
        for letter in variables.LETTERS
        if letter in one.ids
    }
    theirs = reminders.with_visit(Attendee.objects.filter(pk__in=ids))
    named = {pk for one in newest if (pk := one.ids.get("attendee"))}
    return Written(deliveries, theirs.in_bulk(), named)


def _question(written: Written, *, now: datetime) -> Delivery | None:
    """The question which visit was meant, if it was the last thing we wrote."""
    newest = written.newest
    is_one = newest is not None and newest.occasion == Occasion.WHICH_VISIT
    if newest is None or not is_one or newest.planned_at < now - ASKED_LATELY:
        return None
    return newest


def _open(written: Written, *, now: datetime) -> list[Attendee]:
    """Whose visits ahead we wrote about, the soonest first."""
    found = [one for one in written.attendees.values() if _is_ahead(one, now=now)]
    return sorted(found, key=_start)


def _meant(
    message: Message, written: Written, *, is_digit: bool, now: datetime
) -> Sequence[Attendee]:
    """Whose visit a word may be about: what was written last says it.

    That are the visits it names, and with them each other one whose question nobody has
    answered since. Nobody's where a person wrote last, or where that visit is over.
    """
    newest = written.newest
    ahead = _open(written, now=now)
    if newest is not None and _asks_something_else(newest):
        return []
    named = {pk} if (pk := message.ids.get("attendee")) else set(written.named)
    asked = _asked(message, written, is_digit=is_digit)
    if is_digit and any(one.purpose in OTHER_QUESTIONS for one in written.deliveries):
        return []
    found = asked if is_digit else asked | {one.pk for one in ahead}
    if named:
        still = named & {one.pk for one in ahead}
        found = asked if is_digit else asked | still
        found = found if still & found else set()
    elif newest is None or not _asks_nothing(newest):
        return []
    return [one for one in ahead if one.pk in found]


def _asks_something_else(newest: Delivery) -> bool:
    """Whether an answer to it is for people: a person wrote it, or asks for more."""
    by_hand = newest.writer_id is not None and newest.purpose != Purpose.REMINDER
    return by_hand or newest.purpose in (*OTHER_QUESTIONS, Purpose.HUMAN_REPLY)


def _asks_nothing(newest: Delivery) -> bool:
    is_first = newest.occasion == Occasion.FIRST_TEXT
    return is_first or newest.purpose in ASKS_NOTHING


def _asked(message: Message, written: Written, *, is_digit: bool) -> set[int]:
    """Whose visits a question is open about: nobody has answered it.

    One of which somebody else said meanwhile that they come may still be meant by a
    word; a digit answers a question that nobody has answered at all.
    """
    before = message.conversation.messages.filter(pk__lt=message.pk).order_by("-pk")
    last = before.values_list("came_at", flat=True).first()
    found = set()
    for one in written.deliveries:
        attendee = written.attendees.get(one.ids.get("attendee", 0))
        if attendee is None or one.occasion not in QUESTIONS:
            continue
        is_fresh = last is None or (one.left_at or one.planned_at) > last
        is_unanswered = attendee.status == Status.SCHEDULED
        if is_unanswered or (is_fresh and not is_digit):
            found.add(attendee.pk)
    return found


def _who_may_be_here(
    message: Message, written: Written, *, now: datetime
) -> Sequence[Attendee]:
    """Who of those with that number is expected about now, written to or not."""
    where = message.conversation.address
    sharing = grounds.sharers({where}).get(where, ())
    charts = {one.pk for one in sharing}
    charts |= {one.chart.pk for one in written.attendees.values()}
    rows = Attendee.objects.filter(
        Q(patient__in=charts) | Q(patient__merged_into__in=charts),
        is_withdrawn=False,
        status__in=AHEAD,
        appointment__starts_at__lt=now + visits.SOON,
        appointment__ends_at__gt=now,
    )
    return sorted(reminders.with_visit(rows), key=_start)


def _is_ahead(one: Attendee, *, now: datetime) -> bool:
    is_expected = one.status in AHEAD and not one.is_withdrawn
    return is_expected and _start(one) > now


def _start(attendee: Attendee) -> datetime:
    return attendee.appointment.starts_at


# What becomes of it -----------------------------------------------------------------
def _chosen(message: Message, letter: str, written: Written, *, now: datetime) -> bool:
    """They say which visit they meant."""
    question = _question(written, now=now)
    if question is None or letter not in question.ids:
        return False
    attendee = written.attendees.get(question.ids[letter])
    wish = Wish(question.ids[WISH])
    if attendee is None or not (wish is Wish.HERE or _is_ahead(attendee, now=now)):
        return False
    return _act(message, wish, attendee, written, now=now)


def _act(
    message: Message,
    wish: Wish,
    attendee: Attendee,
    written: Written,
    *,
    now: datetime,
) -> bool:
    """Do what they want; people read what answers old news, or may not be."""
    if not _is_as_written(attendee, written):
        return False
    try:
        with transaction.atomic():
            answered = _answer(message, attendee, written)
            reply_acts.act(wish, answered, now=now)
    except NotPossible:
        return False
    return True


def _is_as_written(attendee: Attendee, written: Written) -> bool:
    """Whether the visit still is when and where they were told it is."""
    before = written.newest_about(attendee.pk)
    return not before or visit_words.is_true_of(before.ids, attendee.appointment)


def _confirm_all(
    message: Message,
    found: Sequence[Attendee],
    written: Written,
    *,
    now: datetime,
) -> bool:
    """A yes to one text about several visits is one to each of them that stands."""
    answers = [_answer(message, one, written) for one in found]
    try:
        with transaction.atomic():
            joint_replies.confirm(answers, now=now)
    except NotPossible:
        return False
    return True


def _answer(message: Message, attendee: Attendee, written: Written) -> Answer:
    before = written.newest_about(attendee.pk) or written.newest
    return Answer(message, attendee, before)


def _ask_which(
    message: Message,
    wish: Wish,
    found: Sequence[Attendee],
    written: Written,
    *,
    now: datetime,
) -> bool:
    """Ask once which visit they mean; whoever cannot be asked is read by people."""
    zones = {one.appointment.location.time_zone for one in found}
    if len(zones) > 1 or message.conversation.channel == Channel.CALL:
        return False
    answered = _answer(message, found[0], written)
    try:
        words, letters = variables.choices(
            [_start(one) for one in found], zones.pop(), language=answered.language
        )
    except ValueError:
        return False
    ids = {WISH: int(wish), **{one: found[n].pk for one, n in letters.items()}}
    ids |= {f"{WHOSE}{one}": found[n].chart.pk for one, n in letters.items()}
    worded = wordings.load(now=now).to(
        answered.recipient, Occasion.WHICH_VISIT, values={"choices": words}
    )
    reply_acts.write(answered, Occasion.WHICH_VISIT, worded, ids, now=now)
    return True
