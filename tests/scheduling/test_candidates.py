"""Whom a picker finds: what a desk knows of them before it chooses."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import patients, watching
from tests import cast
from tests.cast import sign_in
from tests.ground import layer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now", "plan")]
BOOK, WALK_IN = "/visits/new/people/", "/board/walk-in/people/"
PICKERS = pytest.mark.parametrize("picker", [BOOK, WALK_IN])
NUMBER = "+12125550187"


@layer
def child(location):
    return cast.make_patient(
        at=location, given_name="Kim", family_name="Kidd", born_on=date(2018, 4, 1)
    )


@layer
def mother(child):
    """Casey Kin calls from a number of her own."""
    caregiver = cast.make_caregiver(child, relation="parent")
    cast.make_contact(caregiver, value=NUMBER)
    return caregiver


def found(person, picker, query):
    typed = {"q": query, "who": query}
    return sign_in(person).post(picker, typed, headers={"HX-Request": "true"})


def text_of(person, picker, query):
    return " ".join(found(person, picker, query).content.decode().split())


@PICKERS
def test_whose_phone_it_was_stands_beside_the_patient(front_desk, mother, picker):
    text = text_of(front_desk, picker, "0187")

    assert "Kim Kidd" in text
    assert "phone of parent" in text
    assert '<bdi class="name-full">Casey Kin</bdi>' in text
    assert '<bdi class="name-initials">CK</bdi>' in text


@PICKERS
def test_who_is_found_by_name_was_called_by_nobody(front_desk, mother, picker):
    text = text_of(front_desk, picker, "Kidd")

    assert "Kim Kidd" in text
    assert "phone of" not in text
    assert "badge" not in text


@PICKERS
def test_a_caller_who_must_not_be_told_anything_is_marked(front_desk, child, picker):
    barred = cast.make_caregiver(child, relation="parent", must_not_be_told=True)
    cast.make_contact(barred, value=NUMBER)

    assert "caller must not be told anything" in text_of(front_desk, picker, "0187")


@PICKERS
def test_for_whom_nobody_books_that_is_said(front_desk, child, picker):
    patients.end_care(patient=child, reason="Moved", by=cast.FOUNDER, now=cast.MONDAY)

    assert "Care ended" in text_of(front_desk, picker, "Kidd")


@PICKERS
def test_who_is_checked_on_is_marked_without_the_reason(
    front_desk, clinician, child, picker
):
    watching.watch(
        patient=child,
        caller=clinician,
        reason="Went silent",
        quiet_days=7,
        ends_on=date(2026, 4, 1),
        by=cast.FOUNDER,
        now=cast.MONDAY,
    )

    text = text_of(front_desk, picker, "Kidd")

    assert "Check on them" in text
    assert "Went silent" not in text


@PICKERS
def test_a_restricted_chart_is_marked_for_its_team_and_unknown_to_others(
    front_desk, clinician, child, picker
):
    patients.join_care_team(
        patient=child, staff=clinician, is_lead=True, by=cast.FOUNDER, now=cast.MONDAY
    )
    patients.restrict(patient=child, is_restricted=True, reason="", by=cast.FOUNDER)

    assert "Restricted" in text_of(clinician, picker, "Kidd")
    text = text_of(front_desk, picker, "Kidd")
    assert "Restricted" not in text
    assert "Kim Kidd" not in text


@PICKERS
def test_two_of_one_name_are_marked(front_desk, child, location, picker):
    cast.make_patient(at=location, given_name="Kim", family_name="Kidd")

    assert text_of(front_desk, picker, "Kidd").count("same name") == 2


@PICKERS
def test_so_many_questions_however_many_are_found(front_desk, child, location, picker):
    client, counts = sign_in(front_desk), []
    for more in (1, 8):
        for _each in range(more):
            cast.make_patient(at=location, given_name="Kim", family_name="Kidd")
        typed, fragment = {"q": "Kidd", "who": "Kidd"}, {"HX-Request": "true"}
        client.post(picker, typed, headers=fragment)
        with CaptureQueriesContext(connection) as queries:
            client.post(picker, typed, headers=fragment)
        counts.append(len(queries))

    assert counts[0] >= counts[1]
