"""By and by the open series get their next visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from practice import chores as clockwork
from practice import merging, patients
from practice.models import Role, Task
from practice.one_by_one import SomeFailed
from scheduling import series, topping_up
from scheduling.models import Appointment, SeriesSkip
from scheduling.recurring import WEEKS, Rule
from tests import cast
from tests.scheduling.conftest import at

BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW + timedelta(days=28)


@pytest.fixture
def begin(plan, location):
    """A weekly series of somebody, at an hour of Tuesday."""

    def start(hour=10, *, patient=None, **details):
        rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date(), **details)
        wish = series.Wish(replace(plan, starts_at=at(hour)), rule)
        who = patient or cast.make_patient(at=location)
        return series.begin(wish=wish, patients=[who], by=BY, now=NOW)

    return start


def count_of(row):
    return Appointment.objects.filter(series=row).count()


def test_every_open_series_gets_its_next_visits(begin):
    first, second = begin(10), begin(12)

    assert topping_up.top_up_all(by=BY, now=LATER) == 2
    assert [count_of(row) for row in (first, second)] == [17, 17]


def test_a_second_run_of_the_night_writes_nothing(begin):
    row = begin()
    topping_up.top_up_all(by=BY, now=LATER)
    before = row.history.count()

    assert topping_up.top_up_all(by=BY, now=LATER) == 0
    assert row.history.count() == before


def test_a_series_with_an_end_is_whole_from_the_beginning(begin):
    begin(count=4)

    assert not topping_up.due_series(now=LATER).exists()


def test_a_fault_in_one_stops_no_other_and_is_told_as_a_task(begin, monkeypatch):
    broken, whole = begin(10), begin(12)
    top_up = series.top_up

    def fail(*, series, **details):
        if series.pk == broken.pk:
            raise ZeroDivisionError
        return top_up(series=series, **details)

    monkeypatch.setattr(series, "top_up", fail)
    for _night in range(2):
        with pytest.raises(SomeFailed):
            topping_up.top_up_all(by=BY, now=LATER)

    task = Task.objects.get(kind="series.not_topped_up")
    assert (task.for_role, count_of(whole), count_of(broken)) == (
        Role.FRONT_DESK,
        17,
        13,
    )


@pytest.mark.parametrize("act", ["pause", "end_care"])
def test_nothing_is_booked_by_itself_for_who_is_paused_or_left(begin, patient, act):
    row = begin(patient=patient)
    until = {"until": None} if act == "pause" else {}
    getattr(patients, act)(patient=patient, reason="Away", by=BY, now=NOW, **until)

    topping_up.top_up_all(by=BY, now=LATER)

    assert count_of(row) == 13
    assert not SeriesSkip.objects.exists()

    patients.resume(patient=patient, by=BY, now=LATER)
    topping_up.top_up_all(by=BY, now=LATER)
    assert count_of(row) == 17


def test_a_merged_patients_series_goes_on_by_the_chart_that_stands(
    begin, patient, location
):
    row = begin(patient=patient)
    into = cast.make_patient(at=location)
    merging.merge(duplicate=patient, into=into, by=BY, now=NOW)

    (*_others, last) = series.top_up(series=row, by=BY, now=LATER)

    assert last.attendees.get().patient == into


def test_what_takes_long_waits_for_the_next_turn(begin, monkeypatch):
    begin(10), begin(12)
    monkeypatch.setattr(topping_up, "PATIENCE", -1.0)

    assert topping_up.top_up_all(by=BY, now=LATER) == 0

    monkeypatch.undo()
    assert topping_up.top_up_all(by=BY, now=LATER) == 2


def test_the_clock_does_it(begin):
    row = begin()

    done = clockwork.run_due(now=LATER)

    assert {"series.top_up", "risk.reckon", "risk.learn"} <= set(done)
    assert count_of(row) == 17
