"""What the desk is asked about a couple's series names neither of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from practice import patients, sheet_parts
from practice.contributions import Ahead
from practice.models import Task
from practice.sheet_people import People
from scheduling import booking, catalogue, series, topping_up
from scheduling.recurring import WEEKS, Rule
from tests import cast
from tests.cast import FOUNDER
from tests.scheduling.conftest import at

WEEK = timedelta(weeks=1)


@pytest.fixture
def known(location):
    return cast.make_patient(at=location, given_name="Olga", family_name="Open")


@pytest.fixture
def taken(plan, kind, clinician, location, patient, now):
    """Books a later hour of somebody with another clinician."""
    another = cast.make_clinician(at=location, name="Cora Clinician")
    whose = {"clinicians": [clinician, another], "locations": [], "instructions": {}}
    catalogue.change_type(kind=kind, by=FOUNDER, **whose)

    def take(starts_at):
        booking.book(
            plan=replace(plan, clinician=another, starts_at=starts_at),
            patients=[patient],
            by=FOUNDER,
            now=now,
            despite=booking.Despite(hours="They asked for it"),
        )

    return take


@pytest.fixture
def begin(plan, taken, now):
    """A weekly series of some, of which one day cannot be; then it is topped up."""

    def start(*people):
        rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date())
        row = series.begin(
            wish=series.Wish(plan, rule), patients=people, by=FOUNDER, now=now
        )
        taken(row.appointments.latest("starts_at").starts_at + WEEK)
        topping_up.top_up_all(by=FOUNDER, now=now + 4 * WEEK)
        return Task.objects.get(kind="series.day_missing")

    return start


def close(patient):
    return patients.restrict(patient=patient, is_restricted=True, by=FOUNDER)


def test_of_somebody_alone_it_is_said_who_has_another_visit(begin, patient):
    assert "Paula Patience already has a visit then" in begin(patient).words


def test_of_a_couple_it_says_neither(begin, known, patient):
    task = begin(known, patient)

    assert task.words.startswith("One of those who come already has a visit then: Tue")


def test_nor_in_the_history_of_the_task(begin, known, patient, as_, front_desk):
    task = begin(known, patient)
    close(patient)

    page = as_(front_desk).get(reverse("record_history", args=["task", task.pk]))

    assert page.status_code == 200
    assert "One of those" in page.content.decode()
    assert "Paula" not in page.content.decode()


def test_nor_on_the_day_sheet(begin, known, patient, location, practice, now):
    task = begin(known, patient)
    close(patient)
    first, last = task.due_at - timedelta(days=1), task.due_at + timedelta(days=1)
    days = [first.date(), task.due_at.date()]
    ahead = Ahead(location, practice, days, starts_at=first, ends_at=last, now=now)

    part = sheet_parts.tasks(ahead)

    people = People([row.patient_id for row in part.rows])
    text = str([people.cells_of(row) for row in part.rows])
    assert "Find another time" in text
    assert "Paula" not in text


def test_nor_who_is_why_it_cannot_go_on(plan, known, patient, now):
    rule = Rule(WEEKS, 1, weekday=1, starts_on=at(10).date())
    wish = series.Wish(plan, rule)
    row = series.begin(wish=wish, patients=[known, patient], by=FOUNDER, now=now)
    patients.end_care(patient=patient, reason="Moved", by=FOUNDER, now=now)

    series.top_up(series=row, by=FOUNDER, now=now + 4 * WEEK)

    words = Task.objects.get(kind="series.stopped").words
    assert words == "One of those who come is not in care now: nobody books for them."
