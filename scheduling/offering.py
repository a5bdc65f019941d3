"""Free times as people choose them: spread over the days, each day by itself.

The search knows every start that fits, often each five minutes. People are offered
those that lie one visit apart, the first of each gap: they fill a day without holes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from practice import clock, zones
from scheduling import diary_rows, finding, statements
from scheduling.diary_scale import spoken
from scheduling.finding import Question
from scheduling.minutes import DAY, instant_of, minute_of
from scheduling.slots import Slot, Why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from scheduling.booking import Plan
    from scheduling.models import Modality
    from scheduling.statements import Place

DAYS_SHOWN = 6
EACH_DAY, WHOLE_DAY = 12, 200
NEAR, NEXT_DOOR = 6, 30  # so many, so many minutes apart
AROUND = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """One free time as a button."""

    slot: Slot
    clock: str
    day: str
    words: str  # what differs between the times shown: who, where, which zone
    way: Modality | None = None  # where several ways to meet come into question

    @property
    def value(self) -> str:
        return value_of(self.slot, self.way or "")

    @property
    def how(self) -> str:
        return str(self.way.label) if self.way else ""


@dataclass(frozen=True, slots=True)
class FreeDay:
    """The free times of a day, and how many more there are."""

    words: str
    on: date
    times: Sequence[FreeTime]
    more: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The next free days, or why there are none."""

    days: Sequence[FreeDay]
    why: str = ""
    later: date | None = None  # the day after the last shown, if more follow


def value_of(slot: Slot, way: str = "") -> str:
    """A free time as the button that books it says it (see forms.booking)."""
    parts = [slot.clinician, slot.place, slot.starts, *([way] if way else [])]
    return ".".join(map(str, parts))


def next_days(question: Question, *, own_zone: str, now: datetime) -> Offer:
    """The next days with free times that fit a question."""
    answer = finding.find_days(question, DAYS_SHOWN + 1, now=now)
    if answer.why:
        return Offer((), why=words_of(answer.why, question))
    apart = finding.fit_of(question.type, question.length).whole
    slots = spread(answer.slots, apart)
    most = WHOLE_DAY if question.first == question.last else EACH_DAY
    places = _places(slots)
    zones_of = {pk: place.time_zone for pk, place in places.items()}
    days = finding.by_day(slots, zones_of)
    # What is not shown is not put into words: that costs more than the search.
    shown = [slot for _on, rows in days[:DAYS_SHOWN] for slot in rows[:most]]
    told = dict(zip(shown, _told(question, shown, places, own_zone), strict=True))
    return Offer(
        [
            FreeDay(
                date_format(on, "l j F"),
                on,
                [told[slot] for slot in rows[:most]],
                len(rows[most:]),
            )
            for on, rows in days[:DAYS_SHOWN]
        ],
        later=days[DAYS_SHOWN][0] if len(days) > DAYS_SHOWN else None,
    )


def nearest(
    plan: Plan, *, notice: bool, own_zone: str, now: datetime
) -> Sequence[FreeTime]:
    """The free times nearest to a plan that cannot be, with the same clinician.

    With the type's notice they may come later than the days around it.
    """
    day = zones.local_day(plan.starts_at, plan.location.time_zone)
    earliest = now + (plan.type.minimum_notice if notice else timedelta(0))
    first = max(day - AROUND, zones.local_day(earliest, plan.location.time_zone))
    question = Question(
        type=plan.type,
        first=first,
        last=max(first, day) + AROUND,
        clinicians=[plan.clinician.pk],
        places=[plan.location.pk],
        modalities=[plan.modality],
        length=plan.length,
        notice=notice,
    )
    wanted = minute_of(plan.starts_at)
    found = finding.find(question, now=now).slots
    near = sorted(found, key=lambda one: abs(one.starts - wanted))
    apart = _apart(near)
    return _told(question, apart, _places(apart), own_zone)


def _apart(near: Iterable[Slot]) -> list[Slot]:
    """The first few, none a few minutes from another."""
    found: list[Slot] = []
    for slot in near:
        if all(abs(slot.starts - one.starts) >= NEXT_DOOR for one in found):
            found.append(slot)
        if len(found) == NEAR:
            break
    return found


def spread(slots: Iterable[Slot], apart: int) -> list[Slot]:
    """Those of some sorted slots that lie `apart` minutes from one another."""
    last: dict[tuple[int, int], int] = {}
    found = []
    for slot in slots:
        whose = (slot.clinician, slot.place)
        if slot.starts >= last.get(whose, -DAY) + apart:
            last[whose] = slot.starts
            found.append(slot)
    return found


def words_of(why: Why, question: Question) -> str:
    """Why there is no free time, as the front desk says it."""
    minutes = int((question.length or question.type.length).total_seconds() // 60)
    notice = question.type.minimum_notice
    said = {
        Why.NO_HOURS: _("Nobody who offers this has hours on these days."),
        Why.TOO_SOON: _("Too soon: this type needs %(hours)s hours of notice.")
        % {"hours": int(notice.total_seconds() // 3600)},
        Why.ALL_TAKEN: _("Everything is taken on these days."),
        Why.NO_GAP: _("There are gaps, but none of %(minutes)s minutes and buffers.")
        % {"minutes": minutes},
        Why.NO_ROOM: _("Somebody is free, but no room is."),
        Why.NO_WAY: _("“%(type)s” is not held this way.") % {"type": question.type},
    }
    return said[why]


def _places(slots: Sequence[Slot]) -> Mapping[int, Place]:
    return {one.pk: one for one in statements.places({one.place for one in slots})}


def _told(
    question: Question,
    slots: Sequence[Slot],
    places: Mapping[int, Place],
    own_zone: str,
) -> list[FreeTime]:
    """Slots with the clock and the names that people read; takes one query."""
    found = diary_rows.people({one.clinician for one in slots}) if slots else ()
    people = {pk: name for pk, name, _colour in found}
    is_open = len(question.ways) > 1
    return [
        _tell(
            slot,
            places[slot.place].time_zone,
            [
                people[slot.clinician] if len(people) > 1 else "",
                places[slot.place].short_name if len(places) > 1 else "",
                _zone_words(places[slot.place], own_zone),
            ],
            question.ways_at(slot)[0] if is_open else None,
        )
        for slot in slots
    ]


def _zone_words(place: Place, own_zone: str) -> str:
    """The zone in words, where it is not the practice's."""
    return "" if place.time_zone == own_zone else zones.spoken(place.time_zone)


def _tell(
    slot: Slot, zone: str, words: Iterable[str], way: Modality | None
) -> FreeTime:
    at = clock.local(instant_of(slot.starts), zone)
    return FreeTime(
        slot=slot,
        clock=spoken(at.hour * 60 + at.minute),
        day=_day_words(at.date(), get_language()),
        words=" · ".join(filter(None, words)),
        way=way,
    )


@lru_cache(maxsize=512)
def _day_words(on: date, _language: str | None) -> str:
    return date_format(on, "D j M")
