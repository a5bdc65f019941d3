"""Who may be whom: by name, birth date, phone, and the number of the old system."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice import import_work, staging
from practice.models import StagedPart
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
NUMBER = Match(1, is_certain=False, is_by_number=True)
OTHER_DAY = "1970-01-01"
PEOPLE = st.fixed_dictionaries(
    {
        "given": st.sampled_from(["Ada", "Ben"]),
        "born": st.sampled_from([BORN, OTHER_DAY]),
        "phone": st.sampled_from(["", PHONE, "+12125550118"]),
        "number": st.sampled_from(["", "A1", "A2"]),
    }
)
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
    # With the number of the old system.
    ({"number": "A1", "phone": ""}, SURE),
    ({"number": "A1", "phone": "", "family": "Married"}, SURE),
    ({"number": "A1", "phone": "", "born": OTHER_DAY}, MAYBE),
    ({"number": "A1", "phone": "", "given": "Ben"}, MAYBE),
    ({"number": "A1", "given": "Ben", "born": OTHER_DAY}, NUMBER),
    ({"number": "A1", "phone": "", "given": "Ben", "born": OTHER_DAY}, NUMBER),
]


@pytest.mark.parametrize(("other", "match"), CASES)
def test_two_of_three_are_possible_and_all_are_sure(other, match):
    known = Known()
    known.add(1, somebody(number="A1"))

    assert known.match(somebody(**other)) == match


@given(st.lists(PEOPLE, max_size=6), PEOPLE)
def test_a_number_alone_is_never_sure_and_never_hides_a_better_match(others, row):
    known, people = Known(), [somebody(**one) for one in others]
    for number, person in enumerate(people):
        known.add(number, person)
    person = somebody(**row)

    match = known.match(person)

    def is_better(one, common):
        """Two things in common; brothers and sisters share birth date and phone."""
        two = len(common & {"name", "birth", "phone"}) > 1
        return two and ("name" in common or bool(one.given & person.given))

    shared = [set(person.shared(one)) for one in people]
    if match is not None and match.is_certain:
        assert {"birth"} < shared[match.of]
        assert {"phone", "number"} & shared[match.of]
    if match is not None and match.is_by_number:
        assert not any(map(is_better, people, shared))


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


FEW = st.fixed_dictionaries(
    {
        "given": st.sampled_from(["Ann", "Bo", "Lee"]),
        "family": st.sampled_from(["Lee", "Ames", "Ann"]),
        "born": st.sampled_from([BORN, OTHER_DAY]),
        "phone": st.sampled_from(["", PHONE, "+12125550118"]),
        "number": st.sampled_from(["", "A1", "A2"]),
    }
)


@given(
    st.lists(FEW.map(lambda one: somebody(**one)), max_size=9),
    st.sets(st.integers(0, 8)),
)
def test_every_row_that_is_like_an_earlier_one_is_found(people, noted):
    told = staging.packed([[line, one.told()] for line, one in enumerate(people)])
    part = StagedPart(people=told)

    found = import_work._twice_in(part, noted, Known())

    of_line = {one.line: one for one in found}
    for line, person in enumerate(people):
        alike = {
            before: person.match(before, other)
            for before, other in enumerate(people[:line])
            if {*person.traits()} & {*other.traits()}
        }
        assert (line in of_line) == (bool(alike) and line not in noted)
        if one := of_line.get(line):
            assert one.twin_line in alike
            sure = [match.is_certain for match in alike.values()]
            assert one.is_certain == any(sure)
