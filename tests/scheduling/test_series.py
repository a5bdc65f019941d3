"""Series: looked at first, booked whole, kept ahead, changed from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice.models import Task
from practice.zones import wall_clock
from scheduling import booking, changing, series, visits
from scheduling.models import Appointment, Series
from scheduling.recurring import WEEKS, Rule
from scheduling.series import Wish
from scheduling.states import Status
from tests import cast
from tests.scheduling.conftest import at

NOW, TUESDAY = cast.MONDAY, date(2026, 3, 3)
WEEK = timedelta(weeks=1)


def weekly(**details) -> Rule:
    return Rule(WEEKS, 1, weekday=1, starts_on=TUESDAY, **details)


@pytest.fixture
def wish(plan) -> Wish:
    return Wish(plan, weekly(count=4))


def begin(wish, patient, by, **more):
    return series.begin(wish=wish, patients=[patient], by=by, now=NOW, **more)


def in_the_way(plan, location, by):
    """Somebody else's visit in the second week."""
    other = replace(plan, starts_at=at(10, day=10))
    patient = cast.make_patient(at=location)
    booking.book(plan=other, patients=[patient], by=by, now=NOW)


def test_a_series_is_booked_whole(wish, patient, front_desk):
    begin(wish, patient, front_desk)

    days = [row.series_on for row in Appointment.objects.order_by("starts_at")]
    assert days == [TUESDAY + n * WEEK for n in range(4)]


def test_the_clock_on_the_wall_stays_when_the_clocks_change(wish, patient, front_desk):
    begin(wish, patient, front_desk)

    shown = {
        wall_clock(row.starts_at, "America/New_York")
        for row in Appointment.objects.all()
    }
    assert shown == {at(10).time()}


def test_the_preview_shows_each_conflict_and_books_nothing(
    wish, plan, patient, location, front_desk
):
    in_the_way(plan, location, front_desk)

    found = series.preview(wish=wish, patients=[patient], now=NOW)

    assert [bool(one.conflict) for one in found] == [False, True, False, False]
    assert Series.objects.count() == 0


def test_with_a_conflict_nothing_is_booked(wish, plan, patient, location, front_desk):
    in_the_way(plan, location, front_desk)

    with pytest.raises(series.Conflicts, match="has another visit"):
        begin(wish, patient, front_desk)

    assert Appointment.objects.count() == 1


def test_single_days_are_skipped_or_moved(wish, plan, patient, location, front_desk):
    in_the_way(plan, location, front_desk)
    third = TUESDAY + 2 * WEEK

    begin(
        wish,
        patient,
        front_desk,
        skipped=[TUESDAY + WEEK],
        moved={third: at(15, day=17)},
    )

    mine = Appointment.objects.filter(attendees__patient=patient)
    assert mine.count() == 3
    assert mine.get(series_on=third).starts_at == at(15, day=17)


def test_an_open_series_is_topped_up(plan, patient, front_desk):
    begun = begin(Wish(plan, weekly()), patient, front_desk)
    before = Appointment.objects.count()

    series.top_up(series=begun, by=front_desk, now=NOW + 2 * WEEK)
    series.top_up(series=begun, by=front_desk, now=NOW + 2 * WEEK)

    assert Appointment.objects.count() == before + 2


def test_a_day_that_cannot_be_is_a_task(plan, patient, location, front_desk):
    begun = begin(Wish(plan, weekly()), patient, front_desk)
    late = replace(plan, starts_at=at(10) + 13 * WEEK)
    booking.book(
        plan=late,
        patients=[cast.make_patient(at=location)],
        by=front_desk,
        now=NOW,
    )

    series.top_up(series=begun, by=front_desk, now=NOW + 2 * WEEK)

    assert "Find another time" in Task.objects.get().title


def test_this_and_the_following_move_together(wish, plan, patient, front_desk):
    begun = begin(wish, patient, front_desk)
    third = TUESDAY + 2 * WEEK
    later = replace(plan, starts_at=at(14))
    changed = Wish(later, weekly(count=2))
    changed = replace(changed, rule=replace(changed.rule, starts_on=third))

    changing.change_following(
        old=begun, from_on=third, wish=changed, by=front_desk, now=NOW
    )

    hours = [
        wall_clock(row.starts_at, "America/New_York").hour
        for row in Appointment.objects.order_by("starts_at")
    ]
    assert hours == [10, 10, 14, 14]


@pytest.mark.parametrize("weeks", [1, -1])
def test_its_visits_go_where_others_of_them_still_are(plan, patient, front_desk, weeks):
    third, free = TUESDAY + 2 * WEEK, TUESDAY + WEEK
    begun = begin(Wish(plan, weekly(count=5)), patient, front_desk, skipped=[free])
    first = third + weeks * WEEK
    rule = replace(weekly(count=3), starts_on=first)
    wish = Wish(replace(plan, starts_at=at(10) + (first - TUESDAY)), rule)

    changing.change_following(
        old=begun, from_on=third, wish=wish, by=front_desk, now=NOW
    )

    moved = Series.objects.latest("pk").appointments.live().order_by("starts_at")
    assert [row.series_on for row in moved] == [first + n * WEEK for n in range(3)]


def test_an_ended_series_goes_no_further(plan, patient, front_desk):
    begun = begin(Wish(plan, weekly()), patient, front_desk)
    before = Appointment.objects.count()

    series.end(series=begun, last_on=TUESDAY, by=front_desk, now=NOW)

    begun.refresh_from_db()
    assert series.top_up(series=begun, by=front_desk, now=NOW + 9 * WEEK) == []
    assert Appointment.objects.count() == before


def test_one_visit_is_cancelled_by_itself(wish, patient, front_desk):
    begin(wish, patient, front_desk)
    second = Appointment.objects.get(series_on=TUESDAY + WEEK)

    visits.cancel(
        attendees=list(second.attendees.all()),
        status=Status.CANCELLED,
        reason="Holiday",
        by=front_desk,
        now=NOW,
    )

    assert Appointment.objects.live().count() == 3


def test_a_series_that_has_ended_neither_ends_again_nor_changes(
    wish, patient, front_desk
):
    row = begin(wish, patient, front_desk)
    over = series.end(series=row, last_on=TUESDAY + WEEK, by=front_desk, now=NOW)

    with pytest.raises(series.SeriesOver, match="already ended"):
        series.end(series=over, last_on=TUESDAY, by=front_desk, now=NOW)
    with pytest.raises(series.SeriesOver):
        changing.change_following(
            old=over, from_on=TUESDAY, wish=wish, by=front_desk, now=NOW
        )
