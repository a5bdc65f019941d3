"""Random weeks, half of them with a change of the clocks, against plain counting.

What is offered is exactly what is free, can be booked, and stays as it was booked;
what cannot be booked is said beforehand in the same words.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import duty, locations
from practice.rules import NotPossible
from scheduling import booking, catalogue, visits
from scheduling.finding import Question, find
from scheduling.minutes import instant_of, minute_of
from scheduling.models import Appointment
from scheduling.states import Status
from tests import cast
from tests.scheduling.clocks import DAY, ZONES, changes, days_in_zones, reached

pytestmark = pytest.mark.django_db
# A thousand weeks where everything is thorough.
WEEKS = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 15
BY = cast.FOUNDER
MINUTE = timedelta(minutes=1)
Span = tuple[int, int]


@dataclass
class Week:
    """What one clinician does at one place in the three days around a day."""

    zone: str
    day: date
    hours: dict[int, list[Span]]  # by weekday, minutes of the day
    fit: tuple[int, int, int, int]  # length, before, after, step
    lunch: Span | None
    is_shut: bool  # on the day after
    away: tuple[int, int] | None  # from, and how long: minutes from noon
    acts: list[tuple[str, int, int]]

    @property
    def days(self) -> list[date]:
        return [self.day - DAY, self.day, self.day + DAY]

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day - 5 * DAY, time(), UTC)

    @property
    def whole(self) -> int:
        return sum(self.fit[:3])


def quarters():
    some = st.tuples(st.integers(0, 92), st.integers(1, 95)).filter(
        lambda s: s[0] < s[1]
    )
    return some.map(lambda span: (span[0] * 15, span[1] * 15))


@st.composite
def weeks(draw):
    zone, day = draw(days_in_zones())
    hours = {
        (day + DAY * shift).weekday(): _apart(draw(st.lists(quarters(), max_size=2)))
        for shift in (-1, 0, 1)
    }
    acts = st.tuples(
        st.sampled_from(["book", "book", "try", "move", "cancel"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    )
    buffers = st.sampled_from([0, 5, 10, 15])
    fit = st.tuples(
        st.integers(4, 24), buffers, buffers, st.sampled_from([5, 10, 15, 30])
    )
    length, before, after, step = draw(fit)
    return Week(
        zone,
        day,
        hours,
        (length * 5, before, after, step),
        draw(st.none() | quarters()),
        draw(st.booleans()),
        draw(st.none() | st.tuples(st.integers(-900, 900), st.integers(1, 300))),
        draw(st.lists(acts, max_size=7)),
    )


def _apart(spans):
    """Those that do not meet: weekly hours at one place stand apart."""
    found = []
    for span in sorted(spans):
        if not found or span[0] > found[-1][1]:
            found.append(span)
    return found


# Plain counting -------------------------------------------------------------------
def open_minutes(week):
    """Each day's minutes in which visits may take place, hours less what shuts them."""
    return {day: _open_on(week, day) for day in week.days}


def _open_on(week, day):
    if week.is_shut and day == week.days[-1]:
        return set()
    spans = week.hours[day.weekday()]
    return {minute for span in spans for minute in _minutes(week, day, span)}


def _minutes(week, day, span):
    return range(reached(day, span[0], week.zone), reached(day, span[1], week.zone))


def closed_minutes(week):
    """What is taken without a visit: lunch on the day, and an absence."""
    found = set()
    if week.lunch:
        found |= set(_minutes(week, week.day, week.lunch))
    if week.away:
        start = minute_of(absence_of(week))
        found |= set(range(start, start + week.away[1]))
    return found


def absence_of(week):
    noon = datetime.combine(week.day, time(12), UTC)
    return noon + week.away[0] * MINUTE


def taken_minutes():
    return {
        minute
        for visit in Appointment.objects.live()
        for minute in range(minute_of(visit.taken_from), minute_of(visit.taken_until))
    }


def free_starts(week):
    """Every step of every run of open minutes, looked at by itself."""
    gone = closed_minutes(week) | taken_minutes()
    return sorted(
        begins + week.fit[1]
        for minutes in open_minutes(week).values()
        for run in _runs(minutes)
        for begins in range(run[0], run[-1] + 2 - week.whole, week.fit[3])
        if not gone & set(range(begins, begins + week.whole))
    )


def _runs(minutes):
    runs = []
    for minute in sorted(minutes):
        if runs and minute == runs[-1][-1] + 1:
            runs[-1].append(minute)
        else:
            runs.append([minute])
    return runs


def is_bookable(week, starts):
    """By the same counting, at any minute: visits may also lie over two days' hours."""
    wanted = range(starts - week.fit[1], starts - week.fit[1] + week.whole)
    inside = set().union(*open_minutes(week).values())
    return set(wanted) <= inside - closed_minutes(week) - taken_minutes()


