"""The times to which a patient may move a visit by its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import formats

from practice import zones
from scheduling import finding, offering
from scheduling.minutes import instant_of, minute_of
from scheduling.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduling.models import Appointment, CalendarRules

TO = "to-"  # how the button of a time begins
SOONEST = timedelta(hours=2)  # where no cancellation counts as late
OFFERED_FOR = timedelta(days=28)
MOST_DAYS, MOST_A_DAY = 6, 6


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time, as the button's value and as people read it."""

    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class OfferedDay:
    words: str
    times: Sequence[Offer]


def may_choose(visit: Appointment, *, is_late: bool) -> bool:
    """Whether they may move it themselves: alone in it, allowed, and not late."""
    if is_late or not visit.type.may_be_moved_by_link or visit.type.is_group:
        return False
    rows = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
    return rows.count() == 1


def free(
    visit: Appointment, held: CalendarRules, *, now: datetime
) -> Sequence[datetime]:
    """Free starts with the same clinician at the same place, by the type's notice.

    None so soon that the desk would not see it in time, or that it was late to cancel.
    """
    soonest = minute_of(now + max(held.late_cancel, SOONEST))
    today = zones.local_day(now, visit.zone)
    question = finding.Question(
        visit.type,
        first=today,
        last=today + OFFERED_FOR,
        clinicians=[visit.clinician_id],
        places=[visit.location_id],
        modalities=[visit.modality],
        length=visit.length,
    )
    apart = finding.fit_of(question.type, question.length).whole
    slots = finding.find(question, now=now).slots
    found = offering.spread([one for one in slots if one.starts >= soonest], apart)
    return [instant_of(slot.starts) for slot in found]


def offers(
    visit: Appointment, held: CalendarRules, *, now: datetime
) -> Sequence[OfferedDay]:
    """The first free times, spread over some days and over each day."""
    zone = ZoneInfo(visit.zone)
    found = [at.astimezone(zone) for at in free(visit, held, now=now)]
    days = []
    for day, times in groupby(found, key=datetime.date):
        shown = _spread(list(times))
        offers = [
            Offer(f"{TO}{minute_of(at)}", formats.time_format(at)) for at in shown
        ]
        days.append(OfferedDay(formats.date_format(day, "MONTH_DAY_FORMAT"), offers))
    return days[:MOST_DAYS]


def _spread(times: Sequence[datetime]) -> Sequence[datetime]:
    """A few of a day's times, from its first to its last."""
    if len(times) <= MOST_A_DAY:
        return times
    step = (len(times) - 1) / (MOST_A_DAY - 1)
    return [times[round(number * step)] for number in range(MOST_A_DAY)]
