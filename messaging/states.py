"""The status of a delivery: what our own actions may do, and what a vendor's word may.

A vendor's words come late, twice and in any order. They only ever lead on, by rank:
accepted, sent, then one of the three ends. What a word cannot lead on from stays as
it is; the word is recorded beside it.

To try again after `undelivered` or `failed` makes a new delivery. A delivery goes
back to `due` only where nothing left: the vendor surely made nothing (it said 429,
or the connection was refused), or it knew of nothing when it was asked again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.states import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(models.TextChoices):
    """How a delivery stands; the words are those that staff read."""

    DUE = "due", _("Waits")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("On its way")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Not delivered")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not sent")
    EXPIRED = "expired", _("Too late to send")
    UNCERTAIN = "uncertain", _("Not sure it went")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# It is not sent any more, each time for a reason that is recorded.
LEFT_OUT = frozenset({Status.SUPPRESSED, Status.EXPIRED, Status.WITHDRAWN})
ENDS = frozenset({Status.DELIVERED, Status.UNDELIVERED, Status.FAILED})
FINAL = ENDS | LEFT_OUT
# It may have reached somebody.
MAY_HAVE_LEFT = frozenset(Status) - LEFT_OUT - {Status.DUE}
# Nobody knows yet whether it leaves.
UNDER_WAY = frozenset({Status.SENDING, Status.UNCERTAIN})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.DUE: LEFT_OUT | {Status.SENDING},
    # Whatever is looked at last may find a reason; a lost lease leaves it uncertain.
    Status.SENDING: LEFT_OUT
    | {
        Status.ACCEPTED,
        Status.SENT,
        Status.FAILED,
        Status.UNCERTAIN,
        Status.DUE,
    },
    # Somebody says how it was; or nothing was found, and it is due again or too late.
    Status.UNCERTAIN: frozenset(
        {Status.DUE, Status.SENT, Status.FAILED, Status.EXPIRED, Status.WITHDRAWN}
    ),
    # Nobody heard more, and nobody will: a person says that it did not arrive.
    Status.ACCEPTED: frozenset({Status.FAILED}),
    Status.SENT: frozenset({Status.UNDELIVERED}),
    **{final: frozenset() for final in FINAL},
}

RANKS: Mapping[Status, int] = {
    Status.ACCEPTED: 1,
    Status.SENT: 2,
    **dict.fromkeys(ENDS, 3),
}
_ANY = frozenset(RANKS)
HEARD: Mapping[Status, frozenset[Status]] = {
    # A word may overtake the answer that it follows, and one about an earlier try
    # may come while the delivery is due again: then it is not sent twice.
    Status.DUE: _ANY,
    Status.SENDING: _ANY,
    Status.UNCERTAIN: _ANY,
    Status.ACCEPTED: ENDS | {Status.SENT},
    Status.SENT: ENDS,
    **{final: frozenset() for final in FINAL},
}

# What was withdrawn before it left comes back when it is planned again.
COMES_BACK = (Status.WITHDRAWN, Status.DUE)

# The vendor's words (its Messages and Calls interfaces) for these.
_CALLED = ("initiated", "ringing")
WORDS: Mapping[str, Status] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), Status.ACCEPTED),
    **dict.fromkeys(_CALLED, Status.ACCEPTED),
    "in-progress": Status.SENT,
    "completed": Status.DELIVERED,
    **dict.fromkeys(("busy", "no-answer"), Status.UNDELIVERED),
    "sent": Status.SENT,
    **dict.fromkeys(("delivered", "read"), Status.DELIVERED),
    "undelivered": Status.UNDELIVERED,
    **dict.fromkeys(("failed", "canceled"), Status.FAILED),
}


def check_move(old: str, new: str) -> None:
    """Raise IllegalMove unless our own action may take a delivery there."""
    if Status(new) in MOVES[Status(old)]:
        return
    words = gettext("A message that is “%(old)s” does not become “%(new)s”.")
    if old == new:
        words = gettext("This message already is “%(old)s”.")
    raise IllegalMove(words % {"old": Status(old).label, "new": Status(new).label})


def after(old: str, word: str) -> Status:
    """Where a vendor's word leaves a delivery; where it was if that is no news."""
    heard = WORDS.get(word)
    return heard if heard in HEARD[Status(old)] else Status(old)


def ways() -> frozenset[tuple[Status, Status]]:
    """Every way from one status to another, whoever goes it."""
    steps = ((old, new) for t in (MOVES, HEARD) for old in t for new in t[old])
    return frozenset({*steps, COMES_BACK})


def faults(
    moves: Mapping[Status, frozenset[Status]],
    heard: Mapping[Status, frozenset[Status]],
) -> list[str]:
    """What is wrong with a pair of such tables; empty where nothing is."""
    both = {"moves": moves, "heard": heard}
    found = [
        f"{name} does not say where each status leads"
        for name, table in both.items()
        if set(table) != set(Status)
    ]
    for name, table in both.items():
        ways = [(old, new) for old, news in table.items() for new in news]
        found += [f"{name} leads out of {old}" for old, _new in ways if old in FINAL]
        found += [f"{name} leads {old} to itself" for old, new in ways if old == new]
    found += [
        f"heard leads {old} back to {new}"
        for old, news in heard.items()
        for new in news
        if RANKS.get(new, 0) <= RANKS.get(old, 0)
    ]
    return found


if _wrong := faults(MOVES, HEARD):
    raise TypeError("; ".join(_wrong))
