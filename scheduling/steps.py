"""What can be done with a visit now: the steps that its status and its time allow.

A page offers these and no others; the actions refuse the rest with a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from scheduling import visits
from scheduling.states import AHEAD, CANCELLATIONS, MOVES, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django_stubs_ext import StrOrPromise

    from scheduling.models import Appointment, Attendee, CalendarRules


@dataclass(frozen=True, slots=True)
class Step:
    """One press: what the button says, what it does, what it leaves."""

    slug: str  # in addresses
    label: StrOrPromise  # of the button
    done: StrOrPromise  # said afterwards
    icon: str
    status: Status
    act: Callable[..., list[Attendee]]


CONFIRM = Step(
    "confirm",
    _("Confirm"),
    _("Confirmed."),
    "calendar-check",
    Status.CONFIRMED,
    visits.confirm,
)
ARRIVE = Step(
    "arrive",
    _("Arrived"),
    _("Arrived."),
    "door-open",
    Status.ARRIVED,
    visits.arrive,
)
START = Step(
    "start",
    _("Session begins"),
    _("In session."),
    "timer",
    Status.IN_SESSION,
    visits.start,
)
COMPLETE = Step(
    "complete",
    _("Completed"),
    _("Completed."),
    "check-check",
    Status.COMPLETED,
    visits.complete,
)
NO_SHOW = Step(
    "no-show",
    _("Did not come"),
    _("Recorded: did not come."),
    "user-x",
    Status.NO_SHOW,
    visits.mark_no_show,
)
STEPS: Sequence[Step] = (CONFIRM, ARRIVE, START, COMPLETE, NO_SHOW)
BY_SLUG = {step.slug: step for step in STEPS}


def possible(
    status: str, visit: Appointment, held: CalendarRules, *, now: datetime
) -> list[Step]:
    """The steps that lead on from a status at a visit now, in their order.

    Those that are legal and make sense at this time; the rest is set right, with a
    reason.
    """
    legal = MOVES[Status(status)]
    is_ahead = status in AHEAD
    return [
        step
        for step in STEPS
        if step.status in legal and _is_time(step, visit, held, now, is_ahead=is_ahead)
    ]


def is_legal(status: str, step: Step) -> bool:
    return step.status in MOVES[Status(status)]


def may_cancel(status: str) -> bool:
    return bool(CANCELLATIONS & MOVES[Status(status)])


def may_move(statuses: Iterable[str], *, is_joinable: bool = False) -> bool:
    """Whether everybody who comes is still ahead of the visit, or others may join."""
    coming = [one for one in statuses if one not in CANCELLATIONS]
    return (bool(coming) or is_joinable) and all(one in AHEAD for one in coming)


def _is_time(
    step: Step,
    visit: Appointment,
    held: CalendarRules,
    now: datetime,
    *,
    is_ahead: bool,
) -> bool:
    """Whether a step makes sense now, for somebody still awaited or already here."""
    has_begun, is_over = now >= visit.starts_at, now >= visit.ends_at
    is_soon = now >= visit.starts_at - visits.SOON
    when = {
        CONFIRM.slug: not has_begun,
        ARRIVE.slug: is_soon and not is_over,
        START.slug: has_begun and not is_over if is_ahead else is_soon,
        COMPLETE.slug: is_over if is_ahead else has_begun,
        NO_SHOW.slug: now >= visit.starts_at + held.no_show_after,
    }
    return when[step.slug]
