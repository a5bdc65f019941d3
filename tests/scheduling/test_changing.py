"""A series that changes from a day on, and what becomes of its visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import announcements, patients
from practice.zones import local_day
from scheduling import booking, changing, leaving, series, visits
from scheduling.changing import What
from scheduling.models import Appointment, Attendee
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from tests import cast
from tests.ground import layer
from tests.scheduling.conftest import at, make_type

NOW, TUESDAY, BY = cast.MONDAY, date(2026, 3, 3), cast.FOUNDER
WEEK = timedelta(weeks=1)


def weekly(every=1, **details) -> Rule:
    return Rule(WEEKS, every, weekday=1, **{"starts_on": TUESDAY, **details})


@pytest.fixture
def begin(plan, patient):
    """A series of Tuesdays at ten."""

    def start(**details):
        more = {name: details.pop(name) for name in ("skipped",) if name in details}
        wish = Wish(plan, weekly(**details))
        return series.begin(wish=wish, patients=[patient], by=BY, now=NOW, **more)

    return start


def change(row, wish, *, from_on=TUESDAY, now=NOW, **answers):
    return changing.change_following(
        old=row, from_on=from_on, wish=wish, by=BY, now=now, **answers
    )


def afternoons(plan, **details) -> Wish:
    return Wish(replace(plan, starts_at=at(14)), weekly(**details))


def in_the_way(plan, location, day):
    """Somebody else's visit at two."""
    taken = replace(plan, starts_at=at(14, day=day))
    patient = cast.make_patient(at=location)
    return booking.book(plan=taken, patients=[patient], by=BY, now=NOW)


def weeks_of(rows=None):
    """In how many weeks after the first Tuesday somebody comes."""
    found = Appointment.objects.live() if rows is None else rows
    days = [local_day(one.starts_at, "America/New_York") for one in found]
    return sorted((day - TUESDAY).days / 7 for day in days)


def cancel(visit):
    visits.cancel(
        attendees=visit.attendees.all(),
        status=Status.CANCELLED,
        reason="Holiday",
        by=BY,
        now=NOW,
    )


# What took place ----------------------------------------------------------------------
def test_a_visit_of_this_morning_stays_where_it_was(begin, plan):
    row, noon = begin(count=4), at(13)

    change(row, afternoons(plan, count=4), now=noon)

    assert Appointment.objects.live().filter(starts_at=at(10)).exists()
    assert weeks_of() == [0, 1, 2, 3]


def test_a_day_whose_new_time_is_over_says_so_beforehand(begin, plan):
    row, wish = begin(count=4), Wish(plan, weekly(count=4))
    wish = replace(wish, plan=replace(plan, starts_at=at(9)))

    found = changing.foresee(old=row, from_on=TUESDAY, wish=wish, now=at(9, 30))

    first, *others = [turn.one.conflict for turn in found.turns]
    assert "is over" in first
    assert not any(others)


def test_who_was_seen_early_comes_no_second_time(begin, plan):
    row = begin(count=2)
    first = row.appointments.first()
    visits.arrive(attendees=first.attendees.all(), by=BY, now=at(9, 50))

    change(row, afternoons(plan, count=2), now=at(9, 55))

    first.refresh_from_db()
    assert (first.starts_at, weeks_of()) == (at(10), [0, 1])


# A couple ---------------------------------------------------------------------------
@layer
def couple(plan, patient, location):
    """Three Tuesdays of two; the partner does not come to the second, and is at
    another visit at two on that day."""
    partner, wish = cast.make_patient(at=location), Wish(plan, weekly(count=3))
    row = series.begin(wish=wish, patients=[patient, partner], by=BY, now=NOW)
    second = row.appointments.get(series_on=TUESDAY + WEEK)
    theirs = second.attendees.filter(patient=partner)
    visits.cancel(attendees=theirs, status="cancelled", reason="Away", by=BY, now=NOW)
    other = cast.make_clinician(at=location)
    kind = make_type(other, name="Elsewhere")
    away = booking.Plan(kind, other, location, at(14, day=10))
    despite = booking.Despite(hours="Asked for")
    booking.book(plan=away, patients=[partner], by=BY, now=NOW, despite=despite)
    return row, partner


def conflicts_of(row, wish):
    found = changing.foresee(old=row, from_on=TUESDAY, wish=wish, now=NOW)
    return [turn.one.conflict for turn in found.turns]


def test_who_does_not_come_to_a_visit_is_not_in_its_way(couple, plan):
    row, _partner = couple
    wish = afternoons(plan, count=3)
    assert conflicts_of(row, wish) == ["", "", ""]

    new = change(row, wish)

    assert weeks_of(new.appointments.all()) == [0, 1, 2]
    second = new.appointments.get(series_on=TUESDAY + WEEK)
    assert sorted(second.attendees.values_list("status", flat=True)) == [
        "cancelled",
        "scheduled",
    ]


def test_who_left_the_series_is_in_the_way_of_the_visits_they_kept(
    couple, plan, patient, location
):
    row, _partner = couple
    more = {"cancelled": [], "status": "cancelled", "reason": "", "by": BY, "now": NOW}
    leaving.leave_one(holder=row, patient=patient, **more)
    other = make_type(cast.make_clinician(at=location), name="Third")
    clinician = other.offers.get().clinician
    despite = booking.Despite(hours="Asked for")
    away = booking.Plan(other, clinician, location, at(14, day=17))
    booking.book(plan=away, patients=[patient], by=BY, now=NOW, despite=despite)

    found = conflicts_of(row, afternoons(plan, count=3))

    assert [bool(words) for words in found] == [False, False, True]
    assert f"{patient.display_name} already has a visit then" in found[2]
    with pytest.raises(series.Conflicts):
        change(row, afternoons(plan, count=3))


