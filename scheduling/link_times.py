"""The times to which a patient may move a visit by its link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import formats

from practice import zones
from scheduling import booking, finding, offering, taken
from scheduling.minutes import instant_of, minute_of
from scheduling.states import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    """Whether they may move it themselves: alone in it, allowed, and not late.

    Nor does anybody book for whom care has ended.
    """
    if is_late or not visit.type.may_be_moved_by_link or visit.type.is_group:
        return False
    rows = visit.attendees.filter(is_withdrawn=False, status__in=OPEN)
    people = [one.chart for one in rows.select_related("patient__merged_into")]
    return len(people) == 1 and not booking.not_in_care(people).exists()


def free(
    visit: Appointment, held: CalendarRules, *, now: datetime
) -> Sequence[datetime]:
    """Free starts with the same clinician at the same place, by the type's notice.

    None so soon that the desk would not see it in time, or that it was late to cancel,
    and none at which they come to another visit.
    """
    soonest = minute_of(now + max(held.late_cancel, SOONEST))
    today = zones.local_day(now, visit.zone)
    question = finding.Question(
        visit.type,
        first=today,
        last=today + OFFERED_FOR,
        clinicians=[visit.clinician_id],
        places=[visit.location_id],
        modalities=[visit.way_asked],
        length=visit.length,
    )
    apart = finding.fit_of(question.type, question.length).whole
    until = zones.end_of(question.last, visit.zone) + visit.length
    theirs = taken.elsewhere(visit, now, until)
    slots = [
        one
        for one in finding.find(question, now=now).slots
        if one.starts >= soonest
        and not _meets(instant_of(one.starts), visit.length, theirs)
    ]
    return [instant_of(slot.starts) for slot in offering.spread(slots, apart)]


def _meets(
    at: datetime, length: timedelta, spans: Iterable[tuple[datetime, datetime]]
) -> bool:
    return any(at < ends and at + length > starts for starts, ends in spans)


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
