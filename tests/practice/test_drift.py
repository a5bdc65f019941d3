"""What is derived for search, compared with the names every night."""

from __future__ import annotations

import pytest

from practice import drift, findable
from practice.models import NameWord, Patient
from tests import cast
from tests.practice.guarded import run


@pytest.fixture
def quill(owner, location):
    return cast.make_patient(at=location, given_name="Quill", family_name="Feather")


def test_who_is_found_by_their_names_has_not_drifted(quill, location, monkeypatch):
    monkeypatch.setattr(findable, "BATCH", 2)
    for name in ("李", "María José", "O'Neil-Smith", "x" * 80):
        cast.make_patient(at=location, given_name=name)

    assert drift.found() == []


def test_a_chart_that_nobody_finds_any_more_has(quill):
    run("UPDATE practice_patient SET search_text = ' nobody '")

    assert [str(one) for one in drift.found()] == [
        "search: 1 charts are not found by their names"
    ]


def test_so_has_one_whose_words_are_gone_or_others(quill):
    NameWord.objects.filter(word="quill").delete()
    assert findable.lost() == 1

    NameWord.objects.create(word="quill", patient_id=quill.pk)
    NameWord.objects.create(word="somebody", patient_id=quill.pk)
    assert findable.lost() == 1


def test_all_of_them_are_asked_in_batches(quill, location, monkeypatch):
    monkeypatch.setattr(findable, "BATCH", 2)
    for _number in range(4):
        cast.make_patient(at=location)
    run("UPDATE practice_patient SET search_text = ' nobody '")

    assert findable.lost() == Patient.objects.count() == 5
