"""Beside each contact of a chart: what was agreed to, and what is stopped."""

from __future__ import annotations

import pytest

from consent.panels import contact_lines, contact_stops
from practice import contact_frames, contacts, phones
from practice.models import Taken
from practice.reaching import How
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


# Where numbers are offered ------------------------------------------------------------
def phone_of(patient):
    [line] = phones.of_charts([patient.pk], day=MONDAY.date())[patient.pk]
    return line


def test_a_stop_of_texts_lets_people_call(patient):
    cast.make_contact(patient, value=NUMBER)
    stop()

    line = phone_of(patient)

    assert (line.may_be_texted, line.is_usable) == (False, True)
    assert line.why_not(patient, How.CALL) == ""


def test_a_stop_of_calls_says_how_it_came(patient):
    cast.make_contact(patient, value=NUMBER)
    stop(channel="call", source="spoken")

    line = phone_of(patient)

    assert line.why_not(patient, How.CALL) == (
        "Stopped for everybody with this number or address: said so to staff."
    )
    assert (line.address.may_leave_voicemail, line.may_be_texted) == (False, True)


def test_a_number_where_all_is_stopped_is_not_usable(patient):
    cast.make_contact(patient, value=NUMBER)
    stop()
    stop(channel="call", source="spoken")

    assert not phone_of(patient).is_usable


def test_the_number_of_a_guardian_is_stopped_too(location):
    child = cast.make_patient(at=location, born_on=MONDAY.date().replace(year=2016))
    mother = cast.make_caregiver(child, relation="parent", may_be_told=True)
    cast.make_contact(mother, value=NUMBER)
    stop()

    assert not phone_of(child).may_be_texted


def test_stops_of_many_numbers_are_one_question(django_assert_num_queries):
    numbers = [f"+121255501{n:02}" for n in range(20)]
    for number in numbers:
        stop(number)

    with django_assert_num_queries(1):
        found = contact_stops(numbers)

    assert {tuple(ways) for ways in found.values()} == {(How.TEXT,)}
    assert contact_frames.stops_at([]) == {}
