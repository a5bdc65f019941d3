"""What a vendor's error means for a message, and what is done about it.

Codes are Twilio's (its error dictionary). Its wording of an error may change without
notice and is never read. A code that is not here is a failure that staff see.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise


class Kind(Enum):
    """What is done; each is one act of the outbox."""

    RETRY_LATER = "retry later"  # in a while, inside its hours
    STOP_CHANNEL = "stop the channel"  # nothing leaves until a person has looked
    SUPPRESS = "suppress the address"  # only the patient's own START lifts it
    FLAG_NUMBER = "flag the number"  # a task for the desk, the next channel is tried
    # An alert to the owner; this message is lost, a group message stops, others go.
    CONFIGURATION = "alert about the settings"
    GIVE_UP = "give up"  # staff see it


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means."""

    kind: Kind
    words: StrOrPromise  # for the front desk
    retries: int = 0  # how often a later one may be tried for the same message
    flags_after: int = 0  # in a row, until the number is flagged all the same


_BUSY = _("The text service was busy. It is tried again by itself.")
_ACCOUNT = _("The text service refuses our account. No texts leave until it is mended.")
_SENDER = _("Our sending number is not set up for texts. No texts leave until it is.")
_CALLER = _("Our number is not set up for calls. No calls leave until it is.")
_NO_CALLS = _(
    "Calls to that number or country are switched off. The owner can allow it."
)
_NO_NUMBER = _("This is not a number that texts can reach. Ask for another one.")
_LANDLINE = _("This is a landline: it gets no texts. Call, or ask for a mobile number.")
_BLOCKED = _(
    "The phone companies block our texts. The owner has to look at the registration "
    "and the wording; sending again does not help."
)
_OURS = _("The text was not one that can be sent. Report this, it is our mistake.")

_RETRY = Meaning(Kind.RETRY_LATER, _BUSY, retries=5)
_STOP = Meaning(Kind.STOP_CHANNEL, _ACCOUNT)
_NO_SENDER = Meaning(Kind.STOP_CHANNEL, _SENDER)
_WRONG = Meaning(Kind.FLAG_NUMBER, _NO_NUMBER)
_FIXED_LINE = Meaning(Kind.FLAG_NUMBER, _LANDLINE)
_REGISTER = Meaning(Kind.CONFIGURATION, _BLOCKED)
_BUG = Meaning(Kind.GIVE_UP, _OURS)

_CALL_BUG = Meaning(
    Kind.GIVE_UP, _("The call was not one that can be made: our mistake.")
)

UNKNOWN = Meaning(
    Kind.GIVE_UP,
    _("The text did not arrive, and the text service does not say why. Call instead."),
)
MEANINGS: Mapping[int, Meaning] = {
    # When it is handed over.
    20429: _RETRY,
    21611: _RETRY,
    **dict.fromkeys((10001, 20003, 20005, 20404, 30002), _STOP),
    **dict.fromkeys((21603, 21606, 21703), _NO_SENDER),
    21610: Meaning(
        Kind.SUPPRESS,
        _("This number asked for no more texts. Only START from that phone lifts it."),
    ),
    **dict.fromkeys((21211, 21214, 21217, 21612, 21614), _WRONG),
    21635: _FIXED_LINE,
    # Of calls: our number, the country, and what we asked for.
    **dict.fromkeys((21210, 21212), Meaning(Kind.STOP_CHANNEL, _CALLER)),
    **dict.fromkeys((21215, 21216), Meaning(Kind.CONFIGURATION, _NO_CALLS)),
    **dict.fromkeys((21205, 21218, 21220), _CALL_BUG),
    21408: Meaning(
        Kind.CONFIGURATION,
        _("Texts to that country are switched off. The owner can allow them."),
    ),
    **dict.fromkeys((21602, 21617, 21658), _BUG),
    # Later, with its status.
    30001: _RETRY,
    30003: Meaning(
        Kind.RETRY_LATER,
        _("The phone was off or out of reach."),
        retries=1,
        flags_after=3,
    ),
    30004: Meaning(
        Kind.GIVE_UP,
        _("The phone company or the phone blocks our texts. Call instead."),
    ),
    30005: Meaning(
        Kind.GIVE_UP,
        _("The number may no longer be in use. Ask for another one."),
        flags_after=2,
    ),
    30006: _FIXED_LINE,
    **dict.fromkeys((30007, 30032, 30034), _REGISTER),
    30008: Meaning(
        Kind.RETRY_LATER,
        _("The text did not arrive; the phone company does not say why."),
        retries=1,
        flags_after=3,
    ),
    **dict.fromkeys((30022, 30023), _RETRY),
    30036: Meaning(
        Kind.GIVE_UP, _("The text waited too long to be of use and was given up.")
    ),
    30047: Meaning(
        Kind.RETRY_LATER,
        _("It would have come in quiet hours. It goes when they are over."),
        retries=1,
    ),
    30610: Meaning(
        Kind.SUPPRESS, _("This number asked for no more texts, says the text service.")
    ),
}
# How a call ended, where nobody took it: such words take the place of a code.
OF_CALLS: Mapping[str, Meaning] = {
    "busy": Meaning(
        Kind.RETRY_LATER, _("The line was busy."), retries=2, flags_after=6
    ),
    "no-answer": Meaning(
        Kind.RETRY_LATER, _("Nobody took the call."), retries=1, flags_after=6
    ),
    "failed": Meaning(
        Kind.GIVE_UP,
        _("The call could not be put through. Ask whether the number is right."),
        flags_after=2,
    ),
    "canceled": Meaning(Kind.GIVE_UP, _("The call was given up before it rang.")),
}
TOO_MANY_REQUESTS, UNAUTHORISED, FORBIDDEN, NOT_THERE = 429, 401, 403, 404


def meaning_of(code: int | str | None) -> Meaning:
    """What an error code means, as a number or as the vendor's forms write it."""
    text = str(code or "")
    if text in OF_CALLS:
        return OF_CALLS[text]
    return MEANINGS.get(int(text) if text.isdecimal() else 0, UNKNOWN)


def code_of_call(word: str, code: str = "") -> str:
    """What stands for an error of a call: the vendor's code, else how it ended."""
    return code or (word if word in OF_CALLS else "")


def of_answer(status: int, code: int | str | None = None) -> Meaning | None:
    """What an HTTP status means that answers a try to send; None: it is not clear.

    Where it is not clear the vendor may have taken the message: it is uncertain, and
    the vendor is asked before anything else.
    """
    if not is_surely_not_made(status):
        return None
    if status == TOO_MANY_REQUESTS:
        return _RETRY
    if (found := meaning_of(code)) is not UNKNOWN:
        return found
    return _STOP if status in (UNAUTHORISED, FORBIDDEN, NOT_THERE) else UNKNOWN


def is_surely_not_made(status: int) -> bool:
    """Whether a vendor that answers with this status made nothing (429 included)."""
    return 400 <= status < 500 and status != 408
