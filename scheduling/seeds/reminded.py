"""The demo's plans of reminders, and the reminders of its visits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from messaging.occasions import Occasion
from practice.seeds.houses import DEMO
from scheduling import reminder_plans, reminders, reminders_due

if TYPE_CHECKING:
    from datetime import datetime

    from scheduling.seeds.offers import Catalogue

# Whose reminders have left by now; messaging.seeds says what became of them.
LATELY, TURN = timedelta(days=2), timedelta(minutes=30)


def plan(catalogue: Catalogue, *, now: datetime) -> None:
    """One plan for all visits, and one for first visits: who missed theirs is asked.

    Somebody looks at each of these before it goes.
    """
    reminder_plans.provide(by=DEMO)
    first = reminder_plans.add(kind=catalogue.intake, location=None, by=DEMO)
    missed = first.steps.get(occasion=Occasion.MISSED)
    reminder_plans.change_step(step=missed, is_in_use=True, is_by_person=True, by=DEMO)
    while reminders.follow(now=now - LATELY, by=DEMO):
        pass
    for turn in range(LATELY // TURN):
        reminders_due.hand_over(now=now - LATELY + turn * TURN, by=DEMO)
