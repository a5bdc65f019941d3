"""What the head of a column says: free, full, away, over; and where words have room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from practice import duty
from scheduling import booking, diary, diary_sheets
from tests import cast
from tests.scheduling.conftest import at

TUESDAY = date(2026, 3, 3)
WHOLE_DAY = (9 * 12, 17 * 12)  # rows
HOUR = timedelta(hours=1)


@pytest.fixture
def column(plan, location, front_desk):
    """The only column of Tuesday, as it is at some time."""

    def read(now):
        found = diary.read(
            place=location, days=[TUESDAY], who=(), staff=front_desk, now=now
        )
        [column] = diary_sheets.by_clinician(found, now=now).columns
        return column

    return read


@pytest.fixture
def book(plan, location, front_desk):
    def at_hours(*hours):
        for hour in hours:
            there = replace(plan, starts_at=at(hour), length=HOUR)
            somebody = cast.make_patient(at=location)
            booking.book(plan=there, patients=[somebody], by=front_desk, now=at(8))

    return at_hours


@pytest.fixture
def away(clinician):
    def between(first, last, kind="illness"):
        duty.record_absence(
            staff=clinician,
            kind=kind,
            starts_at=first,
            ends_at=last,
            cover=None,
            by=cast.FOUNDER,
        )

    return between


def test_who_is_ill_for_the_rest_of_the_day_is_not_full(column, book, away):
    book(9, 14)
    away(at(11), at(23))

    assert column(at(11)).left_words == "Illness"


def test_who_was_ill_this_morning_has_time_this_afternoon(column, away):
    away(at(9), at(11))

    assert column(at(12)).left_words == "5 h free"


def test_who_is_booked_out_is_full_although_away_for_an_hour(column, book, away):
    book(9, 10, 11, 12, 13, 14, 15)
    away(at(16), at(17))

    assert column(at(8)).left_words == "Full"


def test_an_absence_without_a_word_of_its_own_is_called_away(column, away):
    away(at(9), at(17), kind="other")

    assert column(at(8)).left_words == "Away"


def test_what_is_over_is_not_free(column):
    assert column(at(16)).left_words == "1 h free"
    assert column(at(18)).left_words == ""


def test_why_somebody_is_away_is_said_where_no_card_covers_it(column, book, away):
    book(11)
    away(at(11), at(13))

    [(shade, room)] = column(at(8)).said(WHOLE_DAY)

    assert (shade.words, room) == ("Illness", (12 * 12, 13 * 12))


def test_why_somebody_is_away_has_no_room_where_cards_cover_all_of_it(
    column, book, away
):
    book(11)
    away(at(11), at(11, 55))

    assert [room for _shade, room in column(at(8)).said(WHOLE_DAY)] == [None]
