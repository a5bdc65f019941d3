"""Random changes of random series: what is shown before is what is saved.

The old rule and the new one, single visits moved, cancelled or left out, others in
the way, an absence, and what somebody chooses for each day.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice import duty
from practice.rules import NotPossible
from practice.zones import nearest_instant
from scheduling import booking, catalogue, changing, repeating, series, visits
from scheduling.forms.series import nth_of
from scheduling.models import Appointment
from scheduling.recurring import MONTHS, WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import AHEAD, Status
from tests import cast
from tests.scheduling.clocks import days_in_zones

pytestmark = pytest.mark.django_db
CHANGES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 12
BY, DAY, HOUR = cast.FOUNDER, timedelta(days=1), timedelta(hours=1)
ALL_WEEK = [(day, time(8), time(18)) for day in range(7)]


@dataclass
class World:
    zone: str
    day: date
    old: tuple[str, int, int]  # rhythm, every, hour
    new: tuple[str, int, int]
    counts: tuple[int, int]
    shift: int  # of the first day, in days
    changed_from: int  # which of the old visits
    singles: list[tuple[str, int]]  # what happened to one visit by itself
    others: list[int]  # new days on which somebody else has the time
    away: int | None  # how many days after the first
    is_handed_on: bool
    said: list[int]
    # Of a couple: to which visit one does not come, on which new day is elsewhere.
    partner: tuple[int, int] | None

    @property
    def now(self) -> datetime:
        return nearest_instant(self.day - 3 * DAY, time(12), self.zone)


def rules():
    weeks = st.tuples(st.just(WEEKS), st.integers(1, 3), st.integers(9, 14))
    return weeks | st.tuples(st.just(MONTHS), st.just(1), st.integers(9, 14))


NOBODY = st.none()


@st.composite
def worlds(draw, partners=NOBODY):
    zone, day = draw(days_in_zones())
    acts = st.sampled_from(["cancel", "move", "skip"])
    return World(
        zone=zone,
        day=day,
        old=draw(rules()),
        new=draw(rules()),
        counts=draw(st.tuples(st.integers(2, 5), st.integers(1, 5))),
        shift=draw(st.integers(0, 15)),
        changed_from=draw(st.integers(0, 2)),
        singles=draw(st.lists(st.tuples(acts, st.integers(0, 4)), max_size=2)),
        others=draw(st.lists(st.integers(0, 4), max_size=2, unique=True)),
        away=draw(st.none() | st.integers(0, 40)),
        is_handed_on=draw(st.booleans()),
        said=draw(st.lists(st.integers(0, 9), min_size=12, max_size=12)),
        partner=draw(partners),
    )


def couples():
    return worlds(st.tuples(st.integers(0, 4), st.integers(0, 4)))


class Practice:
    """The world in the database."""

    def __init__(self, world):
        self.world = world
        self.place = cast.make_location(time_zone=world.zone)
        self.staff = [cast.make_clinician(at=self.place) for _one in range(2)]
        for one in self.staff:
            duty.set_duty_hours(staff=one, location=self.place, spans=ALL_WEEK, by=BY)
        self.kind = catalogue.add_type(
            name="Visit",
            length=timedelta(minutes=50),
            buffer_after=timedelta(minutes=10),
            clinicians=self.staff,
            by=BY,
        )
        self.patient, self.other, self.partner = (
            cast.make_patient(at=self.place) for _one in "abc"
        )
        self.old = self._begin()
        self.days = [one.series_on for one in self.old.appointments.all()]
        self.from_on = self.days[world.changed_from % len(self.days)]
        self.wish = self._wish(
            world.new, world.counts[1], self.from_on + world.shift * DAY, handed=True
        )
        self._disturb()

    def _wish(self, said, count, day, *, handed=False):
        rhythm, every, hour = said
        nth = nth_of(day) if rhythm == MONTHS else None
        who = self.staff[handed and self.world.is_handed_on]
        at = nearest_instant(day, time(hour), self.world.zone)
        rule = Rule(rhythm, every, day.weekday(), day, nth=nth, count=count)
        return Wish(booking.Plan(self.kind, who, self.place, at), rule)

    def _begin(self):
        world = self.world
        wish = self._wish(world.old, world.counts[0], world.day)
        days = list(wish.rule.days(until=date.max))
        skips = {days[n % len(days)] for act, n in world.singles if act == "skip"}
        return series.begin(
            wish=wish,
            patients=[self.patient, *([self.partner] if world.partner else [])],
            skipped=skips - {days[0]},
            by=BY,
            now=world.now,
        )

    def _disturb(self):
        for act, number in self.world.singles:
            visit = self.old.appointments.all()[number % len(self.days)]
            if act == "cancel" and visit.is_live:
                self._cancel(visit)
            elif act == "move" and visit.is_live:
                self._try(self._move, visit)
        for number in self.world.others:
            self._try(self._stand_in_the_way, number)
        if self.world.away is not None:
            self._be_away(self.world.day + self.world.away * DAY)
        if self.world.partner:
            self._part(*self.world.partner)

    def _part(self, missed, elsewhere):
        """The partner does not come to one visit, and has one elsewhere."""
        visit = self.old.appointments.all()[missed % len(self.days)]
        theirs = visit.attendees.filter(patient=self.partner, status__in=AHEAD)
        if theirs:
            why = {"status": Status.CANCELLED, "reason": "Ill"}
            visits.cancel(attendees=theirs, by=BY, now=self.world.now, **why)
        days = list(self.wish.rule.days(until=date.max))
        third = cast.make_clinician(at=self.place)
        kind = catalogue.add_type(name="Else", clinicians=[third], by=BY)
        at = self.wish.at(days[elsewhere % len(days)])
        self._try(self._book_partner, booking.Plan(kind, third, self.place, at))

    def _book_partner(self, plan):
        despite = booking.Despite(hours="Asked for")
        theirs = {"patients": [self.partner], "despite": despite}
        booking.book(plan=plan, by=BY, now=self.world.now, **theirs)

    def _try(self, act, *details):
        try:
            act(*details)
        except NotPossible:
            return

    def _cancel(self, visit):
        why = {"status": Status.CANCELLED, "reason": "Ill"}
        attendees = visit.attendees.all()
        visits.cancel(attendees=attendees, by=BY, now=self.world.now, **why)

    def _move(self, visit):
        wish = series.wish_of(self.old)
        plan = replace(wish.plan, starts_at=visit.starts_at + DAY + HOUR)
        booking.move(appointment=visit, plan=plan, by=BY, now=self.world.now)

    def _stand_in_the_way(self, number):
        days = list(self.wish.rule.days(until=date.max))
        at = self.wish.at(days[number % len(days)]) + HOUR / 2
        plan = replace(self.wish.plan, starts_at=at)
        booking.book(plan=plan, patients=[self.other], by=BY, now=self.world.now)

    def _be_away(self, day):
        starts_at = nearest_instant(day, time(), self.world.zone)
        duty.record_absence(
            staff=self.wish.plan.clinician,
            kind="leave",
            starts_at=starts_at,
            ends_at=starts_at + 4 * DAY,
            cover=None,
            by=BY,
        )

    def foresee(self):
        return changing.foresee(
            old=self.old, from_on=self.from_on, wish=self.wish, now=self.world.now
        )

    def chosen(self, change):
        """For each day one of what the page offers; which of the others stay."""
        now, numbers = self.world.now, iter(self.world.said)
        answers = {}
        for one in repeating.choices_of(change.turns, self.wish, {}, now=now):
            value, _words = one.options[next(numbers) % len(one.options)]
            answers[one.one.on] = repeating.read(value)
        stay = {one.pk for one in change.surplus if next(numbers) % 2}
        return answers, stay

    def save(self, answers, standing=()):
        """Whether it went."""
        try:
            with transaction.atomic():
                self.new = changing.change_following(
                    old=self.old,
                    from_on=self.from_on,
                    wish=self.wish,
                    answers=answers,
                    standing=standing,
                    by=BY,
                    now=self.world.now,
                )
        except series.Conflicts:
            return False
        return True

    def mine(self):
        rows = Appointment.objects.live().filter(attendees__patient=self.patient)
        return {one.pk: span_of(one) for one in rows}


def span_of(one):
    """When, with whom, and from when to when: of a visit or of a plan."""
    return (
        one.clinician.pk,
        one.starts_at,
        one.ends_at,
        one.taken_from,
        one.taken_until,
    )


def meet(one, other):
    is_both = one[0] == other[0] and one[3] < other[4] and other[3] < one[4]
    return is_both or (one[1] < other[2] and other[1] < one[2])


def foreseen(calendar, change, answers, standing):
    """Where everything would be: what does not change, then what does."""
    orders = changing.orders_of(change, answers, standing)
    mine = calendar.mine()
    gone = [one.pk for one in orders.cancelled]
    going = [visit.pk for visit, _one in orders.moving]
    spans = [span for pk, span in mine.items() if pk not in {*gone, *going}]
    plans = [one for _visit, one in orders.moving] + orders.booked
    return sorted([*spans, *(span_of(one.plan) for one in plans)])


anyhow = settings(
    max_examples=CHANGES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.usefixtures("practice")
@anyhow
@given(worlds())
def test_what_is_chosen_among_what_is_shown_is_saved_as_shown(world):
    with transaction.atomic():
        calendar = Practice(world)
        change = calendar.foresee()
        answers, standing = calendar.chosen(change)
        wanted = foreseen(calendar, change, answers, standing)

        is_saved = calendar.save(answers, standing)

        # Nothing shown is refused, but for two of its own at one time.
        assert is_saved != any(meet(*pair) for pair in combinations(wanted, 2))
        assert not is_saved or sorted(calendar.mine().values()) == wanted
        transaction.set_rollback(True)


@pytest.mark.usefixtures("practice")
@anyhow
@given(worlds() | couples())
def test_without_a_word_all_is_as_meant_or_nothing_changes(world):
    with transaction.atomic():
        calendar = Practice(world)
        before, change = calendar.mine(), calendar.foresee()
        usual = {turn.one.on: turn.usual for turn in change.turns}
        wanted = foreseen(calendar, change, usual, ())
        hindered = any(
            turn.one.conflict for turn in change.turns if not turn.is_gap
        ) or any(meet(*pair) for pair in combinations(wanted, 2))

        assert calendar.save({}) is not hindered
        now = calendar.mine()
        assert now == before if hindered else sorted(now.values()) == wanted
        transaction.set_rollback(True)
