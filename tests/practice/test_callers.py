"""Who calls about somebody is found by their own number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from practice import caregivers, merging
from practice.searching import find_people
from tests import cast
from tests.ground import layer
from tests.practice.reading import text_of, url

BY, NOW = cast.FOUNDER, cast.MONDAY
TODAY = NOW.date()
NUMBER = "+12125550187"
pytestmark = pytest.mark.usefixtures("now")


@layer
def child(location):
    born = date(2018, 4, 1)
    return cast.make_patient(
        at=location, given_name="Kim", family_name="Kidd", born_on=born
    )


@layer
def mother(child):
    """Calls from a number of her own."""
    caregiver = cast.make_caregiver(child, relation="parent")
    cast.make_contact(caregiver, value=NUMBER)
    return caregiver


def found(staff, query="0187"):
    people = find_people(query, staff=staff, now=NOW)
    return [(one.name, one.caller, one.is_barred) for one in people]


@pytest.mark.parametrize("query", ["0187", "(212) 555-0187", "2125550", "kidd 0187"])
def test_a_mother_who_calls_leads_to_her_child(front_desk, mother, query):
    assert found(front_desk, query) == [("Kim Kidd", "Parent", False)]


def test_a_mother_who_calls_leads_to_each_of_her_children(front_desk, mother, location):
    sister = cast.make_patient(at=location, given_name="Lou", family_name="Kidd")
    caregivers.authorise(
        caregiver=mother, patient=sister, relation="parent", starts_on=TODAY, by=BY
    )

    assert [name for name, *_rest in found(front_desk)] == ["Kim Kidd", "Lou Kidd"]
    assert [name for name, *_rest in found(front_desk, "lou 0187")] == ["Lou Kidd"]


def test_who_must_not_be_told_is_marked(as_, front_desk, child):
    barred = cast.make_caregiver(child, relation="parent", must_not_be_told=True)
    cast.make_contact(barred, value=NUMBER)

    page = as_(front_desk).post(url("search_people"), {"q": "0187"})

    assert found(front_desk) == [("Kim Kidd", "Parent", True)]
    assert "by the phone of: parent" in text_of(page)
    assert "caller must not be told anything" in text_of(page)


def test_what_the_caller_is_stays_unsaid_where_the_chart_is_closed(stranger, mother):
    assert found(stranger) == [("Kim Kidd", "Caregiver", False)]


def test_the_number_of_a_merged_charts_mother_leads_to_the_one_that_stands(
    front_desk, patient, child, mother
):
    merging.merge(duplicate=child, into=patient, by=BY, now=NOW)

    assert found(front_desk) == [("Paula Patience", "Parent", False)]


def test_who_no_longer_cares_for_them_is_found_no_more(front_desk, child, mother):
    (row,) = mother.caregivings.all()

    caregivers.withdraw(caregiving=row, by=BY)

    assert found(front_desk) == []


@pytest.mark.parametrize(
    "days", [{"starts_on": TODAY + timedelta(days=1)}, {"ends_on": TODAY}]
)
def test_a_relation_counts_from_its_first_day_to_its_last(front_desk, child, days):
    helper = cast.make_caregiver(child, relation="helper", **days)
    cast.make_contact(helper, value=NUMBER)

    assert bool(found(front_desk)) == ("ends_on" in days)


def test_the_searching_costs_the_same_for_one_child_and_for_ten(
    front_desk, mother, location, django_assert_max_num_queries
):
    for _child in range(10):
        other = cast.make_patient(at=location)
        caregivers.authorise(
            caregiver=mother, patient=other, relation="parent", starts_on=TODAY, by=BY
        )

    with django_assert_max_num_queries(8):
        assert len(found(front_desk)) == 11
