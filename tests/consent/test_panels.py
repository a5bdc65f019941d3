"""Beside each contact of a chart: what was agreed to, and what is stopped."""

from __future__ import annotations

import pytest

from consent.panels import contact_lines
from practice import contacts
from practice.models import Taken
from tests import cast
from tests.cast import MONDAY
from tests.consent.stopping import NUMBER, stop

pytestmark = pytest.mark.django_db


def line_of(point):
    return contact_lines([point])[point.pk]


def test_what_was_agreed_to_is_said_with_its_day_and_way(patient):
    point = cast.make_contact(patient, taken=Taken.DESK)

    assert line_of(point).detail == (
        "Agreed: texts, calls (Mon 2 Mar 2026, at the desk)"
    )


def test_what_was_withdrawn_stands_beside_it(patient):
    point = cast.make_contact(patient, value=NUMBER)
    point = contacts.change(
        point=point, value=NUMBER, may_text=False, by=cast.FOUNDER, now=MONDAY
    )

    assert "No longer agrees: texts" in line_of(point).detail


def test_a_number_of_which_nothing_is_known_says_nothing(patient):
    point = cast.make_contact(patient, may_text=False, may_call=False)

    assert line_of(point).detail == ""


def test_every_stop_is_a_badge_on_every_chart_that_has_the_number(patient, location):
    points = [
        cast.make_contact(chart, value=NUMBER)
        for chart in (patient, cast.make_patient(at=location))
    ]
    stop()
    stop(channel="call", source="spoken")

    lines = contact_lines(points)

    assert [lines[one.pk].badges for one in points] == [
        ["stopped texts", "stopped calls"]
    ] * 2


def test_a_letter_has_nothing_beside_it(patient):
    point = cast.make_contact(patient, kind="post", value="1 Main Street")

    assert contact_lines([point]) == {}


@pytest.mark.parametrize("many", [1, 20])
def test_many_contacts_ask_as_often_as_one(many, patient, django_assert_num_queries):
    points = [cast.make_contact(patient) for _number in range(many)]

    with django_assert_num_queries(2):
        assert len(contact_lines(points)) == many
