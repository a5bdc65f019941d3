"""How a campaign stands, and the moves between that are legal.

Words and list change while it is a draft, and never after that; whoever wants others
takes it back to a draft, and then nobody has approved it any more. What was begun is
never begun anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practice.states import IllegalMove

if TYPE_CHECKING:
    from collections.abc import Mapping


class CampaignState(models.TextChoices):
    """The words are those that staff read."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waits for approval")
    READY = "ready", _("Ready to send")
    TRIAL = "trial", _("First batch")
    RUNNING = "running", _("Being sent")
    PAUSED = "paused", _("Paused")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Sent")


_S = CampaignState
BEGUN = frozenset({_S.TRIAL, _S.RUNNING, _S.PAUSED})
SENDING = frozenset({_S.TRIAL, _S.RUNNING})
OVER = frozenset({_S.STOPPED, _S.DONE})
NOT_BEGUN = frozenset({_S.DRAFT, _S.WAITING, _S.READY})

MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    _S.DRAFT: frozenset({_S.WAITING, _S.READY, _S.STOPPED}),
    _S.WAITING: frozenset({_S.DRAFT, _S.READY, _S.STOPPED}),
    _S.READY: frozenset({_S.DRAFT, _S.TRIAL, _S.RUNNING, _S.STOPPED}),
    _S.TRIAL: frozenset({_S.RUNNING, _S.PAUSED, _S.STOPPED}),
    _S.RUNNING: frozenset({_S.PAUSED, _S.STOPPED, _S.DONE}),
    _S.PAUSED: frozenset({_S.TRIAL, _S.RUNNING, _S.STOPPED}),
    _S.STOPPED: frozenset(),
    _S.DONE: frozenset(),
}


def check_move(old: str, new: str) -> None:
    """Raise IllegalMove unless a campaign may go from `old` to `new`."""
    if CampaignState(new) in MOVES[CampaignState(old)]:
        return
    said = {"old": CampaignState(old).label, "new": CampaignState(new).label}
    words = gettext("A group message that is “%(old)s” does not become “%(new)s”.")
    if old == new:
        words = gettext("This group message already is “%(old)s”: somebody was first.")
    raise IllegalMove(words % said)


def ways() -> frozenset[tuple[CampaignState, CampaignState]]:
    return frozenset((old, new) for old, news in MOVES.items() for new in news)


def faults(moves: Mapping[CampaignState, frozenset[CampaignState]]) -> list[str]:
    """What is wrong with such a table; empty where nothing is."""
    found = [] if set(moves) == set(_S) else ["not every state says where it leads"]
    for old, news in moves.items():
        found += [f"{old} leads to itself"] if old in news else []
        found += [f"{old} leads on"] if old in OVER and news else []
        if old not in NOT_BEGUN and news & NOT_BEGUN:
            found.append(f"{old} leads back before the beginning")
        if old not in OVER and _S.STOPPED not in news:
            found.append(f"{old} cannot be stopped")
    if _S.WAITING in moves and moves[_S.WAITING] & SENDING:
        found.append("what waits for approval leads to sending")
    return found


if _wrong := faults(MOVES):
    raise TypeError("; ".join(_wrong))
