"""When a step is due, on the days on which clocks change too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import quiet
from messaging.occasions import Occasion
from scheduling import reminder_rules
from scheduling.reminder_rules import Facts
from scheduling.reminder_states import Condition, State, When
from tests.scheduling.clocks import days_in_zones
from tests.scheduling.conftest import at

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Step:
    pk: int = 1
    occasion: str = Occasion.TWO_DAYS
    when: str = When.BEFORE
    days: int = 0
    minutes: int = 0
    at: time | None = None
    condition: str = Condition.ALWAYS


TWO_DAYS = Step(days=2, at=time(10))
SAME_DAY = Step(pk=2, occasion=Occasion.SAME_DAY, minutes=180)
WEEK = Step(pk=3, occasion=Occasion.WEEK_BEFORE, days=7, at=time(10))
AFTER = Step(pk=4, occasion=Occasion.AFTER_VISIT, when=When.AFTER, days=1, at=time(11))


TUESDAY = at(14, day=10)


def facts(starts_at: datetime = TUESDAY, **details: Any) -> Facts:
    """A visit on Tuesday the tenth, two days after the clocks went forward."""
    usual: dict[str, Any] = {
        "attendee": 1,
        "starts_at": starts_at,
        "ends_at": starts_at + HOUR,
        "booked_at": starts_at - timedelta(days=30),
        "zone": "America/New_York",
        "own_zone": "America/New_York",
        "status": "scheduled",
        "modality": "in_person",
        "chart_state": "active",
    }
    return Facts(**usual | details)


def wanted(*steps, of=None):
    return list(reminder_rules.wanted(steps, of or facts(), window=quiet.USUAL))


def test_two_days_before_at_ten_is_ten_on_the_wall_though_the_clocks_change():
    [one] = wanted(TWO_DAYS, of=facts(at(14, day=9)))

    assert one.planned_at == at(10, day=7)


def test_a_day_before_without_a_time_is_the_same_hour_on_the_wall():
    [one] = wanted(Step(days=1), of=facts(at(14, day=8)))

    assert one.meant_at == at(14, day=7)


def test_minutes_are_minutes_also_in_the_night_that_lacks_an_hour():
    [one] = wanted(Step(minutes=180), of=facts(at(4, day=8)))

    assert at(4, day=8).astimezone(UTC) - one.meant_at == 3 * HOUR


def test_a_step_is_of_use_until_the_next_one_comes():
    week, two, same = wanted(WEEK, TWO_DAYS, SAME_DAY)

    assert week.until_at == two.meant_at
    assert two.until_at == same.meant_at
    assert same.until_at == at(14, day=10)


def test_what_is_due_in_the_night_goes_the_evening_before_if_later_is_too_late():
    [one] = wanted(SAME_DAY, of=facts(at(8, 30, day=10)))

    assert one.meant_at == at(5, 30, day=10)
    assert one.planned_at == at(19, 30, day=9)
    assert "earlier" in one.reason


def test_what_is_due_before_nine_goes_at_nine_while_that_is_of_use():
    [one] = wanted(SAME_DAY, of=facts(at(11, day=10)))

    assert one.planned_at == at(9, day=10)
    assert "later" in one.reason


def test_quiet_hours_go_by_the_clock_of_the_patient():
    [one] = wanted(TWO_DAYS, of=facts(own_zone="Pacific/Honolulu"))

    assert one.planned_at == at(15, day=8)  # nine in the morning there


@pytest.mark.parametrize(
    "why",
    [
        {"status": "cancelled"},
        {"is_withdrawn": True},
        {"chart_state": "deceased"},
        {"chart_state": "ended"},
    ],
)
def test_a_visit_to_which_nobody_comes_has_none(why):
    assert wanted(TWO_DAYS, SAME_DAY, of=facts(**why)) == []


@pytest.mark.parametrize(
    ("status", "count"), [("scheduled", 0), ("completed", 1), ("no_show", 0)]
)
def test_what_comes_after_a_visit_waits_for_how_it_went(status, count):
    assert len(wanted(AFTER, of=facts(status=status))) == count


def test_the_notice_of_a_booking_is_no_reminder():
    notice = Step(occasion=Occasion.BOOKED, when=When.BOOKED)

    assert wanted(notice) == []


def late(step, visit, now):
    [one] = wanted(step, of=visit)
    return reminder_rules.why_too_late(step, visit, one.planned_at, now=now)


def test_who_books_late_gets_what_still_makes_sense():
    booked = facts(is_news=True)
    now = at(12, day=9)

    assert "passed" in late(TWO_DAYS, booked, now)
    assert late(SAME_DAY, booked, now) == ""


def test_what_came_due_while_nobody_planned_still_goes():
    visit = facts(booked_at=at(8, 30, day=8), is_new=True)

    assert late(TWO_DAYS, visit, at(10, 30, day=8)) == ""
    assert "passed" in late(
        TWO_DAYS, replace(visit, booked_at=at(10, 15, day=8)), at(10, 30, day=8)
    )


def test_who_was_told_a_moment_ago_is_not_told_again():
    booked = facts(is_news=True)

    assert "just been told" in late(SAME_DAY, booked, at(10, day=10))
    assert late(SAME_DAY, replace(booked, is_news=False), at(10, day=10)) == ""


@pytest.mark.parametrize(
    ("condition", "details", "suits"),
    [
        (Condition.UNCONFIRMED, {}, True),
        (Condition.UNCONFIRMED, {"status": "confirmed"}, False),
        (Condition.FIRST_VISIT, {"is_first": True}, True),
        (Condition.FIRST_VISIT, {}, False),
        (Condition.TELEHEALTH, {"modality": "telehealth"}, True),
        (Condition.TELEHEALTH, {}, False),
        (Condition.ALWAYS, {"status": "arrived"}, False),
        (Condition.ALWAYS, {"status": "cancelled"}, False),
    ],
)
def test_a_step_suits_or_says_why_not(condition, details, suits):
    why = reminder_rules.why_not_now(Step(condition=condition), facts(**details))

    assert (why == "") is suits


@given(
    place=days_in_zones(),
    begins=st.times(time(7), time(19)),
    days=st.integers(0, 14),
    wall=st.times() | st.none(),
)
def test_whatever_the_week_it_leaves_in_hours_and_before_the_visit(
    place, begins, days, wall
):
    zone, day = place
    starts_at = datetime.combine(
        day, begins.replace(second=0, microsecond=0), ZoneInfo(zone)
    )
    visit = facts(starts_at.astimezone(UTC), zone=zone, own_zone=zone)
    wall = wall.replace(second=0, microsecond=0) if wall else None

    for one in wanted(Step(days=days, at=wall), of=visit):
        if one.state == State.LEFT_OUT:
            assert one.reason
            continue
        local = one.planned_at.astimezone(ZoneInfo(zone))
        assert time(9) <= local.time() < time(20)
        assert one.planned_at < one.until_at <= visit.starts_at
