"""Charts that may be one person: what speaks for it, and what people decide."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError

from practice import duplicates, merging, patients
from practice.duplicates import OnePerson
from practice.models import LikelyPair, NotTheSame
from tests import cast

BY = cast.FOUNDER
NOW = cast.MONDAY
BORN = date(1984, 5, 7)
SWAPPED = date(1984, 7, 5)


@pytest.fixture
def make(location):
    def register(given="Maria", family="Garcia", born_on=BORN, phone="", **details):
        patient = cast.make_patient(
            at=location,
            given_name=given,
            family_name=family,
            born_on=born_on,
            **details,
        )
        if phone:
            cast.make_contact(patient, value=phone)
        return patient

    return register


def found():
    duplicates.look()
    return [
        (row.first_id, row.second_id, row.likelihood, row.reasons)
        for row in LikelyPair.objects.all()
    ]


PHONE = "+12125550187"
PAIRS = [
    ({}, ["names_same", "birth_same"]),
    ({"given": "María", "family": "GARCÍA"}, ["names_same", "birth_same"]),
    ({"given": "Garcia", "family": "Maria"}, ["names_swapped", "birth_same"]),
    ({"given": "Mary"}, ["names_alike", "birth_same"]),
    ({"family": "Gracia"}, ["names_alike", "birth_same"]),
    ({"family": "Garcia Lopez"}, ["names_alike", "birth_same"]),
    ({"born_on": SWAPPED}, ["names_same", "birth_swapped"]),
    ({"born_on": SWAPPED, "given": "Mary"}, ["names_alike", "birth_swapped"]),
    ({"phone": PHONE, "born_on": date(1950, 1, 1)}, ["names_same", "phone_same"]),
    (
        {"phone": PHONE, "born_on": date(1984, 5, 8)},
        ["names_same", "birth_slip", "phone_same"],
    ),
    ({"phone": PHONE}, ["names_same", "birth_same", "phone_same"]),
    (
        {"given": "Guadalupe", "preferred_name": "Maria"},
        ["names_alike", "birth_same"],
    ),
]


@pytest.mark.parametrize(("details", "reasons"), PAIRS)
def test_two_charts_of_one_person_are_found_with_the_reasons(make, details, reasons):
    first, second = make(phone=PHONE), make(**details)

    [(one, other, likelihood, why)] = found()

    assert (one, other) == (first.pk, second.pk)
    assert why == reasons
    assert likelihood == min(99, sum(duplicates.REASONS[name][0] for name in why))


@pytest.mark.parametrize(
    "details",
    [
        {"given": "Ana"},
        {"family": "Stone"},
        {"born_on": date(1984, 5, 8)},
        {"born_on": date(1950, 1, 1)},
        {"given": "Pedro", "phone": PHONE},
        {"given": "Mary", "phone": PHONE, "born_on": date(1950, 1, 1)},
    ],
)
def test_relatives_and_namesakes_are_no_pair(make, details):
    make(phone=PHONE)
    make(**details)

    assert found() == []


def test_the_likeliest_come_first_and_read_as_words(make, manager):
    make(phone=PHONE)
    make(born_on=SWAPPED)
    make(phone=PHONE)

    pairs, count = duplicates.worklist(manager)
    assert (pairs, count) == ([], 0)  # nothing was looked for yet
    duplicates.look()
    pairs, count = duplicates.worklist(manager)

    assert count == 3
    assert [pair.likelihood for pair in pairs] == [99, 80, 80]
    assert [str(words) for words in pairs[0].reasons] == [
        "the same name",
        "born on the same day",
        "the same phone",
    ]


def test_a_second_look_keeps_what_still_is_and_forgets_what_is_not(make):
    first, second, third = make(), make(), make(phone=PHONE)
    found()
    kept = LikelyPair.objects.get(first_id=first.pk, second_id=second.pk).pk
    patients.change_details(patient=third, given_name="Otto", by=BY, now=NOW)
    cast.make_contact(first, value=PHONE)
    cast.make_contact(second, value=PHONE)

    [(one, other, likelihood, _why)] = found()

    assert (one, other, likelihood) == (first.pk, second.pk, 99)
    assert LikelyPair.objects.get().pk == kept


def test_merged_charts_are_no_pair(make):
    first, second = make(), make()
    merging.merge(duplicate=second, into=first, by=BY, now=NOW)

    assert found() == []


def test_two_people_are_not_asked_about_again(make, manager):
    first, second = make(), make()
    found()

    row = duplicates.tell_apart(one=second, other=first, by=manager)
    duplicates.look()
    assert duplicates.worklist(manager) == ([], 0)
    assert duplicates.told_apart(manager) == [row]

    duplicates.untell_apart(row=row, by=manager)
    assert duplicates.worklist(manager)[1] == 1
    assert duplicates.told_apart(manager) == []


def test_deciding_again_keeps_one_row(make, manager):
    first, second = make(), make()
    row = duplicates.tell_apart(one=first, other=second, by=manager)
    duplicates.untell_apart(row=row, by=manager)

    again = duplicates.tell_apart(one=first, other=second, by=manager)

    assert again.pk == row.pk
    assert row.history.count() == 3


def test_what_is_one_chart_is_not_told_apart(make, manager):
    first, second = make(), make()
    merging.merge(duplicate=second, into=first, by=BY, now=NOW)

    for pair in ((first, second), (first, first)):
        with pytest.raises(OnePerson):
            duplicates.tell_apart(one=pair[0], other=pair[1], by=manager)


def test_the_order_of_two_is_kept_by_the_database(make):
    first, second = make(), make()

    with pytest.raises(IntegrityError), cast.by_hand():
        NotTheSame(patient=second, other=first).save()


def test_a_pair_with_a_closed_chart_is_not_shown(make, manager, front_desk):
    make()
    patients.restrict(patient=make(), is_restricted=True, by=BY)
    found()

    assert duplicates.worklist(manager) == ([], 0)


def test_a_number_of_a_whole_house_makes_no_pairs(make, monkeypatch):
    monkeypatch.setattr(duplicates, "CROWD", 2)
    for year in (1950, 1960, 1970):
        make(phone=PHONE, born_on=date(year, 1, 1))

    assert found() == []


def test_what_tells_two_people_apart_stands_side_by_side(make, location, clinician):
    one, other = make(phone="+12125550171"), make(phone="+12125550172")
    cast.make_caregiver(one)
    patients.join_care_team(
        patient=other, staff=clinician, is_lead=True, by=BY, now=NOW
    )

    told = {side.label: side.charts for side in duplicates.sides(one, other)}

    assert told == {
        "Reached at": (["(212) 555-0171"], ["(212) 555-0172"]),
        "Family and helpers": (["Casey Kin"], []),
        "Seen at": ([location.name], [location.name]),
        "Care team": ([], [clinician.name]),
    }


def met(charts):
    sounds = {pk: duplicates._sounds(chart.text) for pk, chart in charts.items()}
    return list(duplicates._by_birth(charts, sounds))


def unknown(pk, given, family, born_on=date(1900, 1, 1)):
    return duplicates.Names(pk, given, family, "", born_on, f" {given} {family} ")


def test_on_a_day_that_stands_for_unknown_only_those_who_sound_alike_meet():
    words = ["".join(three) for three in product("bdfklmnprst", repeat=3)]
    charts = {pk: unknown(pk, word, word) for pk, word in enumerate(words)}
    charts[9999] = charts[1]._replace(pk=9999)

    pairs = met(charts)

    assert (1, 9999) in pairs
    assert len(pairs) < len(charts)


def test_of_a_crowd_with_one_birth_date_and_sound_only_the_same_names_meet():
    words = ["".join(three) for three in product("bdfklmnprst", repeat=3)]
    charts = {pk: unknown(pk, word, "smith") for pk, word in enumerate(words)}
    charts[9999] = charts[1]._replace(pk=9999)
    charts[8888] = unknown(8888, "ann", "smith", born_on=date(1984, 3, 4))
    charts[7777] = unknown(7777, "ann", "smyth", born_on=date(1984, 4, 3))

    pairs = met(charts)

    assert {(1, 9999), (8888, 7777)} <= set(pairs)
    assert len(pairs) < len(charts)
