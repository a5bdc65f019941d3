"""Who hears of a patient's visits: children, adolescents, whoever answers for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consent.states import Channel
from practice import caregivers, contacts, merging
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.consent.stopping import stop
from tests.messaging.households import (
    HERS,
    HIS,
    MINE,
    TODAY,
    aged,
    mail,
    parent,
    reached,
    where,
    whom,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(location):
    return aged(9, location)


@pytest.fixture
def teen(location):
    """Of the age at which some care can be agreed to alone."""
    return aged(14, location)


# Children --------------------------------------------------------------------
def test_of_a_child_the_parent_hears(child):
    cast.make_contact(child, value=MINE)
    mother = parent(child)

    [only] = whom(child)

    assert (only.patient, only.caregiver, only.address) == (child, mother, HERS)


def test_both_parents_hear_who_may_be_told(child):
    parent(child, HERS)
    parent(child, HIS)

    assert where(child) == [HERS, HIS]


def test_two_parents_with_one_phone_hear_once(child):
    parent(child, HERS)
    parent(child, HERS)

    assert where(child) == [HERS]


def test_nobody_is_named_where_two_share_a_phone(child):
    for name in ("Ann", "Bob"):
        relative = parent(child, "")
        cast.make_contact(relative, value=HERS, name_used=name)

    assert [one.greeting for one in whom(child)] == [""]


@pytest.mark.parametrize(
    "details",
    [
        {"may_be_told": False},
        {"may_be_told": False, "must_not_be_told": True},
        {"relation": "helper"},
        {"relation": "sibling"},
        {"starts_on": TODAY + timedelta(days=1)},
        {"starts_on": TODAY - timedelta(days=9), "ends_on": TODAY - timedelta(days=1)},
    ],
)
def test_nobody_else_hears(child, details):
    parent(child, HIS, **details)
    parent(child, HERS)

    assert where(child) == [HERS]


def test_a_number_on_a_childs_chart_counts_where_no_parent_has_one(child):
    cast.make_contact(child, value=MINE)
    parent(child, "")

    assert where(child) == [MINE]


def test_a_child_whom_nobody_answers_for_is_not_reached(child):
    assert reached(child).why_not == "No number or e-mail address is known."


def test_a_parent_who_says_stop_is_not_gone_round(child):
    cast.make_contact(child, value=MINE)
    parent(child)
    stop(HERS)

    assert where(child) == []
    assert reached(child).why_not.startswith("Stopped")


def test_a_parents_number_allows_what_the_chart_says_of_it_as_well(child):
    parent(child)
    cast.make_contact(child, value=HERS, may_text=False)

    assert [one.channel for one in whom(child)] == [Channel.CALL]


def test_a_parents_number_on_the_chart_has_to_be_agreed_to(child):
    parent(child)
    point = cast.make_contact(child, value=HERS)
    assert where(child, Channel.TEXT) == [HERS]

    contacts.change(point=point, value=HERS, may_text=False, by=FOUNDER, now=MONDAY)

    assert where(child, Channel.TEXT) == []


def test_a_parent_reads_their_own_language(child):
    mother = parent(child)
    caregivers.describe(
        caregiver=mother, name="Ana", language="es", own_chart=None, by=FOUNDER
    )

    assert [one.language for one in whom(child)] == ["es"]


def test_a_parent_is_written_to_where_texts_may_not_go(child):
    mother = parent(child, "")
    mail(mother)

    assert [one.channel for one in whom(child)] == [Channel.MAIL]


def test_whom_a_merged_chart_bars_does_not_hear(child, location):
    father = parent(child, HIS)
    twin = cast.make_patient(at=location)
    caregivers.authorise(
        caregiver=father,
        patient=twin,
        relation="parent",
        must_not_be_told=True,
        starts_on=TODAY,
        by=FOUNDER,
    )
    assert where(child) == [HIS]

    merging.merge(duplicate=twin, into=child, by=FOUNDER, now=MONDAY)

    assert where(child) == []


# Adolescents -----------------------------------------------------------------
def test_an_adolescent_with_a_number_of_their_own_hears_alone(teen):
    cast.make_contact(teen, value=MINE)
    parent(teen)

    [only] = whom(teen)

    assert (only.caregiver, only.address) == (None, MINE)


def test_the_parent_of_an_adolescent_hears_where_no_number_is_their_own(teen):
    cast.make_contact(teen, value=HERS)
    mother = parent(teen, HERS)

    assert [one.caregiver for one in whom(teen)] == [mother]


def test_nobody_hears_for_an_adolescent_who_said_stop(teen):
    cast.make_contact(teen, value=MINE)
    parent(teen)
    stop(MINE)

    assert where(teen, Channel.TEXT) == []
    assert reached(teen).why_not.startswith("Stopped")


def test_a_phone_of_family_that_may_not_be_told_is_none_of_an_adolescents(teen):
    cast.make_contact(teen, value=HIS)
    parent(teen, HIS, may_be_told=False)

    assert where(teen) == []


def test_a_number_of_which_nothing_is_allowed_reaches_no_adolescent(teen):
    cast.make_contact(teen, value=MINE, may_text=False, may_call=False)
    parent(teen)

    assert where(teen) == [HERS]


def test_the_age_is_that_of_the_place(location, practice):
    twelve = aged(12, location)
    cast.make_contact(twelve, value=MINE)
    parent(twelve)
    assert where(twelve) == [HERS]

    with cast.by_hand():
        practice.jurisdiction = "us-il"
        practice.save()

    assert where(twelve) == [MINE]


# Grown-ups -------------------------------------------------------------------
def test_whoever_is_of_age_hears_alone(location):
    grown = aged(18, location)
    cast.make_contact(grown, value=MINE)
    parent(grown, starts_on=TODAY - timedelta(days=900))

    assert where(grown) == [MINE]


def test_the_parents_of_whoever_is_of_age_do_not_hear(location):
    grown = aged(18, location)
    parent(grown, starts_on=TODAY - timedelta(days=900))

    assert reached(grown).why_not


def test_whoever_answers_for_a_grown_up_hears_where_nothing_is_known_of_them(patient):
    parent(patient, relation="court")

    assert where(patient) == [HERS]


def test_a_grown_up_who_stops_texts_has_nobody_told_instead(patient):
    cast.make_contact(patient, value=MINE)
    parent(patient, relation="court")
    stop(MINE)

    assert where(patient) == []
