"""The words of charts: kept by the database, whatever writes the chart."""

from __future__ import annotations

import pytest
from django.db import connection

from practice import findable, guards, patients
from practice.models import ContactPoint, NameWord, Patient, Spelling
from practice.models.contacts import LastFour
from tests import cast, plans

BY = cast.FOUNDER
NOW = cast.MONDAY


def words_of(patient):
    rows = NameWord.objects.filter(patient_id=patient.pk)
    return set(rows.values_list("word", flat=True))


def test_a_new_chart_has_its_words(patient):
    assert words_of(patient) == {"paula", "patience"}


def test_a_changed_name_changes_them(patient):
    patients.change_details(patient=patient, family_name="O'Brien", by=BY, now=NOW)

    assert words_of(patient) == {"paula", "obrien", "o", "brien"}


@pytest.mark.parametrize(
    "name", ['Anne "Nan"', "D\\'Arcy [x]", "a{b}c", "Zoë\tLee", "王"]
)
def test_no_sign_in_a_name_breaks_them(location, name):
    patient = cast.make_patient(at=location, given_name=name, family_name="Stone")

    assert words_of(patient) == set(patient.search_text.split())


def test_what_is_written_past_the_actions_is_found_too(patient):
    with cast.by_hand():
        Patient._base_manager.filter(pk=patient.pk).update(search_text=" quill ")

    assert words_of(patient) == {"quill"}


def test_a_very_long_word_counts_with_its_beginning(location):
    patient = cast.make_patient(at=location, given_name="ﷺ" * 80)

    assert max(map(len, words_of(patient))) <= findable.LONGEST


def test_the_guards_watch_over_them(db):
    names = {guard.name for guard in guards.all_of(connection)}

    assert {guard.name for guard in findable.triggers(connection.vendor)} <= names


def test_a_damaged_table_is_derived_anew(patient, location):
    cast.make_patient(at=location, given_name="Zoë", family_name="O'Brien")
    rows = NameWord.objects.order_by("patient_id", "word")
    before = list(rows.values_list("patient_id", "word"))
    NameWord.objects.filter(word="paula").delete()

    assert findable.derive_all() == len(before)
    assert list(rows.values_list("patient_id", "word")) == before


def test_a_word_is_learnt_once(patient):
    learnt = findable.learn_all()

    assert learnt == len(words_of(patient))
    assert findable.learn_all() == 0
    assert findable.learn(["paula"]) == 0


def test_near_words_are_those_of_charts(patient, location):
    cast.make_patient(at=location, given_name="Paola", family_name="Pauling")
    findable.learn_all()

    assert findable.near(["patiense"]) == {"patiense": ["patience"]}
    assert set(findable.near(["puala"])["puala"]) == {"paula", "paola"}


@pytest.mark.django_db(transaction=True)
def test_the_action_learns_after_its_commit(practice):
    place = cast.make_location()
    cast.make_patient(at=place, given_name="Quillfeather")

    assert Spelling.objects.filter(key="quillfeather", word="quillfeather").exists()
    assert findable.near(["quilfeather"]) == {"quilfeather": ["quillfeather"]}


@pytest.mark.django_db
def test_how_a_number_ends_is_looked_up_in_an_index():
    points = ContactPoint.objects.alias(last_four=LastFour("phone"))

    assert "contact_by_last_four" in plans.plan(points.filter(last_four="0187"))
