"""What an answer about a visit does, and what is written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from consent.purposes import Purpose
from consent.states import Channel
from messaging import naming, outbox, variables, wordings
from messaging.models import Message
from messaging.occasions import Occasion
from messaging.outbox import Envelope
from messaging.recipients import Recipient
from practice import links, work, zones
from practice.models import Role
from practice.trail import Automation
from scheduling import asked, reminder_plans, visit_words, visits
from scheduling.reply_words import Wish
from scheduling.states import Status
from scheduling.visit_words import News

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from messaging.models import Delivery
    from messaging.wordings import Worded
    from practice.models import Patient
    from scheduling.models import Attendee

REPLY = Automation("whoever answered the message")
OF_USE = timedelta(hours=1)
CANCEL_KIND = "visit.cancel_wanted"


@dataclass(frozen=True, slots=True)
class Answer:
    """A message that answers something, about whose visit, and what it answers."""

    message: Message
    attendee: Attendee
    before: Delivery | None

    @property
    def language(self) -> str:
        """The one in which we wrote, else the one that they read."""
        known = self.before.language if self.before else ""
        known = known or self.attendee.chart.written_language
        return known if known in variables.LANGUAGES else variables.LANGUAGES[0]

    @property
    def chart(self) -> Patient:
        """The one that stands for whoever comes."""
        return self.attendee.chart

    @property
    def is_spoken(self) -> bool:
        return self.message.conversation.channel == Channel.CALL

    @property
    def recipient(self) -> Recipient:
        """Whoever wrote, at the number from which they did."""
        chart, there = self.attendee.chart, self.message.conversation
        own = chart.time_zone or self.attendee.appointment.location.time_zone
        return Recipient(
            patient=chart,
            caregiver=self.before.caregiver if self.before else None,
            address=there.address,
            channel=Channel(there.channel),
            language=self.language,
            zone=self.before.zone if self.before else own,
            greeting="",
            may_name_practice=bool(naming.known_at([there.address])),
        )


def act(wish: Wish, answer: Answer, *, now: datetime) -> None:
    """Do what they ask for. Raises NotPossible where a rule forbids it."""
    _ACTS[wish](answer, now)


def _confirm(answer: Answer, now: datetime) -> None:
    """A second yes is thanked for as the first was."""
    confirmed(answer, now=now)
    say(answer, _CONFIRMED)
    _write_back(answer, Occasion.CONFIRMED, now=now)


def _here(answer: Answer, now: datetime) -> None:
    visits.arrive(attendees=[answer.attendee], by=REPLY, now=now)
    say(answer, _IS_HERE)
    _write_back(answer, Occasion.HERE, now=now)


def _move(answer: Answer, now: datetime) -> None:
    """The link lets them choose a time, or ask for one where they may not."""
    if answer.is_spoken:
        _ask_desk(answer, asked.KIND, _MOVE, now=now)
        return
    say(answer, _LINK_SENT)
    _write_back(answer, Occasion.CHOOSE_TIME, now=now)


def _cancel(answer: Answer, now: datetime) -> None:
    """Nothing is cancelled by a text: somebody calls, or they press it themselves."""
    visit = answer.attendee.appointment
    plan = reminder_plans.load().of(visit.type_id, visit.location_id)
    if not answer.is_spoken and plan is not None and not plan.needs_call:
        _move(answer, now)
        return
    _ask_desk(answer, CANCEL_KIND, _CANCEL, now=now)
    say(answer, _CANNOT_COME)
    _write_back(answer, Occasion.CANCEL_ASKED, now=now)


_ACTS = {
    Wish.CONFIRM: _confirm,
    Wish.CANCEL: _cancel,
    Wish.MOVE: _move,
    Wish.HERE: _here,
}
# With the time of the visit; and without, where whoever reads it may not know that.
_CONFIRMED = (
    gettext_lazy("Confirmed the visit on %(when)s."),
    gettext_lazy("Confirmed a visit."),
)
_IS_HERE = (
    gettext_lazy("Is here for the visit on %(when)s."),
    gettext_lazy("Is here for a visit."),
)
_LINK_SENT = (
    gettext_lazy("Was sent the link to move the visit on %(when)s."),
    gettext_lazy("Was sent the link to move a visit."),
)
_CANNOT_COME = (
    gettext_lazy("Cannot come on %(when)s: the desk is asked to call."),
    gettext_lazy("Cannot come to a visit: the desk is asked to call."),
)
_WAS_ASKED = gettext_lazy("Was asked which visit was meant.")
_CANCEL = gettext_lazy("Answered that they cannot come: call, and cancel or move it")
_MOVE = gettext_lazy("Asks by phone to move their visit")


def _ask_desk(answer: Answer, kind: str, title: StrOrPromise, *, now: datetime) -> None:
    attendee = answer.attendee
    work.raise_task(
        kind=kind,
        title=title,
        to=Role.FRONT_DESK,
        due_at=now + links.READ_BY,
        patient=attendee.patient,
        path=f"/visits/{attendee.appointment_id}/",
        once_key=asked.open_key(kind, attendee, ""),
        by=REPLY,
        now=now,
    )


# What is written --------------------------------------------------------------------
def confirmed(answer: Answer, *, now: datetime) -> None:
    """Take note that they come; a second yes changes nothing."""
    if answer.attendee.status != Status.CONFIRMED:
        visits.confirm(attendees=[answer.attendee], by=REPLY, now=now)


def say(answer: Answer, words: tuple[StrOrPromise, StrOrPromise]) -> None:
    """What was done with the message, for staff, in their language.

    When the visit is stands only where the message is on the chart of the visit.
    """
    visit, chart = answer.attendee.appointment, answer.message.patient
    is_theirs = chart is not None and (chart.merged_into or chart) == answer.chart
    when = zones.moment(visit.starts_at, visit.location.time_zone)
    said = work.words_for_staff(words[0 if is_theirs else 1]) % {"when": when}
    Message.objects.filter(pk=answer.message.pk).update(outcome=said[:200])


def _write_back(answer: Answer, occasion: Occasion, *, now: datetime) -> None:
    if answer.is_spoken:
        return  # the call itself says so
    news = News(
        answer.attendee,
        occasion,
        Purpose.ANSWER,
        planned_at=now,
        until_at=now + OF_USE,
    )
    envelope = visit_words.envelope(
        news,
        answer.recipient,
        wordings.load(now=now),
        meaning=meaning_of(answer),
        ids={"message": answer.message.pk},
        by=REPLY,
        now=now,
    )
    outbox.plan(envelope, by=REPLY, now=now)


def write(
    answer: Answer,
    occasion: Occasion,
    worded: Worded,
    ids: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    """Write back what is about no single visit, and so on the chart of nobody else
    than the one to whom the message was filed.
    """
    to = answer.recipient
    say(answer, (_WAS_ASKED, _WAS_ASKED))
    envelope = Envelope(
        meaning=meaning_of(answer),
        purpose=Purpose.ANSWER,
        channel=to.channel,
        address=to.address,
        subject=worded.subject,
        body=worded.body,
        zone=to.zone,
        language=to.language,
        occasion=occasion,
        planned_at=now,
        until_at=now + OF_USE,
        patient=answer.message.patient,
        caregiver=to.caregiver,
        ids={"message": answer.message.pk, **ids},
    )
    outbox.plan(envelope, by=REPLY, now=now)


def meaning_of(answer: Answer) -> str:
    return f"answer:{answer.message.pk}"
