"""Dates of birth, however they are typed."""

from __future__ import annotations

from datetime import date

import pytest

from practice.birth_dates import birth_dates, birth_year, read_date

TODAY = date(2026, 3, 2)


def test_a_year_of_two_digits_is_in_either_century():
    assert birth_dates("5/17/24", until=TODAY) == [date(2024, 5, 17), date(1924, 5, 17)]
    assert birth_dates("5/17/26", until=TODAY) == [date(1926, 5, 17)]
    assert birth_dates("2/29/00", until=TODAY) == [date(2000, 2, 29)]
    assert birth_dates("051724", until=TODAY) == [date(2024, 5, 17), date(1924, 5, 17)]


def test_dots_may_divide_day_and_month_in_either_order():
    assert birth_dates("5.6.1984", until=TODAY) == [date(1984, 6, 5), date(1984, 5, 6)]


@pytest.mark.parametrize("text", ["Sept 3 1990", "Sept. 3, 1990", "3 sep 1990"])
def test_a_month_is_read_however_it_is_cut(text):
    assert read_date(text) == date(1990, 9, 3)


def test_month_comes_before_day_where_both_are_possible():
    assert read_date("3/4/1990") == date(1990, 3, 4)
    assert read_date("13/4/1990") == date(1990, 4, 13)


@pytest.mark.parametrize(
    "text", ["", "1984", "31 Feb 1984", "99999-01-01", "0000-01-01"]
)
def test_what_is_no_date_is_none(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [("1984", 1984), ("2026", 2026), ("2027", None), ("1890", None), ("198", None)],
)
def test_a_year_of_birth_is_neither_long_ago_nor_to_come(text, year):
    assert birth_year(text, until=TODAY) == year