# The same in the database ---------------------------------------------------------
class Calendar:
    """The week in the database, and what people do in it."""

    def __init__(self, week):
        self.week = week
        self.place = cast.make_location(time_zone=week.zone)
        self.who = cast.make_clinician(at=self.place)
        self.patients = [cast.make_patient(at=self.place) for _act in week.acts]
        self.kind = catalogue.add_type(
            name="Visit",
            clinicians=[self.who],
            by=BY,
            **dict(
                zip(
                    ("length", "buffer_before", "buffer_after", "step"),
                    (part * MINUTE for part in week.fit),
                    strict=True,
                )
            ),
        )
        self._set_hours()
        self.booked = {}

    def _set_hours(self):
        week, who, place = self.week, self.who, self.place
        spans = [
            (weekday, clock(starts), clock(ends))
            for weekday, found in week.hours.items()
            for starts, ends in found
        ]
        duty.set_duty_hours(staff=who, location=place, spans=spans, by=BY)
        if week.lunch:
            starts, ends = map(clock, week.lunch)
            catalogue.protect_time(
                clinician=who,
                location=place,
                on=week.day,
                starts=starts,
                ends=ends,
                by=BY,
            )
        if week.away:
            begins = absence_of(week)
            ends = begins + week.away[1] * MINUTE
            duty.record_absence(
                staff=who,
                kind="leave",
                starts_at=begins,
                ends_at=ends,
                cover=None,
                by=BY,
            )
        if week.is_shut:
            on = week.days[-1]
            locations.close_for(
                location=place, starts_on=on, ends_on=on, reason="Shut", by=BY
            )

    def offered(self):
        question = Question(self.kind, self.week.days[0], self.week.days[-1])
        return [slot.starts for slot in find(question, now=self.week.now).slots]

    def plan(self, minute):
        return booking.Plan(self.kind, self.who, self.place, instant_of(minute))

    def act(self, number, name, some, other):
        """One act: at an offered time, or at any minute at all."""
        offered, live = self.offered(), list(Appointment.objects.live())
        assert offered == free_starts(self.week)
        if name == "cancel" and live:
            self._cancel(live[some % len(live)])
        elif name == "move" and live and offered:
            self._move(live[some % len(live)], offered[other % len(offered)])
        elif name == "book" and offered:
            self._book(offered[some % len(offered)], number)
        else:
            self._try(number, some)

    def _book(self, minute, number):
        now, patients = self.week.now, [self.patients[number]]
        plan = self.plan(minute)
        visit = booking.book(plan=plan, patients=patients, by=BY, now=now)
        self.booked[visit.pk] = minute

    def _try(self, number, some):
        """Any minute of the three days: refused beforehand as it is refused then."""
        week, patients = self.week, [self.patients[number]]
        minute = reached(week.days[0], 0, week.zone) + some % (3 * 24 * 60)
        plan, said = self.plan(minute), ""
        foretold = booking.conflict_of(plan, patients, now=week.now)
        may = is_bookable(week, minute)
        try:
            self._book(minute, number)
        except NotPossible as refusal:
            said = str(refusal)
        assert (said, not said) == (foretold, may)

    def _move(self, visit, minute):
        booking.move(
            appointment=visit, plan=self.plan(minute), by=BY, now=self.week.now
        )
        self.booked[visit.pk] = minute

    def _cancel(self, visit):
        why = {"status": Status.CANCELLED, "reason": "Ill"}
        attendees = visit.attendees.all()
        visits.cancel(attendees=attendees, by=BY, now=self.week.now, **why)
        del self.booked[visit.pk]

    def check(self):
        """No two overlap; none is out of hours; each is where it was put."""
        live = list(Appointment.objects.live())
        inside = set().union(*open_minutes(self.week).values())
        assert {one.pk: minute_of(one.starts_at) for one in live} == self.booked
        assert all(
            one.taken_until <= other.taken_from or other.taken_until <= one.taken_from
            for one, other in combinations(live, 2)
        )
        assert taken_minutes() <= inside - closed_minutes(self.week)


def clock(minute):
    return time(minute // 60, minute % 60)


@pytest.mark.usefixtures("practice")
@settings(
    max_examples=WEEKS,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(weeks())
def test_in_any_week_the_calendar_is_what_plain_counting_makes_of_it(week):
    with transaction.atomic():
        calendar = Calendar(week)

        for number, act in enumerate(week.acts):
            calendar.act(number, *act)

        calendar.check()
        transaction.set_rollback(True)


def test_the_weeks_have_both_changes_of_the_clocks_in_them():
    assert all(len(changes(zone)) >= 2 for zone in ZONES[:6])
    assert [changes(zone) for zone in ZONES[6:]] == [[], []]
