"""By and by the open series get their next visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from practice import chores as clockwork
from practice import duty, merging, patients, staffing
from practice.models import Role, Task
from practice.one_by_one import SomeFailed
from scheduling import series, topping_up
from scheduling.models import Appointment, SeriesSkip
from scheduling.recurring import WEEKS, Rule
from tests import cast
from tests.practice.reading import url
from tests.scheduling.conftest import at

BY = cast.FOUNDER
NOW = cast.MONDAY
LATER = NOW + timedelta(days=28)


@pytest.fixture
def begin(plan, location):
    """A weekly series of somebody, at an hour of Tuesday."""

    def start(hour=10, *, patient=None, **details):
        usual = {"every": 1, "weekday": 1, "starts_on": at(10).date()}
        rule = Rule(WEEKS, **{**usual, **details})
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


def test_of_a_series_with_an_end_the_visits_beyond_two_years_follow(begin):
    row = begin(every=52, count=4)
    assert count_of(row) == 3

    topping_up.top_up_all(by=BY, now=NOW + timedelta(days=366))

    assert count_of(row) == 4
    assert not topping_up.due_series(now=NOW + timedelta(days=732)).exists()


def test_after_a_long_pause_nothing_is_asked_about_days_that_passed(begin):
    row, later = begin(), NOW + timedelta(days=130)

    made = series.top_up(series=row, by=BY, now=later)

    assert min(one.starts_at for one in made) > later
    assert not Task.objects.exists()
    assert not SeriesSkip.objects.exists()


def test_a_series_of_who_left_is_one_task_and_goes_on_once_they_are_back(begin, plan):
    row = begin()
    staffing.deactivate(staff=plan.clinician, by=BY)
    for days in (35, 42):
        topping_up.top_up_all(by=BY, now=NOW + timedelta(days=days))

    task = Task.objects.get(kind="series.stopped")
    assert (task.path, count_of(row)) == (url("series", row.pk), 13)
    assert "does not offer" in task.words

    staffing.reactivate(staff=plan.clinician, by=BY)
    topping_up.top_up_all(by=BY, now=NOW + timedelta(days=42))
    assert count_of(row) == 19


def test_several_days_that_cannot_be_are_one_task(begin, plan):
    begin()
    first, last = (at(1) + timedelta(days=days) for days in (90, 110))
    duty.record_absence(
        kind="leave",
        cover=None,
        staff=plan.clinician,
        starts_at=first,
        ends_at=last,
        by=BY,
    )

    topping_up.top_up_all(by=BY, now=LATER)

    task = Task.objects.get()
    assert task.title == "Find other times for 3 visits of a series"
    assert SeriesSkip.objects.count() == 3


def test_what_others_hold_for_a_moment_is_tried_again(begin, monkeypatch):
    row, top_up, turns = begin(), series.top_up, []

    def in_use(**details):
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError from type(
                "Fault", (Exception,), {"sqlstate": "40P01"}
            )
        return top_up(**details)

    monkeypatch.setattr(series, "top_up", in_use)

    assert topping_up.top_up_all(by=BY, now=LATER) == 1
    assert count_of(row) == 17
    assert not Task.objects.exists()


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
