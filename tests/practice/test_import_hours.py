"""Hours at which a phone is safe come in with a file, and are never lost in silence."""

from __future__ import annotations

from datetime import date, time

import pytest

from practice import contacts
from practice.cell_words import hours
from practice.models import ContactPoint, Task
from tests import cast
from tests.practice.importing import bring_in, table
from tests.practice.test_import_rows import read, ready

PHONE = {"mobile": "(212) 555-0117"}
HEAD = "Given name,Family name,Date of birth,Phone,Safe hours"


@pytest.mark.parametrize(
    "cell",
    ["18:00-20:00", "18:00 to 20:00", "6 pm – 8pm", "6:00 p.m. hasta 8:00 p.m."],
)
def test_hours_are_written_in_many_ways(cell):
    assert hours(cell) == (time(18), time(20))


@pytest.mark.parametrize(
    "cell", ["6-8", "evenings", "18:00-18:00", "18:00", "18:00-20:00, 08:00-09:00"]
)
def test_what_is_no_hours_of_a_day_is_a_problem(cell):
    problems = read(**PHONE, safe_hours=cell)[1]

    assert [one.partition(":")[0] for one in problems] == ["Safe hours of a phone"]


@pytest.mark.parametrize("cell", ["always", "Any time"])
def test_a_phone_may_be_safe_at_any_time(cell):
    assert "safe_from" not in ready(**PHONE, safe_hours=cell)["contacts"][0]


def test_hours_without_a_phone_are_a_problem():
    assert "without a phone" in read(safe_hours="18:00-20:00")[1][0]


@pytest.fixture
def bring(manager, location):
    """A chart whose phone is safe at some hours, after a file named others."""

    def act(before, cell="18:00-20:00"):
        chart = cast.make_patient(
            at=location, given_name="Ada", family_name="Ames", born_on=date(1980, 1, 31)
        )
        phone = cast.make_contact(chart, value="+12125550117")
        contacts.change(
            point=phone,
            value=phone.phone,
            safe_from=before[0],
            safe_until=before[1],
            by=cast.FOUNDER,
            now=cast.MONDAY,
        )
        row = f"Ada,Ames,1980-01-31,(212) 555-0117,{cell}"
        bring_in(table(row, head=HEAD), by=manager, home=location)
        return ContactPoint.objects.get()

    return act


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((None, None), (time(18), time(20))),
        ((time(8), time(21)), (time(18), time(20))),
        ((time(18, 30), time(19)), (time(18, 30), time(19))),
        ((time(8), time(19)), (time(18), time(19))),
    ],
)
def test_hours_of_a_phone_on_a_chart_get_narrower_only(bring, before, after):
    point = bring(before)

    assert (point.safe_from, point.safe_until) == after
    assert point.may_call
    assert not Task.objects.exists()


def test_hours_get_narrower_past_midnight_too(bring):
    point = bring((time(20), time(23, 30)), "22:00-06:00")

    assert (point.safe_from, point.safe_until) == (time(22), time(23, 30))


def test_where_no_hour_is_safe_by_both_nobody_calls_and_the_desk_asks(bring):
    point = bring((time(8), time(12)))

    task = Task.objects.get()
    assert (point.safe_from, point.safe_until) == (time(8), time(12))
    assert {point.may_call, point.may_text, point.may_leave_voicemail} == {False}
    assert task.patient == point.patient
    assert "file and chart differ" in task.title
