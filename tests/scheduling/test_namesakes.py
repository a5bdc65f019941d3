"""Alike names on one day: badges, and a check-in that asks for the birth date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from practice.models import Practice, StaffMember
from scheduling import booking, desk_day, visits
from scheduling.board import board_of
from scheduling.calling import call_list
from scheduling.namesakes import Called, alike, beside
from scheduling.states import Status
from tests import cast
from tests.practice.reading import looked_at, text_of, url
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
NOW = at(9, 50)
TUESDAY = at(10).date()


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def marias(location):
    return [
        cast.make_patient(
            at=location,
            given_name="Maria",
            family_name=family,
            born_on=date(year, 1, 31),
        )
        for family, year in (("Garcia", 1980), ("García", 1990))
    ]


@pytest.fixture
def booked(plan, marias):
    return [
        booking.book(
            plan=replace(plan, starts_at=at(hour)),
            patients=[one],
            by=cast.FOUNDER,
            now=at(8),
        )
        for hour, one in zip((10, 14), marias, strict=True)
    ]


def arrive(client, visit, **data):
    path = reverse("visit_act", args=[visit.pk, "arrive"])
    return client.post(path, {"next": "/board/", **data}, follow=True)


def status(visit):
    return visit.attendees.get().status


def marks(lines):
    return [mark.words for line in lines for mark in line.marks]


def tuesday(staff: StaffMember):
    return board_of(staff, day=TUESDAY, today=TUESDAY, place=None, now=NOW)


# Names -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        (("Maria", "", "Garcia"), ("maria", "", "GARCÍA"), True),
        (("Maria", "", "Garcia"), ("Mary", "Maria", "Garcia"), True),
        (("Maria", "Mia", "Garcia"), ("Mary", "Mia", "Garcia"), True),
        (("Maria", "", "Garcia"), ("Maria", "", "Gomez"), False),
        (("Maria", "", "Garcia"), ("Mario", "", "Garcia"), False),
    ],
)
def test_names_are_alike_by_how_they_are_heard(one, other, is_alike):
    people = [Called(1, *one), Called(2, *other)]

    assert bool(alike(people, lambda row: row)) is is_alike


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.integers(0, 2))))
def test_alike_are_those_with_another_one_of_their_name_and_day(rows):
    found = alike(rows, lambda row: Called(row[0], row[1], "", "x"), day=lambda r: r[2])

    meant = {r for r in rows if any(o[1:] == r[1:] and o[0] != r[0] for o in rows)}
    assert set(found) == meant


# Badges ------------------------------------------------------------------------------
def test_the_board_marks_who_share_a_name_that_day(booked, front_desk):
    assert marks(tuesday(front_desk).lines).count("same name") == 2


def test_another_day_is_no_matter(booked, plan, marias, front_desk):
    booking.move(
        appointment=booked[1],
        plan=replace(plan, starts_at=at(14, day=4)),
        by=cast.FOUNDER,
        now=NOW,
    )

    assert "same name" not in marks(tuesday(front_desk).lines)


def test_a_badge_says_nothing_of_who_is_private(booked, marias, front_desk):
    marias[1].is_restricted = True
    with cast.by_hand():
        marias[1].save()

    assert "same name" not in marks(tuesday(front_desk).lines)
    assert beside(booked[0], front_desk, now=NOW) == []


def test_todays_first_lines_know_names_of_the_lines_below(
    booked, front_desk, monkeypatch
):
    monkeypatch.setitem(desk_day.SHOWN, "expected", 1)

    found = desk_day.read(front_desk, own_zone="America/New_York", now=NOW)

    assert [line.visit_id for line in found.board.lines] == [booked[0].pk]
    assert "same name" in marks(found.board.lines)


def test_today_knows_the_names_of_who_has_been(booked, front_desk):
    visits.arrive(attendees=booked[0].attendees.all(), by=cast.FOUNDER, now=NOW)
    visits.complete(attendees=booked[0].attendees.all(), by=cast.FOUNDER, now=at(10))

    found = desk_day.read(front_desk, own_zone="America/New_York", now=at(11))

    assert [line.visit_id for line in found.board.lines] == [booked[1].pk]
    assert "same name" in marks(found.board.lines)


@pytest.mark.parametrize("view", ["day", "list"])
def test_the_calendar_marks_them_too(booked, as_, front_desk, view):
    page = as_(front_desk).get(f"/calendar/?on=2026-03-03&view={view}")

    assert page.content.decode().count("same name") == 2


def test_the_page_of_a_visit_marks_them_too(booked, as_, front_desk):
    assert "same name" in text_of(as_(front_desk).get(url("visit", booked[0].pk)))


def test_the_call_list_marks_them_too(booked, location, as_, front_desk):
    with time_machine.travel(cast.MONDAY, tick=False):
        found = call_list(
            front_desk,
            places=[location],
            practice=Practice.objects.first(),
            now=cast.MONDAY,
        )
        page = text_of(as_(front_desk).get(url("call_list")))

    assert [line.is_namesake for line in found.open] == [True, True]
    assert page.count("same name") == 2


# Check-in ----------------------------------------------------------------------------
def test_who_has_a_namesake_is_checked_in_by_name_and_birth_date(
    booked, as_, front_desk
):
    page = text_of(arrive(as_(front_desk), booked[0]))

    assert status(booked[0]) == Status.SCHEDULED
    assert "born 31 Jan 1980" in page
    assert "born 31 Jan 1990" in page


def test_whose_birth_date_is_right_has_arrived(booked, as_, front_desk):
    answer = arrive(as_(front_desk), booked[0], sure="yes")

    assert status(booked[0]) == Status.ARRIVED
    assert answer.redirect_chain == [("/board/", 302)]


def test_the_question_leads_back_to_the_page_it_came_from(booked, as_, front_desk):
    answer = arrive(as_(front_desk), booked[0])

    assert answer.context["next"] == "/board/"
    assert [one.attendee for one in answer.context["whom"]] == [
        booked[0].attendees.get()
    ]


def test_whoever_reads_the_question_looked_at_both(booked, marias, as_, front_desk):
    arrive(as_(front_desk), booked[0])

    assert {one.pk for one in marias} <= looked_at()


def test_who_begins_without_having_arrived_is_asked_too(booked, as_, front_desk):
    path = reverse("visit_act", args=[booked[0].pk, "start"])

    answer = as_(front_desk).post(path, follow=True)

    assert answer.context["step"].slug == "start"
    assert status(booked[0]) == Status.SCHEDULED


def test_who_is_here_already_is_not_asked_again(booked, as_, front_desk):
    visits.arrive(attendees=booked[0].attendees.all(), by=front_desk, now=NOW)

    as_(front_desk).post(reverse("visit_act", args=[booked[0].pk, "start"]))

    assert status(booked[0]) == Status.IN_SESSION


def test_without_a_namesake_one_press_is_enough(plan, patient, as_, front_desk):
    visit = booking.book(plan=plan, patients=[patient], by=cast.FOUNDER, now=at(8))

    arrive(as_(front_desk), visit)

    assert status(visit) == Status.ARRIVED


# Other ways in -----------------------------------------------------------------------
def test_who_comes_late_is_told_apart_before_they_are_here(booked, as_, front_desk):
    path = reverse("late_arrival", args=[booked[0].pk])
    desk = as_(front_desk)

    page = text_of(desk.post(path, {"choice": "shortened"}, follow=True))
    assert ("born 31 Jan 1980" in page, "born 31 Jan 1990" in page) == (True, True)
    assert status(booked[0]) == Status.SCHEDULED

    desk.post(path, {"choice": "shortened", "sure": "yes"})
    assert status(booked[0]) == Status.ARRIVED


def test_who_checks_in_by_video_is_told_apart(booked, as_, front_desk):
    path = reverse("telehealth_check_in", args=[booked[0].attendees.get().pk])

    page = text_of(as_(front_desk).get(path))

    assert ("born 31 Jan 1980" in page, "born 31 Jan 1990" in page) == (True, True)


def test_a_walk_in_is_told_apart_from_who_is_expected(booked, marias, as_, front_desk):
    with_name = as_(front_desk).get(reverse("walk_in") + f"?patient={marias[1].pk}")
    assert "The same name on this day" in text_of(with_name)
    assert marias[0].pk in looked_at()

    other = cast.make_patient(at=booked[0].location)
    page = as_(front_desk).get(reverse("walk_in") + f"?patient={other.pk}")
    assert "The same name on this day" not in text_of(page)
