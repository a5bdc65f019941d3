"""CHORES: reminders are planned and handed over, and news of visits told."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from practice.chores import Chore
from practice.trail import Automation, because
from scheduling import reminder_plans, reminders, reminders_due, telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

CLOCK = Automation("The clock")
SHORT, MINUTELY = timedelta(seconds=20), timedelta(minutes=1)
# The rest of what is due comes with the next turn.
PATIENCE_SECONDS = 8.0
WHY_REMINDED = gettext_lazy("the reminders that are due")
WHY_TOLD = gettext_lazy("what a message told, or could not")


def plan_reminders(*, now: datetime) -> None:
    """Follow whatever changed; the first time, make the plan that always holds."""
    reminder_plans.provide(by=CLOCK)
    _while_there_is_more(lambda: reminders.follow(now=now, by=CLOCK))


def hand_reminders_over(*, now: datetime) -> None:
    _while_there_is_more(lambda: reminders_due.hand_over(now=now, by=CLOCK))


def tell_news(*, now: datetime) -> None:
    _while_there_is_more(lambda: telling.tell_waiting(now=now, by=CLOCK))


def look_at_what_did_not_go(*, now: datetime) -> None:
    reminders_due.look_again(now=now)
    telling.bring_back(now=now, by=CLOCK)


def hand_on(*, now: datetime) -> int:
    """PROMPT: what is due goes to the outbox, and news whose minute is over.

    Asked every second: whether there is any, without a transaction.
    """
    done = 0
    if reminders_due.due(now=now).exists():
        with because(str(WHY_REMINDED)):
            done += reminders_due.hand_over(now=now, by=CLOCK)
    if telling.waiting(now=now).exists():
        with because(str(WHY_TOLD)):
            done += telling.tell_waiting(now=now, by=CLOCK)
    return done


def catch_up(*, now: datetime) -> int:
    """CATCH_UP: everything that chores do here, once."""
    plan_reminders(now=now)
    look_at_what_did_not_go(now=now)
    return _while_there_is_more(lambda: hand_on(now=now))


def _while_there_is_more(work: Callable[[], int]) -> int:
    ends, done = time.monotonic() + PATIENCE_SECONDS, 0
    while (more := work()) and time.monotonic() < ends:
        done += more
    return done + more


CHORES = (
    Chore("reminders.plan", MINUTELY, plan_reminders),
    Chore(
        "reminders.hand_over",
        SHORT,
        hand_reminders_over,
        why=WHY_REMINDED,
    ),
    Chore(
        "visits.tell",
        SHORT,
        tell_news,
        why=WHY_TOLD,
    ),
    Chore(
        "visits.not_told",
        MINUTELY,
        look_at_what_did_not_go,
        why=gettext_lazy("the message did not reach them"),
    ),
)
