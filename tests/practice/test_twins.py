"""Who may be whom: by name, birth date, phone, and the number of the old system."""

from __future__ import annotations

from datetime import date

import pytest

from practice.twins import Known, Match, in_practice, person_of
from tests import cast

BORN = "1980-01-31"
PHONE = "+12125550117"


def somebody(given="Ada", family="Ames", born=BORN, phone=PHONE, number="", called=""):
    return person_of(
        {
            "patient": {
                "given_name": given,
                "family_name": family,
                "preferred_name": called,
                "born_on": born,
            },
            "contacts": [{"kind": "phone", "value": phone}] if phone else [],
            "number": number,
        }
    )


SURE, MAYBE = Match(1, is_certain=True), Match(1, is_certain=False)
CASES = [
    ({}, SURE),
    ({"given": "ADA LOU", "family": "Ames-Brook"}, SURE),
    ({"given": "Ames", "family": "Ada"}, SURE),
    ({"phone": ""}, MAYBE),
    ({"born": "1980-01-30"}, MAYBE),
    ({"family": "Brook"}, MAYBE),
    ({"family": "Brook", "born": "1970-01-01"}, None),
    ({"given": "Ben"}, None),
    ({"phone": "", "born": "1970-01-01"}, None),
    ({"given": "Ben", "number": "A1", "phone": ""}, SURE),
]


@pytest.mark.parametrize(("other", "match"), CASES)
def test_two_of_three_are_possible_and_all_are_sure(other, match):
    known = Known()
    known.add(1, somebody(number="A1"))

    assert known.match(somebody(**other)) == match


def test_accents_and_the_name_they_go_by_do_not_matter():
    known = Known()
    known.add(1, somebody(given="Zoë", family="Núñez"))

    assert known.match(somebody(given="ZOE", family="NUNEZ")) == SURE
    assert known.match(somebody(given="Zoltan", family="Nunez", called="Zoe")) == SURE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("other", "sure"),
    [({}, True), ({"phone": ""}, False), ({"born": "1980-01-30"}, False)],
)
def test_charts_are_found_the_same_way(location, other, sure):
    born = date.fromisoformat(BORN)
    chart = cast.make_patient(
        at=location, given_name="Ada", family_name="Ames", born_on=born
    )
    cast.make_contact(chart, value=PHONE)

    found = in_practice([somebody(**other)], system="Earlier number")

    assert found == [Match(chart.pk, is_certain=sure)]


@pytest.mark.django_db
def test_many_people_take_no_more_questions(location, django_assert_max_num_queries):
    for n in range(30):
        cast.make_patient(at=location, given_name=f"Ada{n}", born_on=date(1980, 1, 31))
    people = [somebody(given=f"Ada{n}") for n in range(200)]

    with django_assert_max_num_queries(4):
        in_practice(people, system="Earlier number")
