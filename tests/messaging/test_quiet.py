"""Quiet hours: shifted earlier or later, never dropped without a word."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messaging.quiet import (
    CAMPAIGNS,
    LONGEST,
    MINUTE,
    USUAL,
    Hours,
    Shift,
    Window,
    moment,
    validity,
)
from practice.contacts import Address

EASTERN = "America/New_York"
# Both changes in New York, half an hour on Lord Howe, a day that Apia left out.
CHANGES = [
    (EASTERN, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (EASTERN, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 1, tzinfo=UTC)),
]
MINUTES = st.integers(0, 24 * 60 - 1)
CLOCKS = st.builds(lambda at: time(at // 60, at % 60), MINUTES)
PAIRS = st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1])
# Narrow ones too, such as one that the clocks jump over.
NIGHT = st.sampled_from([(time(2), time(2, 30)), (time(1, 30), time(2, 15))])
HOURS = st.builds(
    lambda pair, days, safe: (Window(pair[0], pair[1], days), safe),
    PAIRS | NIGHT,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.lists(PAIRS, max_size=2).map(tuple),
)


def local(text, zone=EASTERN):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def answer(planned, *, until="2026-03-20T00:00", now="2026-03-01T12:00", **differing):
    hours = Hours(**{"zone": EASTERN} | differing)
    return moment(
        planned=local(planned), until=local(until), now=local(now), hours=hours
    )


def open_minutes(start, end, hours):
    """The plainest search: every minute, asked of the wall clock."""
    zone, found = ZoneInfo(hours.zone), []
    clocks = [(hours.window.starts, hours.window.ends), *hours.safe]
    at = start
    while at < end:
        wall = at.astimezone(zone)
        if wall.weekday() in hours.window.weekdays and all(
            (a <= wall.time() < b) if a < b else not b <= wall.time() < a
            for a, b in clocks
        ):
            found.append(at)
        at += MINUTE
    return found


@pytest.mark.parametrize(
    ("planned", "leaves", "shift"),
    [
        ("2026-03-03T09:00", "2026-03-03T09:00", Shift.AS_PLANNED),
        ("2026-03-03T19:59", "2026-03-03T19:59", Shift.AS_PLANNED),
        ("2026-03-03T20:00", "2026-03-03T19:30", Shift.EARLIER),
        ("2026-03-03T23:00", "2026-03-03T19:30", Shift.EARLIER),
        ("2026-03-04T04:00", "2026-03-04T09:00", Shift.LATER),
        # Clocks go forward in this night, and on this day.
        ("2026-03-08T07:00", "2026-03-08T09:00", Shift.LATER),
        ("2026-03-08T01:00", "2026-03-07T19:30", Shift.EARLIER),
    ],
)
def test_a_message_moves_to_the_nearer_moment(planned, leaves, shift):
    found = answer(planned)

    assert (found.at, found.shift) == (local(leaves), shift)


def test_what_is_no_use_later_goes_earlier():
    """Two hours before a visit at 8:00."""
    found = answer("2026-03-04T06:00", until="2026-03-04T08:00")

    assert (found.at, found.shift) == (local("2026-03-03T19:30"), Shift.EARLIER)


def test_what_cannot_go_earlier_goes_later():
    found = answer("2026-03-03T21:00", now="2026-03-03T21:00")

    assert (found.at, found.shift) == (local("2026-03-04T09:00"), Shift.LATER)


def test_nobody_is_thanked_for_a_visit_before_it_has_ended():
    ends = local("2026-03-03T20:30")
    found = moment(
        planned=local("2026-03-03T21:00"),
        until=local("2026-03-06T00:00"),
        now=local("2026-03-01T12:00"),
        hours=Hours(EASTERN),
        earliest=ends,
    )

    assert found.at == local("2026-03-04T09:00")


def test_what_should_have_left_leaves_now():
    found = answer("2026-03-01T10:00", now="2026-03-02T11:07")

    assert (found.at, found.shift) == (local("2026-03-02T11:07"), Shift.AS_PLANNED)


def test_just_before_the_quiet_hours_it_leaves_at_once():
    found = answer("2026-03-03T20:30", now="2026-03-03T19:45")

    assert found.at == local("2026-03-03T19:45")


def test_where_no_moment_is_left_it_says_why():
    found = answer("2026-03-04T06:00", until="2026-03-04T08:00", now="2026-03-03T20:15")

    assert (found.at, found.shift) == (None, Shift.NEVER)
    assert "quiet hours" in found.why


def test_what_comes_too_late_says_so():
    found = answer("2026-03-04T10:00", until="2026-03-04T12:00", now="2026-03-04T12:00")

    assert (found.at, found.shift) == (None, Shift.TOO_LATE)
    assert "too late" in found.why


def test_what_is_planned_after_its_use_goes_before_it_ends():
    found = answer("2026-03-04T14:00", until="2026-03-04T12:00")

    assert (found.at, found.shift) == (local("2026-03-04T11:30"), Shift.EARLIER)


def test_only_what_is_shifted_says_why():
    assert answer("2026-03-03T12:00").why == ""
    assert "earlier" in answer("2026-03-03T21:00").why
    assert "later" in answer("2026-03-03T07:00").why


def test_campaigns_rest_on_sundays():
    found = answer("2026-03-15T16:00", window=CAMPAIGNS)

    assert found.at == local("2026-03-16T10:00")


def test_safe_hours_bind_as_well():
    found = answer("2026-03-03T12:00", safe=[(time(17), time(18, 30))])

    assert found.at == local("2026-03-03T17:00")


def test_safe_hours_may_go_past_midnight():
    found = answer("2026-03-03T12:00", safe=[(time(19), time(7))])

    assert found.at == local("2026-03-03T19:00")


def test_safe_hours_that_are_all_quiet_leave_no_moment():
    assert answer("2026-03-03T12:00", safe=[(time(22), time(6))]).at is None


def test_hours_are_those_of_the_zone():
    """9:00 in New York is 7:00 in Phoenix."""
    found = answer("2026-03-04T08:00", zone="America/Phoenix")

    assert found.at == local("2026-03-04T09:00", "America/Phoenix")


def test_the_day_that_apia_left_out_is_no_day():
    zone = "Pacific/Apia"
    found = moment(
        planned=local("2011-12-29T23:00", zone),
        until=local("2012-01-02T00:00", zone),
        now=local("2011-12-29T22:00", zone),
        hours=Hours(zone),
    )

    assert found.at == local("2011-12-31T09:00", zone)
    assert found.at - local("2011-12-29T22:00", zone).astimezone(UTC) == timedelta(
        hours=11
    )


def test_hours_that_the_clocks_jump_over_begin_when_they_have_jumped():
    found = answer("2026-03-08T01:00", window=Window(time(2, 30), time(4)))

    assert found.at == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_open_both_times():
    hours = Hours(EASTERN, Window(time(1), time(2)))
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    assert hours.are_open(first)
    assert hours.are_open(first + timedelta(hours=1))
    assert not hours.are_open(first + timedelta(hours=2))


@given(
    st.sampled_from(CHANGES),
    HOURS,
    st.integers(-1500, 1500),
    st.integers(0, 2000),
    st.integers(1, 2000),
)
@example((EASTERN, CHANGES[0][1]), (Window(time(2), time(2, 30)), ()), 0, 600, 900)
def test_the_answer_is_that_of_the_plainest_search(change, hours, planned, back, ahead):
    zone, around = change
    hours = Hours(zone, *hours)
    wanted = around + planned * MINUTE
    now, until = wanted - back * MINUTE, wanted + ahead * MINUTE

    found = moment(planned=wanted, until=until, now=now, hours=hours)

    possible = open_minutes(now, until, hours)
    assert (found.at is None) == (not possible)
    if found.at is not None:
        assert found.at in possible
        assert (found.at == wanted) == (wanted in possible)
        later = [at for at in possible if at > wanted]
        assert found.at <= wanted or found.at == later[0]
        nearest = min(abs(at - wanted) for at in possible)
        assert abs(found.at - wanted) <= nearest + timedelta(minutes=30)


@given(CLOCKS, st.lists(PAIRS, max_size=2).map(tuple))
def test_safe_hours_are_those_that_the_chart_shows(clock_time, safe):
    address = Address("phone", "", "", *[True] * 7, "", safe)
    hours = Hours("UTC", Window(time(), time()), safe)
    at = datetime.combine(datetime(2026, 3, 3, tzinfo=UTC), clock_time, UTC)

    assert hours.are_open(at) == address.is_safe_at(clock_time)


@given(st.sampled_from(CHANGES), HOURS, st.integers(-1500, 1500), st.integers(1, 600))
def test_a_vendor_gives_up_before_the_quiet_hours_begin(change, hours, at, ahead):
    zone, around = change
    hours = Hours(zone, *hours)
    at = around + at * MINUTE
    until = at + ahead * MINUTE

    lasts = validity(at=at, until=until, hours=hours)

    assert MINUTE <= lasts <= LONGEST
    assert at + lasts <= until
    if hours.are_open(at):
        assert len(open_minutes(at, at + lasts, hours)) == lasts // MINUTE


def test_a_vendor_tries_for_four_hours_at_most():
    at = local("2026-03-03T09:00")

    assert (
        validity(at=at, until=at + timedelta(days=1), hours=Hours(EASTERN)) == LONGEST
    )


def test_the_usual_hours_are_those_of_a_day():
    assert (USUAL.starts, USUAL.ends, len(USUAL.weekdays)) == (time(9), time(20), 7)
