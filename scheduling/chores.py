"""What the clock starts on this floor: thin, idempotent, ids only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from practice.chores import Chore
from practice.trail import Automation
from scheduling import interpreting, risk, topping_up

if TYPE_CHECKING:
    from datetime import datetime

MINUTELY, HOURLY = timedelta(minutes=1), timedelta(hours=1)
OFTEN = timedelta(minutes=5)
DAILY, WEEKLY = timedelta(days=1), timedelta(days=7)
CLOCK = Automation("The clock")


def top_up_series(*, now: datetime) -> None:
    topping_up.top_up_all(by=CLOCK, now=now)


def see_to_interpreters(*, now: datetime) -> None:
    interpreting.see_to_all(by=CLOCK, now=now)


def learn_risk(*, now: datetime) -> None:
    risk.learn_anew(by=CLOCK, now=now)


def reckon_risks(*, now: datetime) -> None:
    risk.reckon_all(now=now)


def reckon_changed_risks(*, now: datetime) -> None:
    risk.reckon_changed(now=now)


CHORES = (
    Chore(
        "series.top_up",
        HOURLY,
        top_up_series,
        why=gettext_lazy("the next visits of a series that goes on"),
    ),
    Chore(
        "interpreters.see_to",
        OFTEN,
        see_to_interpreters,
        why=gettext_lazy("the visits of the next two weeks with an interpreter"),
    ),
    Chore(
        "risk.learn",
        WEEKLY,
        learn_risk,
        why=gettext_lazy("learnt anew from the visits of the last two years"),
    ),
    Chore("risk.reckon", DAILY, reckon_risks),
    Chore("risk.reckon_changed", MINUTELY, reckon_changed_risks),
)
