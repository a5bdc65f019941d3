"""A row is somebody to bring in, or all that is wrong with it, in sentences."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.cell_words import choice, yes_or_no
from practice.columns import LABELS
from practice.import_cells import Ground, Plan
from practice.import_rows import understand
from practice.languages import Language
from practice.models import PreferredChannel, Relation
from practice.sheets import Record
from practice.states import PatientState

GROUND = Ground(today=date(2026, 3, 2), places={"harlem": 1, "phoenix": 2})
WHO = {"given_name": "Ada", "family_name": "Ames", "born_on": "1980-01-31"}


def read(answers=None, **cells):
    cells = {name: cell for name, cell in (WHO | cells).items() if cell is not None}
    plan = Plan(columns=list(cells), order="ymd", home=1, **(answers or {}))
    return understand(Record(2, list(cells.values())), plan, GROUND)


def ready(answers=None, **cells):
    found, problems = read(answers, **cells)
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("whole", "names"),
    [
        ("Ames, Ada Lou", ("Ada Lou", "Ames")),
        ("Ada Lou Ames", ("Ada Lou", "Ames")),
        ("Ada", ("Ada", "")),
        ("García López, María", ("María", "García López")),
        ("John Smith Jr.", ("John", "Smith Jr.")),
        ("John Smith, III", ("John", "Smith III")),
        ("Smith Jr., John", ("John", "Smith Jr.")),
        ("Smith, Ann, MD", ("Ann", "Smith")),
        ("Ann Smith PhD", ("Ann", "Smith")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("María de la Cruz", ("María", "de la Cruz")),
        ("La Toya Jackson", ("La Toya", "Jackson")),
        ("Jr.", ("Jr.", "")),
    ],
)
def test_a_whole_name_is_divided(whole, names):
    who = ready(given_name=None, family_name=None, full_name=whole)["patient"]

    assert (who["given_name"], who["family_name"]) == names


def test_a_whole_name_is_divided_as_somebody_said():
    whole = {"given_name": None, "family_name": None, "full_name": "Ana Ruiz Soto"}

    who = ready({"surnames": "last_two"}, **whole)["patient"]

    assert (who["given_name"], who["family_name"]) == ("Ana", "Ruiz Soto")


def test_parts_of_a_name_are_joined():
    who = ready(middle_name="Lou", second_family_name="Brook")["patient"]

    assert (who["given_name"], who["family_name"]) == ("Ada Lou", "Ames Brook")


def test_all_that_is_wrong_is_said_at_once():
    _ready, problems = read(given_name="", mobile="911", email="x", location="Mars")

    assert [words.partition(":")[0] for words in problems] == [
        *("Given name", "Home location", "Mobile phone", "E-mail")
    ]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"standing": "Inactive"}, "ended"),
        ({"standing": "Deceased"}, "deceased"),
        ({"standing": "activo"}, "active"),
        ({"deceased_on": "2020-05-01"}, "deceased"),
        ({"deceased_on": "Y"}, "deceased"),
        ({"deceased_on": "N"}, "active"),
    ],
)
def test_the_state_somebody_has(cells, state):
    assert ready(**cells)["patient"]["state"] == state


def test_nobody_dies_before_they_are_born():
    assert "before the birth" in read(deceased_on="1970-01-01")[1][0]


def test_a_location_is_known_by_its_name_or_the_plan():
    assert ready(location="PHOENIX")["home"] == 2
    assert ready()["home"] == 1


def test_a_name_that_may_be_two_locations_is_a_problem():
    ground = Ground(today=GROUND.today, places={"main": 0})
    cells = WHO | {"location": "Main"}
    plan = Plan(columns=list(cells), order="ymd", home=1)

    _ready, problems = understand(Record(2, list(cells.values())), plan, ground)

    assert problems == [
        "Home location: “Main” may be two locations: write the whole name."
    ]


def test_needs_are_a_list_of_words():
    who = ready(needs="Step-free access, large print")["patient"]

    told = {name for name in who if name.startswith("needs_") and who[name]}
    assert told == {"needs_step_free", "needs_large_print"}
    assert "is not known here" in read(needs="a hug")[1][0]


def test_a_phone_has_its_extension_in_the_label():
    phone = ready(work_phone="(212) 555-0117 ext. 12")["contacts"][0]

    assert (phone["value"], phone["label"]) == ("+12125550117", "work, ext. 12")


def test_nobody_may_be_reached_unless_somebody_says_so():
    contacts = ready(mobile="(212) 555-0117", email="a@example.test")["contacts"]

    rights = [value for one in contacts for name, value in one.items() if "may" in name]
    assert rights
    assert not any(rights)


def test_a_file_says_for_all_what_its_rows_do_not_say():
    answers = {"may_text": True, "may_call": True, "may_leave_voicemail": True}
    cells = {"mobile": "(212) 555-0117", "home_phone": "(212) 555-0118"}

    mobile, home = ready(answers, **cells)["contacts"]
    silent = ready(answers, **cells, may_call="no")["contacts"]

    assert (mobile["may_text"], home["may_text"]) == (True, False)
    assert (home["may_call"], home["may_leave_voicemail"]) == (True, True)
    assert not any(one["may_call"] or one["may_leave_voicemail"] for one in silent)


def test_one_number_in_two_columns_is_one_contact():
    cells = {"mobile": "(212) 555-0117", "phone": "212.555.0117"}

    assert len(ready(**cells)["contacts"]) == 1


def test_an_address_is_put_together():
    cells = {"street": "1 Elm", "city": "New York", "region": "NY", "postal_code": "1"}

    assert ready(**cells)["contacts"][0]["value"] == "1 Elm\nNew York, NY 1"


def test_a_contact_may_stand_on_a_row_of_its_own():
    cells = {"contact_kind": "Correo electrónico", "contact_value": "a@example.test"}

    one = ready(**cells, contact_label="work")["contacts"][0]

    assert (one["kind"], one["value"], one["label"]) == (
        "email",
        "a@example.test",
        "work",
    )
    assert "Kind of contact: missing." in read(contact_value="x")[1]


def test_guarantor_and_emergency_contact_may_be_one():
    people = ready(
        caregiver_name="Kit Ames",
        caregiver_relation="Mother",
        caregiver_email="kit@example.test",
        emergency_name="KIT AMES",
        emergency_phone="(212) 555-0130",
    )["caregivers"]

    assert len(people) == 1
    assert (people[0]["relation"], people[0]["is_emergency_contact"]) == (
        "parent",
        True,
    )
    assert len(people[0]["contacts"]) == 2


@pytest.mark.parametrize(
    "cells", [{"caregiver_name": "Ada Ames"}, {"caregiver_relation": "self"}]
)
def test_nobody_is_their_own_caregiver(cells):
    assert ready(**{"caregiver_name": "Kit", **cells})["caregivers"] == []


def test_a_caregivers_number_without_a_name_is_not_lost():
    assert "missing, while" in read(emergency_phone="(212) 555-0130")[1][0]


@pytest.mark.parametrize(
    "name",
    ["-", ".", "?", "N/A", "#N/A", "\u200b", "\u3164", "\u0301", "\ue000", "123"],
)
def test_a_name_has_a_letter(name):
    assert read(given_name=name)[1][0].startswith("Given name: missing")
    assert ready(family_name=name, preferred_name=name)["patient"]["family_name"] == ""


@pytest.mark.parametrize("name", ["Na", "Null", "O", "김", "زهرا", "ᎠᏂ", "X Æ A-12"])
def test_names_of_any_script_and_length_are_names(name):
    assert ready(given_name=name)["patient"]["given_name"] == name


@pytest.mark.parametrize("column", ["email", "caregiver_email", "contact_value"])
@pytest.mark.parametrize("length", [242, 243, 300])
def test_an_address_is_as_long_as_its_column(column, length):
    cells = {"contact_kind": "email", "caregiver_name": "Kit", "contact_value": ""}
    cells[column] = "a" * length + "@example.test"

    problems = read(**{name: cell for name, cell in cells.items() if cell})[1]

    assert bool(problems) == (length + len("@example.test") > 254)


@pytest.mark.parametrize("number", ["0", "000", "-", "N/A", "none", "?"])
def test_what_stands_for_no_number_is_none(number):
    assert ready(chart_number=number)["number"] == ""


@pytest.mark.parametrize(
    ("cell", "choices", "value"),
    [
        ("Español", Language, "es"),
        ("ENG", Language, "en"),
        ("Esposa", Relation, "partner"),
        ("Inactive", PatientState, "ended"),
        ("SMS", PreferredChannel, "text"),
        ("Klingon", Language, None),
    ],
)
def test_words_for_a_choice(cell, choices, value):
    assert choice(cell, choices) == value


def test_words_for_yes_and_no():
    assert [yes_or_no(word) for word in ("Sí", "N", "1", "maybe")] == [
        *(True, False, True, None)
    ]


@given(st.dictionaries(st.sampled_from(sorted(LABELS)), st.text(max_size=120)))
def test_no_row_is_too_odd(cells):
    found, problems = read(None, **cells)

    assert problems or found["patient"]["given_name"]
    assert all(words.strip() for words in problems)
