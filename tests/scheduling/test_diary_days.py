"""The list of the coming days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.models import TrailEntry, TrailPatient
from scheduling import booking, diary, diary_days
from scheduling.booking import Despite
from tests import cast
from tests.scheduling.conftest import at

TUESDAY, NOW = date(2026, 3, 3), cast.MONDAY
WEEK = [TUESDAY + timedelta(days=n) for n in range(7)]


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def book(plan, location):
    def book(*, day, hour=10, **more):
        somebody = cast.make_patient(at=location)
        there = replace(plan, starts_at=at(hour, day=day))
        return booking.book(
            plan=there, patients=[somebody], by=cast.FOUNDER, now=NOW, **more
        )

    return book


def read(location, staff):
    return diary.read(place=location, days=WEEK, who=(), staff=staff, now=NOW)


def parts(location, staff):
    found = diary_days.parts(diary_days.bounded(read(location, staff)))
    return [
        ([day.day for day in part.days], [line.when for line in part.lines])
        for part in found
    ]


def show(client, **wish):
    asked = {"view": "agenda", "on": "2026-03-03", **wish}
    return client.get(reverse("calendar"), asked)


def test_days_follow_each_other_and_empty_ones_are_one_line(book, location, front_desk):
    book(day=3, hour=14)
    book(day=3)
    book(day=6)

    assert parts(location, front_desk) == [
        ([3], ["10:00 AM", "2:00 PM"]),
        ([4, 5], []),
        ([6], ["10:00 AM"]),
        ([7, 8, 9], []),
    ]


def test_a_visit_belongs_to_the_day_on_the_wall_of_the_place(
    book, location, front_desk
):
    """Late on Saturday it is Sunday in UTC; on Sunday the clocks go forward."""
    night = Despite(hours="A crisis")
    book(day=7, hour=23, despite=night)
    book(day=8, hour=3, despite=night)
    book(day=9, hour=9)

    assert parts(location, front_desk)[1:] == [
        ([7], ["11:00 PM"]),
        ([8], ["3:00 AM"]),
        ([9], ["9:00 AM"]),
    ]


def test_a_page_holds_whole_days_and_names_nobody_it_does_not_show(
    book, location, front_desk, monkeypatch
):
    monkeypatch.setattr(diary_days, "MOST", 2)
    first, second, _third = (book(day=day) for day in (3, 5, 6))

    found = diary_days.bounded(read(location, front_desk))

    assert found.days == WEEK[:3]
    coming = {one.attendees.get().patient_id for one in (first, second)}
    assert found.patients == coming


def test_one_day_is_shown_whole_however_many_it_has(
    book, location, front_desk, monkeypatch
):
    monkeypatch.setattr(diary_days, "MOST", 1)
    for hour in (9, 10, 11):
        book(day=3, hour=hour)

    found = diary_days.bounded(read(location, front_desk))

    assert (found.days, len(found.visits)) == (WEEK[:1], 3)


# The page ---------------------------------------------------------------------------
def test_the_page_shows_seven_days_from_the_chosen_one(book, as_, front_desk):
    book(day=3)
    book(day=9)
    book(day=10)

    page = show(as_(front_desk))

    words = " ".join(page.content.decode().split())
    assert "Tue 3 Mar – Mon 9 Mar" in words
    assert "Wed 4 Mar, Thu 5 Mar, Fri 6 Mar, Sat 7 Mar, Sun 8 Mar: no visits" in words
    assert page.context["tally"].visits == 2
    assert "on=2026-03-10" in page.context["choice"].later


def test_where_the_page_ends_it_goes_on_with_the_next_day(
    book, as_, front_desk, monkeypatch
):
    monkeypatch.setattr(diary_days, "MOST", 1)
    shown, left_out = book(day=3), book(day=5)

    page = show(as_(front_desk))

    assert "on=2026-03-05" in page.context["more"]
    assert page.context["more"].replace("&", "&amp;") in page.content.decode()
    line = TrailEntry.objects.get(kind="seen.calendar")
    named = TrailPatient.objects.filter(entry_id=line.pk)
    seen = {line.patient_id, *named.values_list("patient_id", flat=True)}
    assert shown.attendees.get().patient_id in seen
    assert left_out.attendees.get().patient_id not in seen


def test_an_empty_week_says_so(hours, as_, front_desk):
    assert "No visits in these 7 days" in show(as_(front_desk)).content.decode()


def test_one_day_alone_can_still_be_printed(book, as_, front_desk):
    book(day=3)
    book(day=4)

    page = show(as_(front_desk), view="list")

    assert len(page.context["parts"]) == 1
    assert page.context["tally"].visits == 1


def test_more_visits_and_days_take_no_more_queries(book, as_, front_desk):
    client = as_(front_desk)

    def count():
        show(client)
        with CaptureQueriesContext(connection) as asked:
            show(client)
        return len(asked)

    book(day=3)
    few = count()
    for day in (3, 4, 5, 6):
        for hour in (11, 12, 13):
            book(day=day, hour=hour)

    assert count() == few
