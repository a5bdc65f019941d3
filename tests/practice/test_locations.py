"""The practice and its locations: founding, hours, closures."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from practice import locations
from practice.models import Closure, LocationHours, Practice, TrailEntry
from tests.cast import FOUNDER, make_location, make_practice, make_staff

pytestmark = pytest.mark.django_db
DAY = [(0, time(9), time(17))]


def utc(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def close(location):
    def shut(**details):
        usual = {"location": location, "reason": "Snow", "by": FOUNDER}
        usual |= {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 2)}
        return locations.close_for(**usual | details)

    return shut


def test_there_is_one_practice(practice):
    with pytest.raises(locations.AlreadyFounded):
        make_practice(name="Another")

    assert Practice.objects.count() == 1


def test_a_change_of_the_practice_is_kept_with_who_made_it(practice, manager):
    locations.change_practice(practice=practice, idle_minutes=20, by=manager)

    line = TrailEntry.objects.filter(kind="practice.changed").get()
    assert (line.actor, line.record_id) == ("Mary Manager", 1)
    assert practice.history.first().idle_minutes == 20


def test_idle_time_stays_in_its_range(practice, manager):
    with pytest.raises(ValidationError):
        locations.change_practice(practice=practice, idle_minutes=31, by=manager)


def test_hours_are_replaced_and_the_old_ones_kept(location):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)
    new = [*DAY, (1, time(9), time(12))]

    locations.set_hours(location=location, spans=new, by=FOUNDER)
    locations.set_hours(location=location, spans=new[1:], by=FOUNDER)

    rows = LocationHours.objects.order_by("weekday")
    assert [(row.weekday, row.is_current) for row in rows] == [(0, False), (1, True)]


def test_hours_that_stay_are_not_written_again(location):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)

    locations.set_hours(location=location, spans=DAY, by=FOUNDER)

    assert LocationHours.history.count() == 1


def test_spans_of_a_day_lie_apart(location):
    spans = [*DAY, (0, time(16), time(18))]

    with pytest.raises(locations.OverlappingHours) as refusal:
        locations.set_hours(location=location, spans=spans, by=FOUNDER)

    words = "Monday, 9:00 AM to 5:00 PM and 4:00 PM to 6:00 PM overlap."
    assert str(refusal.value) == words
    assert not LocationHours.objects.exists()


def test_spans_may_touch(location):
    spans = [*DAY, (0, time(17), time(18)), (1, time(9), time(10))]

    locations.set_hours(location=location, spans=spans, by=FOUNDER)

    assert location.hours.count() == 3


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (utc(2026, 3, 2, 13, 59), False),
        (utc(2026, 3, 2, 14, 0), True),
        (utc(2026, 3, 2, 21, 59), True),
        (utc(2026, 3, 2, 22, 0), False),
        (utc(2026, 3, 3, 14, 0), False),
        (utc(2026, 3, 9, 13, 0), True),  # the clocks went forward the day before
    ],
)
def test_doors_open_by_the_clock_of_the_place(now, is_open, location):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)

    assert locations.is_open(location, now=now) is is_open


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_closure_shuts_the_doors(everywhere, location, close):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)
    close(location=None if everywhere else location)

    assert not locations.is_open(location, now=utc(2026, 3, 2, 15))


def test_a_closure_elsewhere_shuts_no_door_here(location, close):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)
    close(location=make_location())

    assert locations.is_open(location, now=utc(2026, 3, 2, 15))


def test_a_withdrawn_closure_counts_again_when_restored(location, close):
    locations.set_hours(location=location, spans=DAY, by=FOUNDER)
    closure, now = close(), utc(2026, 3, 2, 15)

    locations.withdraw_closure(closure=closure, by=FOUNDER)
    was_open = locations.is_open(location, now=now)
    locations.restore_closure(closure=closure, by=FOUNDER)

    assert was_open
    assert not locations.is_open(location, now=now)


def test_a_closure_ends_after_it_begins(close):
    with pytest.raises(ValidationError):
        close(ends_on=date(2026, 3, 1))

    assert not Closure.objects.exists()


def test_a_week_is_told_like_a_door_sign():
    spans = [(day, time(9), time(17)) for day in range(4)]
    spans += [(4, time(9), time(12)), (4, time(13), time(15)), (6, time(10), time(11))]

    assert locations.week_in_words(spans) == [
        ("Monday to Thursday", "9:00 AM to 5:00 PM"),
        ("Friday", "9:00 AM to 12:00 PM, 1:00 PM to 3:00 PM"),
        ("Sunday", "10:00 AM to 11:00 AM"),
    ]


def test_a_week_without_hours_has_no_words():
    assert locations.week_in_words([]) == []


def test_somebodys_places_are_those_of_now(location, far_location):
    person = make_staff(at=location)
    make_staff(at=far_location)

    assert list(locations.of_staff(person)) == [location]
