"""Family in a row of a file: who is one person, and that nobody is lost in silence."""

from __future__ import annotations

import pytest

from practice.models import Caregiving
from tests.practice import importing
from tests.practice.test_import_rows import read, ready

FATHER = {
    "caregiver_name": "Ada Ames",
    "caregiver_relation": "father",
    "caregiver_phone": "(212) 555-0130",
    "caregiver_barred": "yes",
}
BARRED = FATHER | {"caregiver_name": "Rex Ames"}


def test_a_father_of_the_same_name_is_not_the_patient():
    people = ready(**FATHER)["caregivers"]

    assert [(one["relation"], one["is_barred"]) for one in people] == [("parent", True)]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"caregiver_barred": "yes"}, "What the caregiver is to them: missing"),
        ({"caregiver_phone": "(212) 555-0130"}, "What the caregiver is to them"),
        (
            {"caregiver_relation": "self", "caregiver_barred": "yes"},
            "Must not be told anything: “yes”",
        ),
        ({"caregiver_name": "", "caregiver_barred": "yes"}, "Caregiver: missing"),
    ],
)
def test_who_may_be_the_patient_or_somebody_else_is_asked_about(cells, problem):
    problems = read(**{"caregiver_name": "Ada Ames", **cells})[1]

    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_patient_who_stands_as_their_own_guarantor_is_no_family():
    phone = "(212) 555-0117"

    found = ready(phone=phone, caregiver_name="Ames, Ada", caregiver_phone=phone)

    assert found["caregivers"] == []


@pytest.mark.parametrize(
    "cells",
    [
        {"emergency_relation": "grandfather"},
        {"emergency_relation": "uncle", "emergency_phone": "(212) 555-0130"},
        {"emergency_phone": "(212) 555-0131"},
    ],
)
def test_who_is_barred_takes_nobody_of_the_same_name_along(cells):
    problems = read(**BARRED, emergency_name="Rex Ames", **cells)[1]

    assert [one.partition(":")[0] for one in problems] == ["Emergency contact"]


@pytest.mark.parametrize(
    "cells",
    [
        {"emergency_relation": "dad", "emergency_phone": "(212) 555-0131"},
        {"emergency_phone": "(212) 555-0130"},
        {"emergency_relation": "dad"},
    ],
)
def test_one_barred_person_named_twice_stays_barred(cells):
    people = ready(**BARRED, emergency_name="Rex Ames", **cells)["caregivers"]

    assert [one["is_barred"] for one in people] == [True]


def test_two_of_one_name_with_other_relations_are_told_apart_by_their_number():
    cells = {"caregiver_name": "Kit", "caregiver_relation": "guardian"}
    cells |= {"emergency_name": "Kit", "emergency_relation": "grandmother"}
    one = {"caregiver_phone": "(212) 555-0130", "emergency_phone": "(212) 555-0130"}

    assert len(ready(**cells, **one)["caregivers"]) == 1
    assert read(**cells)[1][0].startswith("Emergency contact: “Kit” is the name")


def test_a_barred_father_of_the_same_name_comes_in_barred(manager, location):
    head = "Given name,Family name,Date of birth,Caregiver,Caregiver relation"
    head += ",Caregiver phone,Must not be told"
    row = "John,Smith,2012-01-31,John Smith,father,(212) 555-0130,yes"

    done = importing.bring_in(
        importing.table(row, head=head), by=manager, home=location
    )

    family = Caregiving.objects.get(arrived_with=done)
    assert (family.caregiver.name, family.must_not_be_told) == ("John Smith", True)
