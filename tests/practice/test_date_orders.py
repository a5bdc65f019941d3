"""Dates in three orders: found where a file tells, never guessed where not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.date_orders import Order, is_open, order_of, read

TODAY = date(2026, 3, 2)
PATTERNS = {
    Order.MONTH_FIRST: "{0.month}/{0.day}/{0.year}",
    Order.DAY_FIRST: "{0.day}.{0.month}.{0.year}",
    Order.YEAR_FIRST: "{0.year}-{0.month:02}-{0.day:02}",
}


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("03/04/1985", "mdy", (1985, 3, 4)),
        ("03/04/1985", "dmy", (1985, 4, 3)),
        ("03/03/1985", "ymd", (1985, 3, 3)),
        ("1985-03-04", "mdy", (1985, 3, 4)),
        ("1985-03-04 00:00:00", "dmy", (1985, 3, 4)),
        ("3/4/1985 12:00:00 AM", "mdy", (1985, 3, 4)),
        ("19850304", "dmy", (1985, 3, 4)),
        ("4 Mar 1985", "mdy", (1985, 3, 4)),
        ("March 4, 1985", "dmy", (1985, 3, 4)),
        ("4 de marzo de 1985", "mdy", (1985, 3, 4)),
        ("04-ENE-1985", "mdy", (1985, 1, 4)),
        ("3/4/85", "mdy", (1985, 3, 4)),
        ("31-Mar-85", "mdy", (1985, 3, 31)),
        ("31-MAR-85", "ymd", (1985, 3, 31)),
        ("Mar 31, 85", "dmy", (1985, 3, 31)),
        ("٠٣/٠٤/١٩٨٥", "mdy", (1985, 3, 4)),
    ],
)
def test_a_date_as_files_write_it(cell, order, day):
    assert read(cell, order, today=TODAY) == date(*day)


@pytest.mark.parametrize(
    "cell",
    [
        "31/12/1985",
        "3/4/20",
        "4-Mar-20",
        "0/0/0",
        "99999-01-01",
        "29281",
        "never",
        "",
        "1" * 500,
    ],
)
def test_what_is_no_date_in_this_order(cell):
    assert read(cell, "mdy", today=TODAY) is None


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/1985", "13/04/1985"], "dmy"),
        (["03/04/1985", "03/14/1985"], "mdy"),
        (["1985-03-04"], "ymd"),
        (["13/04/1985", "14/04/1985", "04/15/1985"], None),
        (["03/04/1985"], None),
        (["03/04/1985", "1985-03-04"], None),
        (["03/04/1985", "03/14/1985", "1985-03-04", "1985-03-05"], "mdy"),
        (["03/03/1985"], "ymd"),
        ([], "ymd"),
    ],
)
def test_the_order_that_a_file_keeps(cells, order):
    assert order_of(cells) == order


def test_a_cell_that_may_be_two_days():
    assert is_open("03/04/1985")
    assert not is_open("03/03/1985")
    assert not is_open("13/04/1985")


@given(st.lists(st.dates(date(1930, 1, 1), TODAY), min_size=20), st.sampled_from(Order))
def test_whatever_the_order_a_file_is_read_right_or_asked_about(days, order):
    cells = [PATTERNS[order].format(day) for day in days]

    found = order_of(cells)

    # Days and months that all are small tell nothing; then nothing is guessed.
    assert found is not None or all(day.day <= 12 for day in days)
    if found is not None:
        assert [read(cell, found, today=TODAY) for cell in cells] == days


@given(
    st.lists(st.tuples(st.dates(date(1930, 1, 1), TODAY), st.sampled_from(Order))),
)
def test_no_day_is_guessed_in_a_file_that_mixes_orders(pairs):
    cells = [PATTERNS[order].format(day) for day, order in pairs]

    found = order_of(cells)

    # Two orders that differ for somebody are asked about, or one of them is plain.
    if found is not None:
        sure = {one for cell in cells if (one := order_of([cell])) and one != "ymd"}
        assert sure <= {found}
        assert sure or not any(map(is_open, cells))


@given(st.text(max_size=80), st.sampled_from(Order))
def test_no_text_is_too_odd(cell, order):
    day = read(cell, order, today=TODAY)

    assert day is None or isinstance(day, date)
