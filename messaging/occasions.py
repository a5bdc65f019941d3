"""What messages are written for, and what each of them cannot do without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from consent.states import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping


class Occasion(models.TextChoices):
    """What a template is for."""

    FIRST_TEXT = "first_text", _("First text to somebody")
    BOOKED = "booked", _("Visit booked")
    WEEK_BEFORE = "week_before", _("A visit to come, by e-mail")
    TWO_DAYS = "two_days", _("Two days before, to confirm")
    SAME_DAY = "same_day", _("On the day")
    TWO_DAYS_JOINT = "two_days_joint", _("Two days before, one text for a family")
    SAME_DAY_JOINT = "same_day_joint", _("On the day, one text for a family")
    MOVED = "moved", _("Visit moved")
    CHANGED = "changed", _("Visit at another place")
    CALLED_OFF = "called_off", _("Visit cancelled by the practice")
    CALLED_OFF_MAIL = "called_off_mail", _("Visit cancelled, by e-mail")
    STANDS_AGAIN = "stands_again", _("Visit takes place after all")
    BEGINS_LATER = "begins_later", _("Visit begins later")
    CLOSED = "closed", _("Practice closed")
    MISSED = "missed", _("After a missed visit")
    AFTER_VISIT = "after_visit", _("After a visit")
    INSTRUCTIONS = "instructions", _("Instructions for a visit")
    RECALL = "recall", _("Group message: time for a visit")
    CHOOSE_TIME = "choose_time", _("Link to choose another time")
    WHICH_VISIT = "which_visit", _("Question which visit is meant")
    CONFIRMED = "confirmed", _("Answer to a confirmation")
    CONFIRMED_JOINT = "confirmed_joint", _("Answer to a confirmation, for a family")
    CANCEL_ASKED = "cancel_asked", _("Answer to the wish to cancel")
    HERE = "here", _("Answer to “I am here”")
    COME_IN = "come_in", _("Come in now")
    A_MOMENT_MORE = "a_moment_more", _("A little longer in the waiting room")
    MISSED_CALL = "missed_call", _("After a call that nobody took")
    NIGHT = "night", _("Answer outside of hours")
    OPTED_OUT = "opted_out", _("Answer to STOP")
    OPTED_IN = "opted_in", _("Answer to START")
    VISITS_ONLY = "visits_only", _("Answer to VISITS")
    HELP = "help", _("Answer to HELP")
    CALL_OPENING = "call_opening", _("Call: before any key")
    CALL_VISIT = "call_visit", _("Call: the visit and its keys")
    CALL_CONFIRMED = "call_confirmed", _("Call: confirmed")
    CALL_HANDED_ON = "call_handed_on", _("Call: move or cancel, handed to the desk")
    CALL_OPTED_OUT = "call_opted_out", _("Call: no more calls")
    CALL_GOODBYE = "call_goodbye", _("Call: nobody pressed a key")
    VOICEMAIL = "voicemail", _("Call: voicemail")
    CALL_MENU = "call_menu", _("Who calls us: what they can do")
    CALL_MENU_DESK = "call_menu_desk", _("Who calls us: to talk to somebody")
    CALL_PIN = "call_pin", _("Who calls us: the phone PIN")
    CALL_NEXT = "call_next", _("Who calls us: their next visit")
    CALL_NOTHING = "call_nothing", _("Who calls us: nothing to be told here")
    CALL_RECORD = "call_record", _("Who calls us: leave a message")
    CALL_THANKS = "call_thanks", _("Who calls us: the message was taken")


# What every message may name, and what one about a visit may besides.
ALWAYS = frozenset(
    {"practice", "phone", "hours", "emergency_number", "crisis_line", "greeting"}
)
OF_VISITS = frozenset({"day", "time", "place"})


@dataclass(frozen=True, slots=True)
class Needs:
    """What a message has to have, and may not lack in any wording."""

    channel: Channel = Channel.TEXT
    variables: frozenset[str] = frozenset({"practice"})
    opt_out: bool = False  # how to get no more of them
    emergencies: bool = False  # that nobody reads it at once, and who does


def _of_visit(*more: str, opt_out: bool = False) -> Needs:
    return Needs(
        variables=frozenset({"practice", "day", "time", *more}), opt_out=opt_out
    )


def _of_several(*, opt_out: bool = False) -> Needs:
    return Needs(variables=frozenset({"practice", "day", "times"}), opt_out=opt_out)


def _spoken(*variables: str, opt_out: bool = False) -> Needs:
    return Needs(Channel.CALL, frozenset(variables), opt_out=opt_out)


NEEDS: Mapping[Occasion, Needs] = {
    **{one: Needs() for one in Occasion},
    # 47 CFR 64.1200(a)(7), (9)(iv): who it is from, and how to end it.
    Occasion.FIRST_TEXT: Needs(
        variables=frozenset({"practice", "hours"}), opt_out=True, emergencies=True
    ),
    Occasion.BOOKED: _of_visit(opt_out=True),
    Occasion.WEEK_BEFORE: Needs(Channel.MAIL, frozenset({"practice", "day", "time"})),
    Occasion.CALLED_OFF_MAIL: Needs(
        Channel.MAIL, frozenset({"practice", "day", "time"})
    ),
    Occasion.TWO_DAYS: _of_visit(opt_out=True),
    Occasion.SAME_DAY: _of_visit(),
    Occasion.TWO_DAYS_JOINT: _of_several(opt_out=True),
    Occasion.SAME_DAY_JOINT: _of_several(),
    Occasion.CONFIRMED_JOINT: _of_several(),
    Occasion.MOVED: _of_visit(),
    Occasion.CHANGED: _of_visit("place"),
    Occasion.CALLED_OFF: _of_visit(),
    Occasion.STANDS_AGAIN: _of_visit(),
    Occasion.BEGINS_LATER: _of_visit(),
    Occasion.CONFIRMED: _of_visit(),
    Occasion.CANCEL_ASKED: _of_visit(),
    Occasion.CLOSED: _of_visit(),
    Occasion.A_MOMENT_MORE: Needs(variables=frozenset({"practice", "time"})),
    Occasion.RECALL: Needs(opt_out=True),
    Occasion.INSTRUCTIONS: Needs(opt_out=True),
    Occasion.CHOOSE_TIME: Needs(variables=frozenset({"practice", "link"})),
    Occasion.WHICH_VISIT: Needs(variables=frozenset({"practice", "choices"})),
    Occasion.MISSED_CALL: Needs(opt_out=True, emergencies=True),
    Occasion.NIGHT: Needs(
        variables=frozenset({"practice", "hours", "crisis_line"}), emergencies=True
    ),
    Occasion.VISITS_ONLY: Needs(opt_out=True),
    Occasion.HELP: Needs(opt_out=True),
    # 47 CFR 64.1200(b): a recorded call says who calls and from which number, and a
    # key ends calls.
    Occasion.CALL_OPENING: _spoken("practice", "phone", opt_out=True),
    Occasion.CALL_VISIT: _spoken("day", "time", opt_out=True),
    Occasion.CALL_CONFIRMED: _spoken("day", "time"),
    Occasion.CALL_HANDED_ON: _spoken(),
    Occasion.CALL_OPTED_OUT: _spoken(),
    Occasion.CALL_GOODBYE: _spoken("phone"),
    Occasion.VOICEMAIL: _spoken("practice", "phone"),
    Occasion.CALL_MENU: Needs(Channel.CALL, frozenset({"practice"}), emergencies=True),
    Occasion.CALL_MENU_DESK: _spoken(),
    Occasion.CALL_PIN: _spoken(),
    Occasion.CALL_NEXT: _spoken("day", "time"),
    Occasion.CALL_NOTHING: _spoken("phone"),
    Occasion.CALL_RECORD: Needs(Channel.CALL, frozenset(), emergencies=True),
    Occasion.CALL_THANKS: _spoken(),
}

# One text about visits of several on one day, in place of one for each.
JOINT: Mapping[str, Occasion] = {
    Occasion.TWO_DAYS: Occasion.TWO_DAYS_JOINT,
    Occasion.SAME_DAY: Occasion.SAME_DAY_JOINT,
}
# What an e-mail says where a text would say it shorter, and asks for an answer.
_TO_COME = ("booked", "two_days", "same_day", "moved", "changed", "stands_again")
BY_MAIL: Mapping[str, Occasion] = {
    **dict.fromkeys(_TO_COME, Occasion.WEEK_BEFORE),
    **dict.fromkeys(("called_off", "closed"), Occasion.CALLED_OFF_MAIL),
}
