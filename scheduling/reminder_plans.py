"""Plans of reminders: which holds for a visit, and what managers do with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from consent.states import Channel
from messaging.occasions import Occasion
from practice.rules import NotPossible
from practice.trail import Actor, keep, locked
from scheduling.models import ReminderPlan, ReminderStep
from scheduling.reminder_states import Condition, When

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from practice.models import Location
    from practice.versions import Shown
    from scheduling.models import AppointmentType

BEFORE, AFTER = When.BEFORE, When.AFTER
UNCONFIRMED = Condition.UNCONFIRMED
# The steps of the plan that comes with the house. A text after a visit, or after a
# missed one, is never sent of therapy or psychiatry unless somebody wants it there:
# so a manager switches it on, best in the plan of a type for which it is right.
DEFAULTS: Sequence[Mapping[str, Any]] = (
    {"occasion": Occasion.BOOKED, "channel": "", "when": When.BOOKED},
    {
        "occasion": Occasion.WEEK_BEFORE,
        "channel": Channel.MAIL,
        "when": BEFORE,
        "days": 7,
        "at": time(10),
    },
    {
        "occasion": Occasion.TWO_DAYS,
        "channel": Channel.TEXT,
        "when": BEFORE,
        "days": 2,
        "at": time(10),
        "condition": UNCONFIRMED,
    },
    {
        "occasion": Occasion.SAME_DAY,
        "channel": Channel.TEXT,
        "when": BEFORE,
        "minutes": 180,
    },
    {
        "occasion": Occasion.AFTER_VISIT,
        "channel": Channel.TEXT,
        "when": AFTER,
        "days": 1,
        "at": time(11),
        "is_in_use": False,
    },
    {
        "occasion": Occasion.MISSED,
        "channel": Channel.TEXT,
        "when": AFTER,
        "days": 1,
        "at": time(11),
        "is_in_use": False,
    },
)


class AlwaysThere(NotPossible):
    """The plan for all other visits cannot be given up."""


@dataclass(frozen=True, slots=True)
class Plans:
    """All plans in use with their steps: asked for once."""

    plans: Mapping[tuple[int | None, int | None], ReminderPlan]
    steps: Mapping[int, Sequence[ReminderStep]]  # in use, by plan
    newest: int  # history row of any of them: another one means another plan

    def of(self, type_id: int, location_id: int) -> ReminderPlan | None:
        """The plan that names most of a visit; a type says more than a place."""
        names = (
            (type_id, location_id),
            (type_id, None),
            (None, location_id),
            (None, None),
        )
        found = (self.plans.get(one) for one in names)
        return next((plan for plan in found if plan), None)

    def steps_for(self, type_id: int, location_id: int) -> Sequence[ReminderStep]:
        plan = self.of(type_id, location_id)
        return self.steps.get(plan.pk, ()) if plan else ()


def load() -> Plans:
    """The plans as they are now, in a constant number of queries."""
    steps: dict[int, list[ReminderStep]] = defaultdict(list)
    rows = ReminderPlan.objects.filter(is_in_use=True).select_related(
        "type", "location"
    )
    plans = {(one.type_id, one.location_id): one for one in rows}
    for step in ReminderStep.objects.filter(is_in_use=True, plan__is_in_use=True):
        steps[step.plan_id].append(step)
    return Plans(plans, steps, newest())


def newest() -> int:
    """Grows with every change of any plan or step."""
    return sum(
        model.history.aggregate(at=Max("history_id"))["at"] or 0
        for model in (ReminderPlan, ReminderStep)
    )


@transaction.atomic
def provide(*, by: Actor) -> ReminderPlan:
    """The plan that holds where no other does, made if it is not there."""
    known = ReminderPlan.objects.filter(type=None, location=None).first()
    return known or _make(None, None, DEFAULTS, by=by)


@transaction.atomic
def add(
    *, kind: AppointmentType | None, location: Location | None, by: Actor
) -> ReminderPlan:
    """A plan for some visits, with the steps that held for them until now.

    One that was given up comes back as it was.
    """
    known = ReminderPlan.objects.filter(type=kind, location=location).first()
    if known is not None:
        return restore(plan=known, by=by)
    held = load().of(kind.pk if kind else 0, location.pk if location else 0)
    copied = held.steps.all() if held else ()
    steps = [{name: getattr(one, name) for name in COPIED} for one in copied]
    return _make(kind, location, steps or DEFAULTS, by=by)


COPIED = (
    *("occasion", "channel", "when", "days", "minutes", "at", "condition"),
    *("is_by_person", "is_in_use"),
)


def _make(
    kind: AppointmentType | None,
    location: Location | None,
    steps: Sequence[Mapping[str, Any]],
    *,
    by: Actor,
) -> ReminderPlan:
    plan = ReminderPlan(type=kind, location=location)
    keep(plan, by=by, kind="reminder_plan.added")
    for one in steps:
        keep(ReminderStep(plan=plan, **one), by=by, kind="reminder_step.added")
    return plan


@transaction.atomic
def change(
    *, plan: ReminderPlan, needs_call: bool, by: Actor, seen: Shown | None = None
) -> ReminderPlan:
    plan = locked(plan)
    if seen is not None:
        seen.check()
    plan.needs_call = needs_call
    return keep(plan, by=by, kind="reminder_plan.changed")


@transaction.atomic
def retire(*, plan: ReminderPlan, by: Actor) -> ReminderPlan:
    """Its visits follow the next plan that suits them. Raises AlwaysThere."""
    plan = locked(plan)
    if plan.is_default:
        raise AlwaysThere(_("This plan holds for all other visits: change its steps."))
    plan.is_in_use = False
    return keep(plan, by=by, kind="reminder_plan.retired")


@transaction.atomic
def restore(*, plan: ReminderPlan, by: Actor) -> ReminderPlan:
    plan = locked(plan)
    plan.is_in_use = True
    return keep(plan, by=by, kind="reminder_plan.restored")


@transaction.atomic
def add_step(*, plan: ReminderPlan, by: Actor, **details: Any) -> ReminderStep:
    step = ReminderStep(plan=plan, **details)
    return keep(step, by=by, kind="reminder_step.added")


@transaction.atomic
def change_step(
    *, step: ReminderStep, by: Actor, seen: Shown | None = None, **details: Any
) -> ReminderStep:
    """Visits ahead follow within a minute; what has left has left."""
    step = locked(step)
    if seen is not None:
        seen.check()
    for name, value in details.items():
        setattr(step, name, value)
    return keep(step, by=by, kind="reminder_step.changed")
