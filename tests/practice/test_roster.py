"""On duty, on call, away, covering: what the words mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from practice import duty, locations, roster, staffing
from tests.cast import FOUNDER, MONDAY, make_clinician, make_location, make_staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def work_mondays(location):
    """Mondays from 9 to 17 by the clock of the place."""

    def set_hours(person, place=location):
        duty.set_duty_hours(
            staff=person, location=place, spans=[(0, time(9), time(17))], by=FOUNDER
        )

    return set_hours


@pytest.fixture
def away():
    def leave(person, cover=None, hours=24):
        return duty.record_absence(
            staff=person,
            kind="leave",
            starts_at=MONDAY - HOUR,
            ends_at=MONDAY + hours * HOUR,
            cover=cover,
            by=FOUNDER,
        )

    return leave


@pytest.fixture
def on_call():
    def put(person, rank=1):
        return duty.put_on_call(
            staff=person,
            starts_at=MONDAY - HOUR,
            ends_at=MONDAY + HOUR,
            rank=rank,
            by=FOUNDER,
        )

    return put


def names(now=MONDAY):
    return [row.staff.name for row in roster.on_duty(now=now)]


def test_on_duty_follows_the_clock_of_the_place(clinician, work_mondays):
    """9:00 in New York is 14:00 UTC in winter and 13:00 in summer."""
    work_mondays(clinician)
    starts = datetime(2026, 3, 2, 14, tzinfo=UTC)
    summer = datetime(2026, 7, 6, 13, tzinfo=UTC)

    assert names(starts - timedelta(seconds=1)) == []
    assert names(starts) == names(summer) == ["Cleo Clinician"]
    assert names(starts + 8 * HOUR) == []


def test_on_duty_says_until_when(clinician, work_mondays):
    work_mondays(clinician)

    (row,) = roster.on_duty(now=MONDAY)

    assert row.until == datetime(2026, 3, 2, 22, tzinfo=UTC)


def test_other_weekdays_are_not_on_duty(clinician, work_mondays):
    work_mondays(clinician)

    assert names(MONDAY + timedelta(days=1)) == []


def test_each_place_has_its_own_monday(clinician, work_mondays, location):
    """Monday 22:30 UTC: 17:30 in New York, but 12:30 in Honolulu."""
    honolulu = make_location(name="Honolulu", time_zone="Pacific/Honolulu")
    islander = make_clinician(at=honolulu, name="Ira Islander")
    work_mondays(clinician)
    work_mondays(islander, honolulu)

    assert names(MONDAY + timedelta(hours=7, minutes=30)) == ["Ira Islander"]


def test_who_is_away_is_not_on_duty(clinician, work_mondays, away):
    work_mondays(clinician)
    absence = away(clinician)
    was_there = names()

    duty.withdraw_absence(absence=absence, by=FOUNDER)

    assert (was_there, names()) == ([], ["Cleo Clinician"])


def test_nobody_is_on_duty_where_the_doors_are_shut(clinician, work_mondays, location):
    work_mondays(clinician)
    day = date(2026, 3, 2)
    close = partial(locations.close_for, starts_on=day, ends_on=day, by=FOUNDER)
    close(location=make_location(), reason="Snow")
    before = names()

    close(location=location, reason="Snow")

    assert (before, names()) == (["Cleo Clinician"], [])


def test_a_closed_account_is_neither_on_duty_nor_on_call(
    clinician, manager, work_mondays, on_call
):
    work_mondays(clinician)
    on_call(clinician)
    staffing.deactivate(staff=clinician, by=manager)

    assert names() == []
    assert roster.on_call(now=MONDAY) == []


def test_on_call_is_told_in_the_order_of_calling(
    clinician, front_desk, manager, on_call, away
):
    on_call(manager, rank=3)
    on_call(front_desk, rank=1)
    on_call(clinician, rank=2)
    away(front_desk)

    assert roster.on_call(now=MONDAY) == [clinician, manager]
    assert roster.on_call(now=MONDAY + HOUR) == []


def test_a_withdrawn_turn_counts_no_more(clinician, on_call):
    duty.withdraw_on_call(shift=on_call(clinician), by=FOUNDER)

    assert roster.on_call(now=MONDAY) == []


def test_who_is_here_answers_for_themselves(clinician):
    assert roster.who_answers_for(clinician, now=MONDAY) == clinician


def test_the_cover_answers_and_the_covers_cover(clinician, front_desk, manager, away):
    away(clinician, cover=front_desk)
    first = roster.who_answers_for(clinician, now=MONDAY)
    away(front_desk, cover=manager)

    assert first == front_desk
    assert roster.who_answers_for(clinician, now=MONDAY) == manager


def test_nobody_answers_in_a_circle_of_covers(clinician, front_desk, away):
    away(clinician, cover=front_desk)
    away(front_desk, cover=clinician)

    assert roster.who_answers_for(clinician, now=MONDAY) is None


def test_a_cover_whose_account_is_closed_answers_for_nobody(
    clinician, front_desk, manager, away
):
    away(clinician, cover=front_desk)
    staffing.deactivate(staff=front_desk, by=manager)

    assert roster.who_answers_for(clinician, now=MONDAY) is None


def test_people_are_grouped_by_place_and_name(location, work_mondays):
    abbey = make_location(name="Abbey")
    people = [make_staff(at=[], name=name) for name in ("Zed", "Amy", "Bea")]
    work_mondays(people[0])
    work_mondays(people[1])
    work_mondays(people[2], abbey)

    groups = roster.by_location(roster.on_duty(now=MONDAY))

    told = {place.name: [r.staff.name for r in rows] for place, rows in groups.items()}
    assert told == {"Abbey": ["Bea"], "Harlem": ["Amy", "Zed"]}


def test_who_is_away_is_known_with_their_cover(clinician, front_desk, away):
    absence = away(clinician, cover=front_desk)

    assert roster.away(now=MONDAY) == {clinician.pk: absence}
    assert roster.away_ids(now=MONDAY + 24 * HOUR) == set()


def test_who_is_away_is_uncovered_when_nobody_here_answers(
    clinician, front_desk, manager, away
):
    bare = away(clinician)
    away(front_desk, cover=manager)

    assert roster.uncovered(now=MONDAY) == [bare]


def test_a_cover_who_is_away_too_covers_nobody(clinician, front_desk, away):
    rows = {away(clinician, cover=front_desk), away(front_desk)}

    assert set(roster.uncovered(now=MONDAY)) == rows
