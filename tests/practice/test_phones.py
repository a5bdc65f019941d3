"""Which phones may be used about a patient, and for what."""

from __future__ import annotations

import pytest

from practice import caregivers, merging, phones
from practice.reaching import How
from tests import cast
from tests.ground import layer

pytestmark = pytest.mark.django_db
BY, DAY = cast.FOUNDER, cast.MONDAY.date()
LANDLINE = "+12125550187"
BARRED = "Somebody who must not be told anything has this number."


@layer
def child(location):
    return cast.make_patient(at=location, born_on=DAY.replace(year=2016))


@layer
def mother(child):
    """Who may be told; the landline is hers."""
    found = cast.make_caregiver(child, name="Mo", relation="parent", may_be_told=True)
    cast.make_contact(found, value=LANDLINE)
    return found


def make_father(child, **details):
    return cast.make_caregiver(
        child, name="Fa", relation="parent", must_not_be_told=True, **details
    )


def lines(chart):
    return phones.of_charts([chart.pk], day=DAY)[chart.pk]


def refusals(chart, how=How.CALL):
    return [line.why_not(chart, how) for line in lines(chart)]


def test_a_guardians_number_may_be_called_and_texted(child, mother):
    (line,) = lines(child)

    assert line.whose(child).name == "Mo"
    assert line.may_be_texted
    assert refusals(child) == [""]


def test_nobody_calls_where_somebody_barred_may_answer(child, mother):
    cast.make_contact(make_father(child), value=LANDLINE)

    assert refusals(child) == [BARRED]
    assert not lines(child)[0].may_be_texted


def test_nor_where_the_childs_own_chart_has_the_number(child):
    cast.make_contact(child, value=LANDLINE)
    cast.make_contact(make_father(child), value=LANDLINE)

    assert refusals(child) == [BARRED]


def test_nor_where_whoever_is_barred_has_it_as_a_patient(child, mother, location):
    his, duplicate = (cast.make_patient(at=location) for _ in "ab")
    caregivers.describe(
        caregiver=make_father(child), name="Fa", language="en", own_chart=his, by=BY
    )
    cast.make_contact(duplicate, value=LANDLINE)
    merging.merge(duplicate=duplicate, into=his, by=BY, now=cast.MONDAY)

    assert refusals(child) == [BARRED]


def test_a_bar_counts_for_its_own_chart_alone(child, mother, location):
    other = cast.make_patient(at=location)
    cast.make_contact(make_father(other), value=LANDLINE)

    assert refusals(child) == [""]


def test_a_number_of_child_and_guardian_allows_what_both_allow(child, mother):
    cast.make_contact(child, value=LANDLINE, may_text=False)

    (line,) = lines(child)

    assert (line.is_own, line.whose(child)) == (True, None)
    assert not line.may_be_texted
    assert refusals(child) == [""]


def test_a_number_on_two_merged_charts_allows_what_both_allow(location):
    a, b = (cast.make_patient(at=location) for _ in "ab")
    cast.make_contact(a, value=LANDLINE)
    cast.make_contact(b, value=LANDLINE, may_text=False)
    merging.merge(duplicate=b, into=a, by=BY, now=cast.MONDAY)

    assert [line.may_be_texted for line in lines(a)] == [False]


def test_that_a_child_takes_no_calls_says_nothing_of_the_guardian(location):
    child = cast.make_patient(
        at=location, born_on=DAY.replace(year=2016), needs_no_calls=True
    )
    cast.make_contact(child, value=LANDLINE)
    assert refusals(child) == ["They asked not to be called."]

    mother = cast.make_caregiver(child, relation="parent", may_be_told=True)
    cast.make_contact(mother, value=LANDLINE)

    assert refusals(child) == [""]
    assert lines(child)[0].whose(child).name == mother.name


def test_it_asks_as_much_for_one_as_for_many(location, django_assert_num_queries):
    charts = []
    for count in (1, 4):
        charts += [cast.make_patient(at=location) for _number in range(count)]
        for chart in charts[-count:]:
            cast.make_contact(chart)
            cast.make_contact(make_father(chart))

        with django_assert_num_queries(6):
            phones.of_charts([chart.pk for chart in charts], day=DAY)
