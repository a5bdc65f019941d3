"""When a step is due for a visit, until when it is of use, and whom it suits: pure.

Days are those of the location's calendar, and a time of day is its wall clock's: on
the days on which clocks change a reminder comes at the hour that the wall shows.
Whether the hour is a quiet one goes by the patient's own clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from messaging import quiet
from messaging.occasions import Occasion
from practice import zones
from practice.states import PatientState
from scheduling.models.types import Modality
from scheduling.reminder_states import Condition, State, When
from scheduling.states import AHEAD, CANCELLATIONS, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Who has just heard of a visit needs no reminder of it at once.
JUST_TOLD = timedelta(hours=2)
JUST_BOOKED = timedelta(hours=1)
# A question of care that comes later than this is none.
AFTERWARDS = timedelta(days=3)
# What goes out after a visit asks how it went.
WENT = {Occasion.AFTER_VISIT: Status.COMPLETED, Occasion.MISSED: Status.NO_SHOW}
GONE = (PatientState.ENDED, PatientState.DECEASED)


class Step(Protocol):
    """The columns of a ReminderStep by which it is due."""

    pk: int
    occasion: str
    when: str
    days: int
    minutes: int
    at: time | None
    condition: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One patient of one visit, as far as reminders go by it."""

    attendee: int
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    zone: str  # of the location
    own_zone: str  # whose hours may be quiet
    status: str
    modality: str
    chart_state: str
    is_withdrawn: bool = False
    is_first: bool = False
    is_news: bool = False  # it has just been booked, or moved to this start
    is_new: bool = False  # nobody planned its reminders before


@dataclass(frozen=True, slots=True)
class Wanted:
    """One reminder as it should stand."""

    step: int
    starts_at: datetime
    meant_at: datetime
    planned_at: datetime
    until_at: datetime
    state: State = State.WAITING
    reason: str = ""


# When -------------------------------------------------------------------------------
def meant_at(step: Step, facts: Facts) -> datetime:
    """When a step would leave if no hour were quiet, in UTC."""
    if step.when == When.BOOKED:
        return facts.booked_at
    if step.when == When.AFTER:
        return _from(facts.ends_at, step.days, step.minutes, step.at, facts.zone)
    return _from(facts.starts_at, -step.days, -step.minutes, step.at, facts.zone)


def _from(
    around: datetime, days: int, minutes: int, at: time | None, zone: str
) -> datetime:
    local = around.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=days)
    # A day on is the same hour on the wall; minutes are minutes.
    there = around.astimezone(UTC)
    if days or at is not None:
        there = zones.nearest_instant(day, at or local.time(), zone)
    return there + timedelta(minutes=minutes)


def until(step: Step, steps: Sequence[Step], facts: Facts) -> datetime:
    """When a step is of no more use: the next one comes, or the visit begins."""
    if step.when == When.AFTER:
        return meant_at(step, facts) + AFTERWARDS
    meant = meant_at(step, facts)
    before = (meant_at(one, facts) for one in steps if one.when == When.BEFORE)
    later = [at for at in before if meant < at < facts.starts_at]
    return min(later, default=facts.starts_at)


# Whether ----------------------------------------------------------------------------
def wanted(
    steps: Sequence[Step], facts: Facts, *, window: quiet.Window
) -> Iterator[Wanted]:
    """The reminders that a visit should have, as it stands now.

    A visit to which nobody comes has none.
    """
    if why_none(facts):
        return
    for step in steps:
        if step.when != When.BOOKED and _is_meant(step, facts):
            yield _wanted(step, steps, facts, window=window)


def why_none(facts: Facts) -> str:
    """Why a visit has no reminders at all, as a sentence; empty where it may."""
    if facts.is_withdrawn:
        return _("The visit was booked by mistake.")
    if facts.status in CANCELLATIONS:
        return _("The visit was cancelled.")
    if facts.chart_state in GONE:
        return _("Care has ended, or the patient died.")
    return ""


def _is_meant(step: Step, facts: Facts) -> bool:
    """What comes after a visit goes by how it went."""
    if step.when == When.AFTER:
        return facts.status == WENT.get(Occasion(step.occasion), Status.COMPLETED)
    return True


def _wanted(
    step: Step, steps: Sequence[Step], facts: Facts, *, window: quiet.Window
) -> Wanted:
    meant, ends = meant_at(step, facts), until(step, steps, facts)
    found = quiet.moment(
        planned=meant,
        until=ends,
        hours=quiet.Hours(facts.own_zone, window),
        now=meant - quiet.DAY,
        earliest=facts.ends_at if step.when == When.AFTER else None,
    )
    made = Wanted(step.pk, facts.starts_at, meant, found.at or meant, ends)
    state = State.WAITING if found.at else State.LEFT_OUT
    return replace(made, state=state, reason=found.why)


def why_too_late(step: Step, facts: Facts, planned: datetime, *, now: datetime) -> str:
    """Why a step no longer makes sense for a visit that was not planned before.

    A booking or a move is news of its own: what was due before it, or comes right
    after it, says nothing new. What comes after a visit may come late.
    """
    if step.when == When.AFTER:
        return ""
    # Where planning itself was late, what came due meanwhile still goes.
    if planned < (facts.booked_at if facts.is_new else now):
        return _("Its time had passed when it was booked or moved.")
    if facts.is_news and planned < now + JUST_TOLD:
        return _("They had just been told of the visit.")
    return ""


def over_words() -> str:
    return _("Its time had passed.")


def why_not_together() -> str:
    """Why one text for several does not go, on the charts of all of them."""
    return _("One of the visits that it names has changed, or somebody does not agree.")


def why_not_now(step: Step, facts: Facts) -> str:
    """Why a step that is due does not suit the visit as it stands now."""
    if reason := why_none(facts):
        return reason
    if step.when == When.AFTER:
        return "" if _is_meant(step, facts) else _("The visit went otherwise.")
    if facts.status not in AHEAD:
        return _("They are here already, or the visit is over.")
    match Condition(step.condition):
        case Condition.UNCONFIRMED if facts.status != Status.SCHEDULED:
            return _("They have confirmed already.")
        case Condition.FIRST_VISIT if not facts.is_first:
            return _("It is not their first visit.")
        case Condition.TELEHEALTH if facts.modality != Modality.TELEHEALTH:
            return _("The visit is not by video.")
    return ""