def test_who_left_the_practice_is_not_in_the_way_of_visits_of_the_other(
    couple, plan, patient
):
    """Their own were cancelled; the other's move, and a new day for both cannot be."""
    row, partner = couple
    ahead = Attendee.objects.filter(patient=partner, status="scheduled")
    for one in ahead.filter(appointment__series=row):
        visits.cancel(
            attendees=[one], status="called_off", reason="Left", by=BY, now=NOW
        )
    patients.end_care(patient=partner, reason="Moved", by=BY, now=NOW)

    found = conflicts_of(row, afternoons(plan, count=4))

    assert found[:3] == ["", "", ""]
    assert "nobody books for them" in found[3]


# Another rhythm ---------------------------------------------------------------------
@pytest.mark.parametrize("hour", [10, 14])
def test_weekly_becomes_fortnightly_and_nothing_is_left_over(begin, plan, hour):
    row = begin(count=8)
    wish = Wish(replace(plan, starts_at=at(hour)), weekly(every=2, count=4))

    change(row, wish)

    assert weeks_of() == [0, 2, 4, 6]


def test_fortnightly_becomes_weekly(begin, plan):
    row = begin(every=2, count=2)

    change(row, Wish(plan, weekly(count=4)))

    assert weeks_of() == [0, 1, 2, 3]


def test_a_week_later_at_the_same_hour(begin, plan):
    row, later = begin(count=4), TUESDAY + WEEK
    wish = Wish(
        replace(plan, starts_at=at(10, day=10)), weekly(count=4, starts_on=later)
    )

    change(row, wish)

    assert weeks_of() == [1, 2, 3, 4]


def test_nobody_is_told_of_a_visit_that_stays(begin, plan):
    row = begin(count=4)
    confirmed = row.appointments.get(series_on=TUESDAY + 2 * WEEK)
    visits.confirm(attendees=confirmed.attendees.all(), by=BY, now=NOW)

    new = change(row, Wish(plan, weekly(every=2, count=2)))

    told = announcements.waiting().values_list("kind", flat=True)
    assert "appointment.moved" not in told
    assert confirmed.attendees.get().status == Status.CONFIRMED
    assert new.appointments.filter(pk=confirmed.pk).exists()


def test_a_visit_for_which_there_is_no_day_stays_if_that_is_wanted(begin, plan):
    row = begin(count=2)
    second = row.appointments.last()

    change(row, Wish(plan, weekly(count=1)), standing=[second.pk])

    assert weeks_of() == [0, 1]


# Days without a visit ---------------------------------------------------------------
def test_a_cancelled_day_stays_cancelled(begin, plan):
    row = begin(count=4)
    cancel(row.appointments.get(series_on=TUESDAY + WEEK))

    change(row, afternoons(plan, count=4))

    assert weeks_of() == [0, 2, 3]


def test_a_day_left_out_stays_left_out_at_the_next_change_too(begin, plan):
    row = begin(count=4, skipped=[TUESDAY + WEEK])

    new = change(row, afternoons(plan, count=4))
    change(new, Wish(plan, weekly(count=4)))

    assert weeks_of() == [0, 2, 3]


def test_a_day_left_out_comes_back_if_that_is_wanted(begin, plan):
    row, second = begin(count=3, skipped=[TUESDAY + WEEK]), TUESDAY + WEEK

    change(row, afternoons(plan, count=3), answers={second: What.AS_MEANT})

    assert weeks_of() == [0, 1, 2]


# What stands in the way -----------------------------------------------------------
@pytest.fixture
def third() -> date:
    """The day on which the new time is taken."""
    return TUESDAY + 2 * WEEK


@pytest.fixture
def hindered(begin, plan, location):
    row = begin(count=4)
    in_the_way(plan, location, day=17)
    return row


def test_a_conflict_is_foreseen_and_stops_the_change(hindered, plan, third):
    wish = afternoons(plan, count=4)

    found = changing.foresee(old=hindered, from_on=TUESDAY, wish=wish, now=NOW)

    assert [turn.one.on for turn in found.turns if turn.one.conflict] == [third]
    with pytest.raises(series.Conflicts, match="17 Mar"):
        change(hindered, wish)


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        (What.LEFT_OUT, [14, 14, 14]),
        (What.STAYS, [14, 14, 10, 14]),
        (at(15, day=17), [14, 14, 15, 14]),
    ],
)
def test_one_day_in_the_way_holds_up_none_of_the_others(
    hindered, plan, third, said, clock
):
    new = change(hindered, afternoons(plan, count=4), answers={third: said})

    rows = new.appointments.live().order_by("starts_at")
    assert [one.starts_at.astimezone(at(1).tzinfo).hour for one in rows] == clock


def test_nothing_is_left_of_the_old_series(hindered, plan, third):
    change(hindered, afternoons(plan, count=4), answers={third: What.LEFT_OUT})

    assert not hindered.appointments.live().exists()
    hindered.refresh_from_db()
    assert hindered.is_ended
