"""Who is chosen: all answers together, and never a chart that is closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.states import Channel
from messaging import audience_files, audiences
from messaging.audience_files import BadFile
from messaging.audiences import NobodyChosen, TooMany
from practice import merging
from practice.models import StaffMember
from practice.rules import NotPossible
from tests import cast
from tests.cast import FOUNDER, MONDAY
from tests.messaging.campaigning import people

pytestmark = pytest.mark.django_db


def chosen(by, numbers=None, **filters):
    return [one.pk for one in audiences.charts(filters, numbers, staff=by, now=MONDAY)]


def test_answers_are_all_to_fit(manager, location, far_location):
    here = cast.make_patient(at=location, written_language="es")
    cast.make_patient(at=location)

    found = chosen(manager, reads=["es"], at_home=[str(location.pk)])

    assert found == [here.pk]


def test_a_file_and_answers_choose_who_fits_both(manager, location):
    one = cast.make_patient(at=location, written_language="es")
    two = cast.make_patient(at=location)

    assert chosen(manager, [one.pk, two.pk], reads=["es"]) == [one.pk]
    assert chosen(manager, [two.pk]) == [two.pk]


def test_charts_elsewhere_and_private_ones_are_not_chosen(
    front_desk, location, far_location
):
    far = cast.make_patient(at=far_location)

    with pytest.raises(NobodyChosen):
        chosen(front_desk, [far.pk])


def test_neither_answers_nor_a_file_choose_nobody(manager, patient):
    with pytest.raises(NobodyChosen):
        chosen(manager)


def test_a_list_that_nobody_can_look_at_is_refused(manager, location, monkeypatch):
    monkeypatch.setattr(audiences, "MOST", 2)

    with pytest.raises(TooMany):
        chosen(manager, [one.pk for one in people(3, at=location)])


def test_who_agreed_to_texts_is_known_by_the_newest_word(manager, location):
    asked = people(1, at=location)[0]
    cast.make_patient(at=location)

    assert chosen(manager, agreed=[Channel.TEXT.value]) == [asked.pk]


def test_a_merged_chart_is_the_one_that_stands(manager, location):
    one, two = people(2, at=location)
    merging.merge(duplicate=two, into=one, by=FOUNDER, now=MONDAY)

    assert chosen(manager, agreed=["text"]) == [one.pk]
    rows = f"chart number\n{two.pk}\n".encode()
    assert audience_files.read(rows, staff=manager).numbers == [one.pk]


def test_answers_are_kept_as_they_were_given():
    kept = audiences.kept(
        {"seen_before": MONDAY.date(), "missed_last": False, "reads": ["en"]}
    )

    assert kept == {"seen_before": "2026-03-02", "reads": ["en"]}


def test_what_was_chosen_is_told_in_words(location, patient):
    words = audiences.in_words(
        {"nothing_booked": True, "reads": ["en"], "at_home": [str(location.pk)]}, [1]
    )

    assert list(words) == [
        "Nothing is booked",
        f"At home at {location.name}",
        "Reads English",
        "1 chart of a file",
    ]


@given(st.data())
def test_any_answers_can_be_asked_together(data):
    questions = audiences.questions()
    picked = data.draw(st.lists(st.sampled_from(questions), unique_by=lambda q: q.name))
    usual = {"yes": True, "day": "2026-01-01", "some": ["1"]}
    filters = {one.name: usual[one.kind] for one in picked}

    assert audiences.fitting(filters, now=MONDAY).count() == 0


# Files -----------------------------------------------------------------------
def read(text, by):
    return audience_files.read(text.encode(), staff=by)


def test_problems_are_told_by_their_line(manager, location):
    [one] = people(1, at=location)

    found = read(f"name;Chart number\nA;{one.pk}\nB;x1\nC;\nD;77777\nE;-4", manager)

    assert found.numbers == [one.pk]
    assert [words.split(":")[0] for words in found.problems] == [
        *("Line 3", "Line 4", "Line 5", "Line 6")
    ]


@pytest.mark.parametrize("rows", ["one,two\n1,2", "5\n6\n"])
def test_a_file_without_the_column_is_refused(manager, rows):
    with pytest.raises(BadFile):
        read(rows, manager)


@given(data=st.binary(max_size=300))
def test_whatever_is_in_a_file_it_is_read_or_refused(data):
    nobody = StaffMember(pk=1)
    try:
        found = audience_files.read(b"chart number\n" + data, staff=nobody)
    except NotPossible:
        return

    assert found.numbers == []
