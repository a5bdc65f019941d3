"""What is sent for which purpose, and what each obeys: this table is the law.

Whatever leaves, leaves for one of these purposes. `consent.contacting` keeps what is
in SAID_BY_PEOPLE; the outbox keeps the rest at the moment of sending. The page “What
may be sent” shows the same table to everybody who works here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise


class Purpose(StrEnum):
    BOOKING = "booking"
    REMINDER = "reminder"
    CHANGE = "change"
    URGENT = "urgent"
    ON_THE_DAY = "on_the_day"
    OFFER = "offer"
    FOLLOW_UP = "follow_up"
    EDUCATION = "education"
    SURVEY = "survey"
    CAMPAIGN = "campaign"
    MISSED_CALL = "missed_call"
    ANSWER = "answer"
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"
    CRISIS = "crisis"
    HUMAN_REPLY = "human_reply"
    HUMAN_CALL = "human_call"
    ON_CALL_PAGE = "on_call_page"


class Obeys(StrEnum):
    OPT_OUT = "opt_out"
    CONSENT = "consent"
    SAFE_CONTACT = "safe_contact"
    STATE = "state"
    QUIET_HOURS = "quiet_hours"
    CAPS = "caps"
    STILL_TRUE = "still_true"
    NOT_TOO_LATE = "not_too_late"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    words: StrOrPromise
    obeys: frozenset[Obeys]
    why: StrOrPromise
    is_by_person: bool = False
    is_to_staff: bool = False


WORDS: Mapping[Obeys, tuple[StrOrPromise, StrOrPromise]] = {
    Obeys.OPT_OUT: (
        _("a stop"),
        _("Somebody who shares the number or address said stop."),
    ),
    Obeys.CONSENT: (
        _("missing consent"),
        _("The patient never agreed to this channel, said no, or does no longer."),
    ),
    Obeys.SAFE_CONTACT: (
        _("what is not safe there"),
        _("What the contact says of texts, calls and hours; and who must not know."),
    ),
    Obeys.STATE: (
        _("a pause"),
        _("Or an end of care, a death, somebody who checks on them."),
    ),
    Obeys.QUIET_HOURS: (
        _("quiet hours"),
        _("By the patient's own clock; it goes earlier or later, never nowhere."),
    ),
    Obeys.CAPS: (_("too many messages"), _("More in a day or a week than is decent.")),
    Obeys.STILL_TRUE: (
        _("a visit that changed"),
        _("The visit is no longer as it was when the message was planned."),
    ),
    Obeys.NOT_TOO_LATE: (
        _("being too late"),
        _("It would help nobody any more."),
    ),
}
SAID_BY_PEOPLE = frozenset(
    {Obeys.OPT_OUT, Obeys.CONSENT, Obeys.SAFE_CONTACT, Obeys.STATE}
)
_ALL = frozenset(Obeys)
_WISHES = frozenset({Obeys.OPT_OUT, Obeys.SAFE_CONTACT})
_OF_A_VISIT = frozenset({Obeys.STILL_TRUE, Obeys.NOT_TOO_LATE})

TABLE: Mapping[Purpose, Rule] = {
    Purpose.BOOKING: Rule(
        _("Notice that a visit is booked"),
        _ALL,
        _("It is kind, not urgent: it obeys everything."),
    ),
    Purpose.REMINDER: Rule(
        _("Reminder of a visit"),
        _ALL,
        _("The most frequent message obeys everything."),
    ),
    Purpose.CHANGE: Rule(
        _("A visit was cancelled or moved, more than a day ahead"),
        _ALL,
        _("There is time to wait for the morning, or to call."),
    ),
    Purpose.URGENT: Rule(
        _("A visit in the next 24 hours is cancelled, moved or closed out"),
        _ALL - {Obeys.QUIET_HOURS, Obeys.CAPS},
        _(
            "Nobody should travel for nothing: it goes at any hour and is never one "
            "too many. Where a wish forbids it, somebody calls."
        ),
    ),
    Purpose.ON_THE_DAY: Rule(
        _("“Come in”, “about 15 minutes”, running late"),
        _ALL - {Obeys.QUIET_HOURS, Obeys.CAPS},
        _("They are on their way or at the door: a minute later it is useless."),
    ),
    Purpose.OFFER: Rule(
        _("Offer of a freed time"),
        _ALL,
        _("They asked for it, and still it waits for a decent hour."),
    ),
    Purpose.FOLLOW_UP: Rule(
        _("After a visit, or after a missed one"),
        _ALL,
        _("A question of care, never of the minute."),
    ),
    Purpose.EDUCATION: Rule(
        _("Instructions and education"), _ALL, _("It can wait, and it can be declined.")
    ),
    Purpose.SURVEY: Rule(
        _("A question how it was"), _ALL, _("It is for us more than for them.")
    ),
    Purpose.CAMPAIGN: Rule(
        _("Group message"),
        _ALL,
        _("Nobody asked for it: it obeys everything, with hours of its own."),
    ),
    Purpose.MISSED_CALL: Rule(
        _("Answer to a call that nobody took"),
        _WISHES | {Obeys.CONSENT, Obeys.STATE, Obeys.CAPS, Obeys.NOT_TOO_LATE},
        _("They called a moment ago, so the hour is theirs; once a day."),
    ),
    Purpose.ANSWER: Rule(
        _("Automatic answer to a message of theirs"),
        _WISHES | {Obeys.STATE, Obeys.NOT_TOO_LATE},
        _("They wrote first and wait: no hour is quiet, and to write is to agree."),
    ),
    Purpose.OPT_OUT_CONFIRMATION: Rule(
        _("The one answer to “stop”"),
        frozenset({Obeys.SAFE_CONTACT, Obeys.CAPS, Obeys.NOT_TOO_LATE}),
        _("The law allows one, within five minutes, that says what is stopped."),
    ),
    Purpose.CRISIS: Rule(
        _("Crisis text with the numbers that help"),
        _WISHES,
        _(
            "Never held back by hours, by caps or by a pause. Where it is not safe, or "
            "blocked by a stop, a person acts at once."
        ),
    ),
    Purpose.HUMAN_REPLY: Rule(
        _("A person writes"),
        _WISHES | {Obeys.NOT_TOO_LATE},
        _("Somebody thought about it; what the patient forbade binds people too."),
        is_by_person=True,
    ),
    Purpose.HUMAN_CALL: Rule(
        _("A person calls"),
        _WISHES,
        _("As for writing; a stop of texts is none of calls by a person."),
        is_by_person=True,
    ),
    Purpose.ON_CALL_PAGE: Rule(
        _("Page to whoever is on call"),
        frozenset(),
        _("It goes to our own people, who are paid to be woken."),
        is_to_staff=True,
    ),
}


def rule_of(purpose: str) -> Rule:
    return TABLE[Purpose(purpose)]
