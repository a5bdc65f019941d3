"""Which free times suit a patient best: ranked by their habits, and among clinicians
who take new patients by who has room. Each with the reason in words.

Asked for by a press, never by itself; the plain order of time is always there too.
It books nothing and holds nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Sum
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from practice import zones
from practice.models import CareTeamMember, Clinician, Location
from practice.models.patients import about_charts
from scheduling import hours
from scheduling.ai_uses import AiUse, permitted
from scheduling.finding import find, fit_of
from scheduling.minutes import instant_of
from scheduling.models import Appointment, Attendee
from scheduling.offering import spread
from scheduling.states import CANCELLATIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from practice.models import Patient
    from scheduling.finding import Question
    from scheduling.slots import Slot
    from scheduling.statements import Days

SHOWN, EACH_DAY = 5, 2
LOOKED_AT = 30  # of a patient's last visits
NOTHING, ONE_DAY = timedelta(0), timedelta(days=1)
AHEAD = timedelta(days=27)  # after the first day, over which loads are counted at least
ENOUGH = 3  # visits that make a habit
OFTEN = 0.4  # as a share of visits
# What a perfect fit of each kind is worth; being free today is worth SOON, less later.
OWN, WHO, WHERE, DAY, HOUR, ROOM, SOON = 5.0, 4.0, 2.0, 2.0, 2.0, 6.0, 1.0
WEEK = 7 * 24 * 60  # minutes


class Visit(NamedTuple):
    """An earlier visit, as far as it says something about habits."""

    clinician: int
    place: int
    weekday: int
    hour: int


@dataclass(frozen=True)
class Habits:
    """What a patient usually does; nothing is known of somebody new."""

    visits: Sequence[Visit] = ()
    own: int | None = None  # the clinician who leads their care

    @property
    def has_clinician(self) -> bool:
        return self.own is not None or len(self.visits) >= ENOUGH

    def share(self, column: str, value: int) -> float:
        """Of the visits, how many have a value in a column."""
        return self._counts[column][value] / max(len(self.visits), 1)

    def share_around(self, hour: int) -> float:
        return sum(self.share("hour", near) for near in (hour - 1, hour, hour + 1))

    @cached_property
    def _counts(self) -> Mapping[str, Counter[int]]:
        """How often each value stands in a column; asked for every free time."""
        return {
            name: Counter(getattr(one, name) for one in self.visits)
            for name in Visit._fields
        }


@dataclass(frozen=True, slots=True)
class Loads:
    """How much of their time the clinicians who take new patients have given away."""

    of: Mapping[int, float] = field(default_factory=dict)  # 0 is all free, 1 is full

    def is_least(self, clinician: int) -> bool:
        return clinician in self.of and self.of[clinician] <= min(self.of.values())


class Suggestion(NamedTuple):
    """A free time, and why it is suggested."""

    slot: Slot
    reasons: Sequence[str]


# Ranking: pure ----------------------------------------------------------------------
def rank(
    slots: Iterable[Slot],
    habits: Habits,
    loads: Loads,
    *,
    zones: Mapping[int, str],
    most: int = SHOWN,
) -> list[Suggestion]:
    """The free times that suit best, a few, and not all on one day.

    `zones` are those of the places. Somebody without a clinician of their own is
    offered those who take new patients, where any has time.
    """
    wanted = list(slots)
    if not habits.has_clinician:
        wanted = [one for one in wanted if one.clinician in loads.of] or wanted
    if not wanted:
        return []
    first = min(one.starts for one in wanted)
    here = {place: ZoneInfo(zone) for place, zone in zones.items()}
    rated = []
    for slot in wanted:
        at = instant_of(slot.starts).astimezone(here[slot.place])
        points = _points(slot, at, habits, loads)
        soon = SOON / (1 + (slot.starts - first) / WEEK)
        rated.append((-sum(points.values()) - soon, slot, at, points))
    rated.sort(key=lambda one: (one[0], one[1][:3]))
    return [
        Suggestion(slot, _reasons(slot, at, points, habits, loads))
        for slot, at, points in _mixed([one[1:] for one in rated], most)
    ]


Points = dict[str, float]
Rated = tuple["Slot", "datetime", Points]


def _points(slot: Slot, at: datetime, habits: Habits, loads: Loads) -> Points:
    """What speaks for a free time, by kind."""
    known = WHO * habits.share("clinician", slot.clinician)
    points = {
        "who": OWN if habits.own == slot.clinician else known,
        "where": WHERE * habits.share("place", slot.place),
        "day": DAY * habits.share("weekday", at.weekday()),
        "hour": HOUR * habits.share_around(at.hour),
    }
    if not habits.has_clinician and slot.clinician in loads.of:
        points["room"] = ROOM * (1 - loads.of[slot.clinician])
    return points


def _mixed(rated: Sequence[Rated], most: int) -> list[Rated]:
    """The best, but at most a few of a day while other days have some too."""
    days: Counter[object] = Counter()
    chosen, spare = [], []
    for one in rated:
        day = one[1].date()
        if days[day] < EACH_DAY:
            days[day] += 1
            chosen.append(one)
        else:
            spare.append(one)
        if len(chosen) == most:
            break
    return [*chosen, *spare][:most]


def _reasons(
    slot: Slot, at: datetime, points: Points, habits: Habits, loads: Loads
) -> list[str]:
    """Why, in words; a single visit of the past is no habit."""
    found = []
    if habits.own == slot.clinician:
        found.append(_("their own clinician"))
    is_known = len(habits.visits) >= ENOUGH
    if is_known and points["who"] >= WHO * OFTEN and not found:
        found.append(_("the clinician they usually see"))
    if is_known and points["day"] >= DAY * OFTEN:
        found.append(_("usually comes on %(day)s") % {"day": WEEKDAYS[at.weekday()]})
    if is_known and points["hour"] >= HOUR * OFTEN:
        found.append(_("around their usual time"))
    if is_known and points["where"] >= WHERE * OFTEN:
        found.append(_("where they usually come"))
    if "room" in points:
        free = 1 - loads.of[slot.clinician]
        words = _("takes new patients, %(share)s %% of these weeks is free")
        if loads.is_least(slot.clinician):
            words = _("takes new patients and has most room: %(share)s %% is free")
        found.append(words % {"share": round(100 * free)})
    return found or [_("one of the next free times")]


# Asking -----------------------------------------------------------------------------
def suggest(
    question: Question,
    patients: Sequence[Patient],
    *,
    now: datetime,
    most: int = SHOWN,
) -> list[Suggestion]:
    """The free times that suit some patients best; none where there are none.

    Where somebody's data may not be read for it, there is no suggestion at all, and
    whoever books has the plain order.
    """
    ids = {one.pk for one in patients}
    if not ids or permitted(AiUse.SLOT_SUGGESTION, ids) != ids:
        return []
    habits = habits_of(patients, now=now)
    loads = Loads() if habits.has_clinician else loads_of(_weeks(question))
    apart = fit_of(question.type, question.length).whole
    slots = spread(find(question, now=now).slots, apart)
    return rank(slots, habits, loads, zones=_zones(slots), most=most)


def habits_of(patients: Sequence[Patient], *, now: datetime) -> Habits:
    """What some patients usually do, by all their charts. Takes two queries."""
    heads = {one.merged_into_id or one.pk for one in patients}
    theirs = about_charts(heads)
    rows = Attendee.objects.filter(theirs, is_withdrawn=False).exclude(
        status__in=CANCELLATIONS
    )
    names = ("clinician_id", "location_id", "starts_at", "location__time_zone")
    found = rows.order_by("-appointment__starts_at", "-pk").values_list(
        *(f"appointment__{name}" for name in names)
    )
    team = CareTeamMember.objects.filter(theirs, is_lead=True, ended_at=None)
    leads = set(team.filter(staff__is_active=True).values_list("staff", flat=True))
    return Habits(
        [_visit(*row) for row in found[:LOOKED_AT]],
        own=leads.pop() if len(leads) == 1 else None,
    )


def loads_of(days: Days) -> Loads:
    """The load of each clinician who takes new patients, of the hours that hold from
    the first to the last of some days. Takes six queries."""
    takers = set(
        Clinician.objects.filter(
            takes_new_patients=True, staff__is_active=True
        ).values_list("staff", flat=True)
    )
    zone = zones.of_practice()
    taken = Appointment.objects.live().filter(
        clinician__in=takers,
        starts_at__gte=zones.first_moment(days[0], zone),
        starts_at__lt=zones.end_of(days[1], zone),
    )
    booked = dict(
        taken.order_by()
        .values("clinician")
        .annotate(given_away=Sum(F("ends_at") - F("starts_at")))
        .values_list("clinician", "given_away")
    )
    return Loads(
        {
            who: min(booked.get(who, NOTHING) / timedelta(minutes=minutes), 1.0)
            for who, minutes in _minutes_of_hours(takers, days).items()
        }
    )


def _weeks(question: Question) -> Days:
    """The days that are asked for, and as many more as make a load of weeks."""
    return question.first, max(question.last, question.first + AHEAD)


def _minutes_of_hours(staff: Collection[int], days: Days) -> Mapping[int, int]:
    """How many minutes clinicians have hours on some days; of none, no row."""
    first, last = days
    every = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    found: Counter[int] = Counter()
    for one in hours.of_clinicians(staff, days=days).windows(every):
        found[one.clinician] += one.ends - one.starts
    return found


def _zones(slots: Sequence[Slot]) -> Mapping[int, str]:
    rows = Location.objects.filter(pk__in={one.place for one in slots})
    return dict(rows.values_list("pk", "time_zone"))


def _visit(clinician: int, place: int, starts_at: datetime, zone: str) -> Visit:
    local = starts_at.astimezone(ZoneInfo(zone))
    return Visit(clinician, place, local.weekday(), local.hour)
