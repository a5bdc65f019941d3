"""Invented people: believable, always the same, and never anybody real."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime
from itertools import chain
from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.invented import addresses, cases, families, neighbourhoods
from practice.invented.homes import Carer, Place, World
from practice.invented.phones import (
    ARIZONA,
    CHICAGO,
    ELSEWHERE,
    ILLINOIS,
    LINES,
    Phones,
    is_fictional,
)
from practice.models import Location, Proof, Relation, StaffMember
from tests.sources import ROOT

TODAY = date(2026, 3, 2)
SINCE = datetime(2022, 5, 4, 15, 0, tzinfo=UTC)
MANY = 1500
seeds = st.integers(min_value=0, max_value=2**32)


def dice(seed):
    return Random(seed)  # noqa: S311 - no secret comes of it


def make_place(around):
    carers = [
        Carer(
            staff=StaffMember(name=name),
            ages=(0, 120),
            languages=[language],
            is_prescriber=prescribes,
            weight=1,
        )
        for name, language, prescribes in [("A", "en", False), ("B", "es", True)]
    ]
    return Place(location=Location(name="Somewhere"), around=around, carers=carers)


PLACES = [
    make_place(around)
    for around in (
        neighbourhoods.HARBOR,
        neighbourhoods.PRAIRIE,
        neighbourhoods.PINE,
    )
]


def make_world(seed):
    rng = dice(seed)
    return World(rng=rng, today=TODAY, phones=Phones(rng))


def make_charts(seed, count):
    world = make_world(seed)
    found = list(cases.by_design(world, PLACES, lambda _place: SINCE))
    while sum(map(len, found)) < count:
        place = world.rng.choice(PLACES)
        found.append([*families.family(world, place, SINCE)])
    return list(chain.from_iterable(found))


@pytest.fixture(scope="module")
def charts():
    return make_charts(7, MANY)


def contacts_of(charts):
    """Every number and address, of patients and of those who care for them."""
    for chart in charts:
        yield from chart.contacts
        for row in chart.caregivings:
            yield from row.caregiver.contacts


def ages(charts):
    return [(TODAY - chart.details["born_on"]).days // 365.25 for chart in charts]


@given(seed=seeds)
def test_nobody_has_the_number_of_any_invented_person(seed):
    numbers = [
        row["value"]
        for row in contacts_of(make_charts(seed, 60))
        if row["kind"] == "phone"
    ]

    assert len(numbers) > 60
    assert all(map(is_fictional, numbers))


@given(seed=seeds)
def test_no_mail_to_an_invented_person_can_arrive(seed):
    mails = [
        row["value"]
        for row in contacts_of(make_charts(seed, 60))
        if row["kind"] == "email"
    ]

    assert len(mails) > 20
    assert all(mail.isascii() and mail.count("@") == 1 for mail in mails)
    assert {mail.partition("@")[2] for mail in mails} <= set(addresses.DOMAINS)


@pytest.mark.parametrize(
    "number",
    ["+13125550200", "+13125551100", "+13124550100", "+442079460100", "3125550100"],
)
def test_a_number_outside_the_range_for_fiction_is_told(number):
    assert not is_fictional(number)


@pytest.mark.parametrize("areas", [CHICAGO, ILLINOIS, ARIZONA, ELSEWHERE])
def test_every_number_that_can_be_given_is_one_the_phone_library_takes(areas):
    phones = Phones(dice(1))

    numbers = [phones.take([area]) for area in areas for _line in LINES]

    wrong = [
        number
        for number in numbers
        if not phonenumbers.is_valid_number(phonenumbers.parse(number))
    ]
    assert not wrong


def test_a_number_is_given_to_one_home_only():
    phones = Phones(dice(1))

    numbers = [phones.take(ELSEWHERE[:2]) for _time in range(3 * len(LINES))]

    assert len(set(numbers)) == len(numbers)


def test_numbers_of_an_area_that_has_no_more_come_from_elsewhere():
    phones = Phones(dice(1))
    only = ELSEWHERE[:1]

    numbers = [phones.take(only) for _time in range(len(LINES) + 5)]

    assert sum(number.startswith(f"+1{only[0]}") for number in numbers) == len(LINES)


def told(charts):
    """Everything about charts in plain words, to compare."""
    return [
        (
            sorted(map(str, chart.details.items())),
            [sorted(map(str, row.items())) for row in chart.contacts],
            [(row.caregiver.name, str(row.details)) for row in chart.caregivings],
            [row.staff.name for row in chart.care_team],
            chart.known_since,
        )
        for chart in charts
    ]


def test_the_same_seed_makes_the_same_people():
    assert told(make_charts(3, 150)) == told(make_charts(3, 150))


def test_another_seed_makes_other_people():
    assert told(make_charts(3, 150)) != told(make_charts(4, 150))


def test_people_are_the_same_in_every_process():
    """Nothing depends on the order of a set, which changes from run to run."""
    program = (
        "import django, hashlib; django.setup();"
        "from tests.practice import test_invented as t;"
        "print(hashlib.md5(repr(t.told(t.make_charts(3, 120))).encode()).hexdigest())"
    )
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    kept["DJANGO_SETTINGS_MODULE"] = "tests.settings"

    answers = {
        subprocess.check_output(
            [sys.executable, "-c", program],
            env={**kept, "PYTHONHASHSEED": number},
            cwd=ROOT,
        )
        for number in ("1", "2")
    }

    assert len(answers) == 1


def test_all_ages_come(charts):
    decades = Counter(int(age // 10) for age in ages(charts))
    minors = sum(age < 18 for age in ages(charts)) / len(charts)

    assert set(decades) == set(range(10))
    assert 0.12 < minors < 0.28
    assert max(decades, key=decades.__getitem__) in (2, 3)


def test_about_every_seventh_speaks_spanish(charts):
    languages = Counter(chart.details.get("spoken_language", "en") for chart in charts)

    assert 0.10 < languages["es"] / len(charts) < 0.18
    assert languages["ase"] >= 2
    assert len(languages) > 15


def test_names_come_in_many_scripts(charts):
    letters = "".join(chart.details["given_name"] for chart in charts)

    scripts = {unicodedata.name(char).split()[0] for char in letters if char.isalpha()}
    assert len(scripts) >= 12


def test_some_go_by_another_name_or_have_only_one(charts):
    details = [chart.details for chart in charts]

    assert sum(bool(row.get("preferred_name")) for row in details) > MANY / 30
    assert sum(row["family_name"] == "" for row in details) >= 4
    assert max(len(row["given_name"] + row["family_name"]) for row in details) > 55


def test_minors_are_reached_through_somebody_who_may_consent(charts):
    minors = [c for c, age in zip(charts, ages(charts), strict=True) if age < 17]

    alone = [
        chart
        for chart in minors
        if not any(row.details.get("may_consent") for row in chart.caregivings)
    ]
    assert minors
    assert not alone


def test_families_share_numbers(charts):
    owners = Counter(
        row["value"] for chart in charts for row in chart.contacts if row["label"]
    )

    shared = [number for number, count in owners.items() if count > 1]
    assert len(shared) > 20


def test_families_take_every_form_that_a_rule_is_made_for(charts):
    rows = [row.details for chart in charts for row in chart.caregivings]

    assert {row["relation"] for row in rows} == set(Relation)
    assert sum(row.get("must_not_be_told", False) for row in rows) >= 4
    assert {row["household"] for row in rows if "household" in row} >= {
        "odd weeks",
        "even weeks",
    }


def test_whoever_may_consent_has_shown_a_proof(charts):
    rows = [row.details for chart in charts for row in chart.caregivings]

    consenting = [row for row in rows if row.get("may_consent")]
    assert consenting
    assert all(row["proof"] != Proof.NONE for row in consenting)
    assert all(row["proof_seen_on"] for row in consenting)


def test_nobody_is_known_before_they_are_born(charts):
    too_early = [
        chart
        for chart in charts
        if chart.known_since.date() <= chart.details["born_on"]
    ]

    assert not too_early


def test_everybody_has_an_own_clinician(charts):
    leads = [sum(row.is_lead for row in chart.care_team) for chart in charts]

    assert set(leads) == {1}


def test_the_preferred_channel_is_one_that_is_allowed(charts):
    allowed = {"text": "may_text", "call": "may_call"}

    wrong = [
        chart
        for chart in charts
        if (needed := allowed.get(chart.details["preferred_channel"]))
        and not any(row.get(needed) for row in chart.contacts)
    ]
    assert not wrong


def test_young_people_stand_round_their_eighteenth_birthday(charts):
    days = [
        (chart.details["born_on"].replace(year=2026) - TODAY).days
        for chart in charts
        if chart.details["born_on"].year == 2008
    ]

    assert {*cases.COMES_OF_AGE, -cases.CAME_OF_AGE} <= set(days)


def test_a_name_without_latin_letters_still_gets_an_address():
    mail = addresses.email(dice(5), "小明", "王")

    assert mail.isascii()
    assert mail.partition("@")[0]
